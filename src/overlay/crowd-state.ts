// What a root remembers of those who come (crowd.ts, doorman.ts). A viewer has none of it.

import type { Crowd, OverlayState } from './state.ts';
import { NEVER_MS } from './timing.ts';

/** The crowd of this root. */
export function crowdOf(state: OverlayState): Crowd {
  return (state.crowd ??= createCrowd());
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
