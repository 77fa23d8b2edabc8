// The flood (M1): many seats, each with as many keys as it likes, that together say so many comments a second. A seat that is cut for
// it is taken again at once under another id.

import type { Bytes } from '../../../src/base/bytes.ts';
import { RISE_COMMENTS_MAX } from '../../../src/room/room-limits.ts';
import type { Attack } from '../attack.ts';
import { Mouths, riseOf } from '../comments.ts';
import { takeSeat, type Seat } from '../seat.ts';

const TICK_MS = 20;
const KEYS = 2000;
/** Made before they are needed, so that signing isn't what bounds the flood. */
const READY_MAX = 50_000;
const REFILL_TICK = 300;
const RETRY_MS = 200;
/** The smallest part of the feed that makes a fed child: one stripe of the base layer. */
const SMALL = { mask: 1, layerMax: 0 };

/** `seats`: how many it tries to hold; `set` says how many comments a second are sent, 0 at first. */
export const flood: Attack = async (target, { seats: wanted = 16 }) => {
  const mouths = new Mouths(target.broadcastId, KEYS);
  const seats = new Set<Seat>();
  const ready: Bytes[] = [];
  const counts = { offered: 0, unsent: 0, cut: 0, joined: 0, failed: 0 };
  let [perSecond, epoch, due] = [0, 0, 0];
  let isOver = false;

  const hold = async (): Promise<void> => {
    while (!isOver) {
      try {
        let ended: () => void;
        const gone = new Promise<void>((resolve) => (ended = resolve));
        const seat = await takeSeat(target, { ...SMALL, closed: () => ended() });
        epoch = seat.epoch;
        counts.joined++;
        seats.add(seat);
        await gone;
        seats.delete(seat);
        counts.cut++;
      } catch {
        counts.failed++;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };
  const fresh = (): Bytes => mouths.comment(epoch, `Nobody wants to see this, number ${Math.random()}`);
  const next = (): Bytes => ready.pop() ?? fresh();
  for (let i = 0; i < wanted; i++) void hold();
  const ticks = setInterval(() => {
    if (epoch === 0) return;
    if (perSecond === 0) {
      for (let i = 0; i < REFILL_TICK && ready.length < READY_MAX; i++) ready.push(fresh());
      return;
    }
    due += (perSecond * TICK_MS) / 1000;
    const open = [...seats];
    for (let i = 0; due >= 1; i++, due -= RISE_COMMENTS_MAX) {
      const seat = open[i % open.length];
      if (seat?.edge.sendControl(riseOf([next(), next()]))) counts.offered += RISE_COMMENTS_MAX;
      else counts.unsent += RISE_COMMENTS_MAX;
    }
  }, TICK_MS);
  while (counts.joined === 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  return {
    figures: () => ({ ...counts, seats: seats.size, ready: ready.length }),
    set: (value) => void (perSecond = value),
    stop() {
      isOver = true;
      clearInterval(ticks);
      for (const seat of seats) seat.leave();
    },
  };
};
