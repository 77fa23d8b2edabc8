// What a root remembers of those who come (crowd.ts, doorman.ts). A viewer has none of it.

import { take } from '../base/allowance.ts';
import type { Crowd, OverlayState } from './state.ts';
import { NEVER_MS, OWN_PER_SECOND_MAX } from './timing.ts';

/** The crowd of this root. */
export function crowdOf(state: OverlayState): Crowd {
  return (state.crowd ??= createCrowd());
}

/** Whether the root may place one more itself: so many a second that its uplink doesn't feel it. */
export function takeOwn(state: OverlayState, nowMs: number): boolean {
  return take(crowdOf(state).own, nowMs, OWN_PER_SECOND_MAX, OWN_PER_SECOND_MAX / 5);
}

/** Nobody came yet. */
function createCrowd(): Crowd {
  return {
    offers: 0,
    yielding: 0,
    others: [],
    sent: 0,
    notices: { left: 0, atMs: NEVER_MS },
    own: { left: 0, atMs: NEVER_MS },
    atMs: 0,
    doors: 0,
    doorsMs: 0,
    open: 0,
    quietSinceMs: null,
    orderedMs: NEVER_MS,
    certificates: new Map(),
  };
}
