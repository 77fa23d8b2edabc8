// How a peer stands to us: above, below, near or far. Decides whom a viewer may have as a standby, and whom it may stand by
// for. The root is no ancestor that counts: everybody has it.

import type { Path } from './message.ts';
import type { OverlayState } from './state.ts';
import { DEPTH_MAX } from './timing.ts';

/** Worst place that a standby can have: below our own parent, whose death takes it along. */
export const TIER_WORST = 3;

/** Everybody above, from the top down, the root left out. */
export function aboveOf(paths: readonly Path[]): string[] {
  const above = paths.flatMap(({ depth, ancestors }) =>
    depth === ancestors.length ? ancestors.slice(1) : ancestors,
  );
  return [...new Set(above)];
}

/**
 * How well this peer would do as our standby: 0 in another subtree below the root, 1 not below our parent, 2 an ancestor,
 * 3 below our parent; null when it is below ourselves.
 */
export function tierOf(state: OverlayState, peer: string, paths: readonly Path[]): number | null {
  if (paths.some(({ depth, ancestors }) => ancestors.includes(state.peer) || depth >= DEPTH_MAX)) return null;
  const above = aboveOf(state.paths);
  if (above.includes(peer) || paths.some(({ depth }) => depth === 0)) return 2;
  const theirs = aboveOf(paths);
  const parent = state.parent?.peer;
  if (parent !== undefined && theirs.includes(parent)) return TIER_WORST;
  return theirs.some((ancestor) => above.includes(ancestor)) ? 1 : 0;
}
