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

/** Where a bit is flipped: in a head message (whose first byte is its type), or in a fragment's; what would be seen first. */
const SPOTS: readonly { of: 'head' | 'fragment'; at(feed: FeedMessage): number }[] = [
  // Payloads, signature.
  { of: 'head', at: (feed) => feed.bytes.length - 1 },
  { of: 'fragment', at: (feed) => feed.bytes.length - 1 },
  { of: 'head', at: headLength },
  // Digest, seq, time, kind, length, flags, group start, duration, version, zero, epoch.
  ...[33, 12, 24, 2, 32, 3, 16, 28, 1, 4, 8].map((at) => ({ of: 'head' as const, at: () => at })),
  // Index, seq, epoch.
  ...[1, 11, 7].map((at) => ({ of: 'fragment' as const, at: () => at })),
];

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
 * `relays`, `lives`: how many, and how often each. `slots`: what each claims. `every`: of each so many messages that can be one is altered,
 * for as long as the victim stays; 0: one for each victim, each time in another spot until every spot was had. `settledMs`: how long
 * a victim is fed honestly before. `set`: 1 begins.
 */
export const pollute: Attack = (target, options) => {
  const { relays = 1, lives = 1, slots = 1, every = 0, settledMs = SETTLED_MS } = options;
  const counts = { altered: 0, spots: 0, unnoticed: 0 };
  const left = SPOTS.map((_, name) => name);
  let [isOn, tried] = [false, 0];

  /** Which spot of this message is altered now; undefined: none. */
  const choose = (feed: FeedMessage, isFirst: boolean): number | undefined => {
    if (every > 0) {
      const name = tried % SPOTS.length;
      return fits(SPOTS[name]!, feed) && tried++ % every === 0 ? name : undefined;
    }
    return isFirst ? left.find((name) => fits(SPOTS[name]!, feed)) : undefined;
  };
  return holdHerd(target, {
    ...{ relays, lives },
    manner(relay) {
      const done = new Set<string>();
      const leaveAfter = (ms: number, join: string): void => {
        if (lives === 1) return;
        setTimeout(() => {
          if (relay().victims.has(join)) counts.unnoticed++;
          relay().leave();
        }, ms);
      };
      return {
        slots,
        forward(feed, { join, fedMs }) {
          const isDue = isOn && performance.now() - fedMs >= settledMs;
          const name = isDue ? choose(feed, !done.has(join)) : undefined;
          if (name === undefined) return [feed.bytes];
          if (left.includes(name)) left.splice(left.indexOf(name), 1);
          if (!done.has(join)) leaveAfter(UNNOTICED_MS, join);
          done.add(join);
          counts.altered++;
          counts.spots = SPOTS.length - left.length;
          return [flipped(feed, SPOTS[name]!.at(feed))];
        },
        victimLost({ join }) {
          if (done.has(join)) leaveAfter(LEAVE_MS, join);
        },
      };
    },
    figures: () => counts,
    set: (value) => void (isOn = value > 0),
  });
};
