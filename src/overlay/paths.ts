// Depth and ancestors: what a parent says of itself, one hop further down, is what we say to our children.
// Invariant 2 of evaluate.ts lives here: no peer stays below itself.

import { ANCESTORS_MAX } from '../base/limits.ts';
import type { Path } from './message.ts';
import type { OverlayState } from './state.ts';
import { DEPTH_MAX } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Whether a parent with these paths stands below us, or so deep that only a loop explains it. */
export function isLoop(state: OverlayState, paths: readonly Path[]): boolean {
  return paths.some((path) => path.ancestors.includes(state.peer) || path.depth >= DEPTH_MAX);
}

/** Whether this peer is known to stand above us. */
export function isAbove(state: OverlayState, peer: string): boolean {
  return peer === state.parent?.peer || state.paths.some((path) => path.ancestors.includes(peer));
}

/** Takes over a parent's paths and tells the children, if that changes anything. A parent without any changes nothing. */
export function followPaths(turn: Turn, parent: string, paths: readonly Path[]): void {
  const { state } = turn;
  if (paths.length === 0) return;
  const own = paths.map(({ mask, depth, ancestors }) => ({
    mask,
    depth: depth + 1,
    ancestors: [...ancestors, parent].slice(-ANCESTORS_MAX),
  }));
  if (JSON.stringify(own) === JSON.stringify(state.paths)) return;
  state.paths = own;
  for (const child of state.children.values()) {
    if (child.phase !== 'answering') send(turn, child.edge, { type: 'path', paths: own });
  }
}
