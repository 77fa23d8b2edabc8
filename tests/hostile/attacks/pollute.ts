// Pollution (A1, A2, A3): relays that feed their children honestly, until they alter one bit here or there.

import type { Bytes } from '../../../src/base/bytes.ts';
import type { Attack } from '../attack.ts';
import { holdHerd } from '../herd.ts';
import type { FeedMessage } from '../relay.ts';

/** After so long a victim has found itself a standby, ms. */
const SETTLED_MS = 3000;
/** A relay that wasn't cut for it goes after this, ms. */
const UNNOTICED_MS = 2500;
const LEAVE_MS = 200;

/** Where a bit is flipped: in a head message (whose first byte is its type), or in a fragment's. */
const SPOTS: readonly { of: 'head' | 'fragment'; at(feed: FeedMessage): number }[] = [
  // Version, kind, flags, zero, epoch, seq, group start, time, duration, length, digest.
  ...[1, 2, 3, 4, 8, 12, 16, 24, 28, 32, 33].map((at) => ({ of: 'head' as const, at: () => at })),
  { of: 'head', at: headLength },
  { of: 'head', at: (feed) => feed.bytes.length - 1 },
  // Index, epoch, seq, payload.
  ...[1, 7, 11].map((at) => ({ of: 'fragment' as const, at: () => at })),
  { of: 'fragment', at: (feed) => feed.bytes.length - 1 },
];

/** How many spots there are: each relay's every life takes the next. */
export const SPOTS_COUNT = SPOTS.length;

/** The last byte of the signature. */
function headLength({ message }: FeedMessage): number {
  return message.type === 'head' ? message.head.length : 0;
}

function flipped(feed: FeedMessage, at: number): Bytes {
  const copy = feed.bytes.slice();
  copy[at]! ^= 1;
  return copy;
}

/** Whether a message has the spot, and media that would be seen if it came through. */
function fits({ of }: (typeof SPOTS)[number], { message }: FeedMessage): boolean {
  if (message.type !== of) return false;
  return message.type !== 'head' || (message.header.kind === 'video' && message.first !== undefined);
}

/**
 * `relays`, `lives`: how many, and how often each. `slots`: what each claims. `every`: of each so many messages one is altered, for as long
 * as the victim stays; 0: one in all. `settledMs`: how long a victim is fed honestly before. `set`: 1 begins.
 */
export const pollute: Attack = (target, options) => {
  const { relays = 1, lives = 1, slots = 1, every = 0, settledMs = SETTLED_MS } = options;
  const counts = { altered: 0, spots: 0, unnoticed: 0 };
  const spots = new Set<number>();
  let isOn = false;
  return holdHerd(target, {
    ...{ relays, lives },
    manner(relay, number, life) {
      const name = (number + life * relays) % SPOTS.length;
      const spot = SPOTS[name]!;
      const done = new Map<string, number>();
      let fitting = 0;
      return {
        slots,
        forward(feed, { join, fedMs }) {
          const altered = done.get(join) ?? 0;
          const isDue = isOn && performance.now() - fedMs >= settledMs && fits(spot, feed);
          if (!isDue || (every === 0 ? altered > 0 : fitting++ % every !== 0)) return [feed.bytes];
          done.set(join, altered + 1);
          spots.add(name);
          counts.altered++;
          counts.spots = spots.size;
          if (altered === 0 && lives > 1)
            setTimeout(() => {
              if (relay().victims.has(join)) counts.unnoticed++;
              relay().leave();
            }, UNNOTICED_MS);
          return [flipped(feed, spot.at(feed))];
        },
        victimLost() {
          if (lives > 1) setTimeout(() => relay().leave(), LEAVE_MS);
        },
      };
    },
    figures: () => counts,
    set: (value) => void (isOn = value > 0),
  });
};
