// Many at once: above a few offers a second the root sends newcomers to doors (door-notices.ts): ids that
// viewers hold for it, each with a subtree to place them in. What an offer then costs the root is one short answer.

import { sumCounts } from './counts.ts';
import { handOut } from './doors.ts';
import { fade } from './door-notices.ts';
import type { OverlayState } from './state.ts';
import {
  CROWD_MS,
  DOOR_JOINS_PER_SECOND,
  DOOR_OPENING_MS,
  DOOR_VIEWERS_MIN,
  DOORS_KEPT_MS,
  DOORS_MAX,
  DOORS_RENEW_MS,
} from './timing.ts';
import type { Turn } from './turn.ts';

/** Opens as many doors as the crowd wants, and closes them some time after it has passed. */
export function tickCrowd(turn: Turn): void {
  const { state, nowMs } = turn;
  const { crowd } = state;
  if (state.role !== 'root') return;
  fade(state, nowMs);
  const wanted = doorsWanted(state);
  if (wanted >= crowd.doors) crowd.quietSinceMs = null;
  else crowd.quietSinceMs ??= nowMs;
  const isOpen = nowMs - crowd.doorsMs >= DOOR_OPENING_MS;
  if (isOpen) crowd.open = crowd.doors;
  // More of them once those that were ordered before are open: else a growing crowd would find none.
  if (wanted > crowd.doors && (isOpen || crowd.doors === 0)) {
    crowd.doors = wanted;
    crowd.doorsMs = nowMs;
    crowd.orderedMs = -Infinity;
  } else if (crowd.quietSinceMs !== null && nowMs - crowd.quietSinceMs >= DOORS_KEPT_MS) {
    // Nobody is sent any more to those that close; whoever is on the way there has the time until the order lapses.
    crowd.doors = crowd.open = wanted;
    crowd.quietSinceMs = null;
  }
  if (crowd.doors === 0 || nowMs - crowd.orderedMs < DOORS_RENEW_MS) return;
  crowd.orderedMs = nowMs;
  handOut(
    turn,
    Array.from({ length: crowd.doors }, (_, number) => number),
  );
}

function doorsWanted(state: OverlayState): number {
  const perSecond = (state.crowd.offers * 1000) / CROWD_MS;
  if (perSecond <= DOOR_JOINS_PER_SECOND) return 0;
  const room = Math.floor(sumCounts(state).viewers / DOOR_VIEWERS_MIN);
  return Math.min(DOORS_MAX, room, Math.ceil(perSecond / DOOR_JOINS_PER_SECOND));
}
