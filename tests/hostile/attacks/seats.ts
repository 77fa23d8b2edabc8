// Hostile children (A9, A12, A13, M4): seats that take what they get and send up what nobody signed, or nothing at all.

import { setTimeout as pause } from 'node:timers/promises';
import type { Attack } from '../attack.ts';
import { Mouths, riseOf } from '../comments.ts';
import { takeSeat, type Seat } from '../seat.ts';

/** What `set` takes. */
export const SEAT_ACTS = {
  /** A comment whose signature doesn't hold, from each. */
  forgedComment: 1,
  /** The same comment, over and over, within the rate of an honest hop. */
  replayedComment: 2,
  /** Messages of no known type, as many as go. */
  noise: 3,
  /** Nonces, as many as go. */
  nonces: 4,
} as const;

const AT_ONCE = 5000;
const REPLAYS = 10;
const NONCE_TYPE = 32;
const UNKNOWN_TYPE = 200;
export const REPLAYED_TEXT = 'Said once';
export const FORGED_COMMENT = 'Signed by nobody';

/** `seats`: how many are tried for, all from one address, each `lazily` 1: only once. `set`: one of SEAT_ACTS. */
export const seats: Attack = async (target, { seats: wanted = 1, slots = 0, atOnce = 50 }) => {
  const counts = { joined: 0, refused: 0, lost: 0, said: 0 };
  const held = new Set<Seat>();
  const mouths = new Mouths(target.broadcastId, 4);
  const take = async (): Promise<void> => {
    try {
      const seat: Seat = await takeSeat(target, {
        slots,
        closed() {
          if (held.delete(seat)) counts.lost++;
        },
      });
      counts.joined++;
      held.add(seat);
    } catch {
      counts.refused++;
    }
  };
  const all = (async () => {
    for (let i = 0; i < wanted; i++) {
      void take();
      // As fast as the server takes sockets from one address.
      await pause(1000 / atOnce);
    }
  })();
  while (counts.joined === 0 && counts.refused < wanted) await pause(20);
  if (wanted === 1) await all;
  return {
    figures: () => ({ ...counts, held: held.size }),
    stop() {
      for (const seat of held) seat.leave();
    },
    set(act) {
      for (const { edge, epoch } of [...held]) {
        if (act === SEAT_ACTS.forgedComment)
          edge.sendControl(riseOf([mouths.comment(epoch, FORGED_COMMENT, '', true)]));
        if (act === SEAT_ACTS.replayedComment) {
          const said = mouths.comment(epoch, REPLAYED_TEXT);
          for (let i = 0; i < REPLAYS; i++) edge.sendControl(riseOf([said]));
        }
        const noise =
          act === SEAT_ACTS.noise ? [UNKNOWN_TYPE] : [NONCE_TYPE, ...new Array<number>(16).fill(7)];
        if (act === SEAT_ACTS.noise || act === SEAT_ACTS.nonces)
          for (let i = 0; i < AT_ONCE; i++) if (edge.sendControl(new Uint8Array(noise))) counts.said++;
      }
    },
  };
};
