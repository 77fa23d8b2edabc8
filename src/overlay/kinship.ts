// How a peer stands to us: above, below, near or far. Decides whom a viewer may have as a standby, and whom it may stand by
// for. The root is no ancestor that counts: everybody has it.

import type { Path } from './message.ts';
import { loopedStripes } from './paths.ts';
import type { OverlayState } from './state.ts';

/** Worst place that a standby can have: below our own parent, whose death takes it along, or partly below ourselves. */
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
 * 3 below our parent, or on some stripes below ourselves; null when it is below ourselves on all.
 */
export function tierOf(state: OverlayState, peer: string, paths: readonly Path[]): number | null {
  const looped = loopedStripes(state, paths);
  if (looped !== 0) return paths.some(({ mask }) => (mask & ~looped) !== 0) ? TIER_WORST : null;
  const above = aboveOf(state.paths);
  if (above.includes(peer) || paths.some(({ depth }) => depth === 0)) return 2;
  const theirs = aboveOf(paths);
  const parent = state.parent?.peer;
  if (parent !== undefined && theirs.includes(parent)) return TIER_WORST;
  return theirs.some((ancestor) => above.includes(ancestor)) ? 1 : 0;
}
