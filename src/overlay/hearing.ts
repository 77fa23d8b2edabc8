// Who is silent just now, and may be dead. It is too early to let go of them; but what is passed to the dead is lost without a word.

import type { Child, OverlayState } from './state.ts';
import { CHILD_DOZE_MS, STANDBY_FRESH_MS } from './timing.ts';

/** Whether this child missed some tips. Measured up to our own last tick: nobody is blamed for what we slept through. */
export function isChildSilent({ tickedMs }: OverlayState, { heardMs }: Child): boolean {
  return tickedMs - heardMs >= CHILD_DOZE_MS;
}

/** Whether whoever is at the other end of an edge is heard as usual. */
export function isHeard(
  { tickedMs, children, parent, standbys }: OverlayState,
  edge: string | null,
): boolean {
  if (edge === null) return false;
  const child = children.get(edge);
  const heardMs = (child ?? (parent?.edge === edge ? parent : standbys.get(edge)))?.heardMs;
  return heardMs !== undefined && tickedMs - heardMs < (child ? CHILD_DOZE_MS : STANDBY_FRESH_MS);
}
