// Who is silent just now, and may be dead. It is too early to let go of them; but what is passed to the dead is lost without a word.

import type { Child, OverlayState, Parent } from './state.ts';
import { CHILD_DOZE_MS, STANDBY_FRESH_MS } from './timing.ts';

/** Who is at the other end of an edge: a child, a standby or our parent. */
export function neighbourAt(
  { children, standbys, parent }: OverlayState,
  edge: string,
): Child | Parent | undefined {
  return children.get(edge) ?? standbys.get(edge) ?? (edge === parent?.edge ? parent : undefined);
}

/** For how long nothing was heard of a neighbour, ms. Measured up to our own last tick: nobody is blamed for what we slept through. */
export function silentMs({ tickedMs }: OverlayState, { heardMs }: Child | Parent): number {
  return tickedMs - heardMs;
}

/** Whether this child missed some tips. */
export function isChildSilent(state: OverlayState, child: Child): boolean {
  return silentMs(state, child) >= CHILD_DOZE_MS;
}

/** Whether whoever is at the other end of an edge is heard as usual. */
export function isHeard(state: OverlayState, edge: string | null): boolean {
  const neighbour = edge === null ? undefined : neighbourAt(state, edge);
  if (!neighbour) return false;
  return silentMs(state, neighbour) < (state.children.has(neighbour.edge) ? CHILD_DOZE_MS : STANDBY_FRESH_MS);
}
