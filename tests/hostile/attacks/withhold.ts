// Withholding (A6, A7, A8, M3): relays that keep back what they should pass on, or pass it on late, while they say that all is well.

import type { Attack } from '../attack.ts';
import { holdHerd } from '../herd.ts';
import type { FeedMessage } from '../relay.ts';

/** What is kept back: by number, as `set` takes it; 0 is nothing. */
const WHAT: readonly ((feed: FeedMessage, room: ReadonlySet<number>) => boolean)[] = [
  () => false,
  () => true,
  ({ seq }, room) => room.has(seq),
  ({ seq }) => seq % 10 === 0,
];
/** How late everything is with `set(LATE)`, ms. */
const LATE_MS = 1200;
const LATE = 4;

/**
 * `relays`, `slots` as ever. `alone`: children's searches for standbys lead nowhere, and their requests to nothing. `from`: what is kept
 * back at first. `set`: what is kept back from now on: 1 everything, 2 the room's packets, 3 every tenth packet; 4: all comes late.
 */
export const withhold: Attack = (target, { relays = 1, slots = 8, alone = 0, from = 0 }) => {
  const room = new Set<number>();
  const counts = { withheld: 0 };
  let what = from;
  return holdHerd(target, {
    relays,
    manner: () => ({
      slots,
      passesSearches: alone === 0,
      answersRequests: alone === 0,
      forward(feed, { edge }) {
        const { bytes, message, seq } = feed;
        if (message.type === 'head' && message.header.kind === 'room') room.add(seq);
        if (what === LATE) {
          counts.withheld++;
          setTimeout(() => edge.sendMedia(bytes), LATE_MS);
          return [];
        }
        if (!WHAT[what]?.(feed, room)) return [bytes];
        counts.withheld++;
        return [];
      },
    }),
    figures: () => counts,
    set: (value) => void (what = value),
  });
};
