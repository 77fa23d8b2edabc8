// A settled peer of a large world takes up little room: its empty collections are all one and the same, until something
// happens to it. A map without an entry takes 200 bytes, and a peer has a dozen of them.

import type { OverlayState } from '../../src/overlay/state.ts';

const NOTHING = new Map<never, never>();
const NO_SEQS = new Set<number>();
const MAPS = [
  'standbys',
  'searches',
  'children',
  'joins',
  'doors',
  'doorHolders',
  'rejected',
  'allowances',
  'closing',
] as const satisfies (keyof OverlayState)[];

/** Gives the room of empty collections back. Until `wakeUp` nothing may happen to this peer. */
export function goToRest(state: OverlayState): void {
  const maps: Record<(typeof MAPS)[number], ReadonlyMap<unknown, unknown>> = state;
  for (const name of MAPS) if (maps[name].size === 0) maps[name] = NOTHING;
  if (state.progress.ahead.size === 0) state.progress.ahead = NO_SEQS;
  if (state.progress.holes.size === 0) state.progress.holes = NOTHING;
}

/** Gives it collections of its own again. */
export function wakeUp(state: OverlayState): void {
  const maps: Record<(typeof MAPS)[number], ReadonlyMap<unknown, unknown>> = state;
  for (const name of MAPS) if (maps[name] === NOTHING) maps[name] = new Map();
  if (state.progress.ahead === NO_SEQS) state.progress.ahead = new Set();
  if (state.progress.holes === NOTHING) state.progress.holes = new Map();
}
