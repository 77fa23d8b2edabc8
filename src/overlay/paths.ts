// Depth and ancestors: what a parent says of itself, one hop further down, is what we say to our children.
// Invariant 2 of evaluate.ts lives here: no peer stays below itself.

import { ANCESTORS_MAX } from '../base/limits.ts';
import { parentMask, partnerOf } from './feeders.ts';
import type { Path, StripeMask } from './message.ts';
import type { OverlayState, Parent } from './state.ts';
import { DEPTH_MAX } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Whether a parent with these paths stands below us, or so deep that only a loop explains it. */
export function isLoop(state: OverlayState, paths: readonly Path[]): boolean {
  return loopedStripes(state, paths) !== 0;
}

/** The stripes that reach a peer with these paths through us, or by a way so long that only a loop explains it. */
export function loopedStripes({ peer }: OverlayState, paths: readonly Path[]): StripeMask {
  return paths.reduce(
    (looped, { mask, depth, ancestors }) =>
      ancestors.includes(peer) || depth >= DEPTH_MAX ? looped | mask : looped,
    0,
  );
}

/** Whether whatever a peer with these paths could bring reaches it through us. */
export function isWhollyBelow(state: OverlayState, paths: readonly Path[]): boolean {
  const looped = loopedStripes(state, paths);
  return looped !== 0 && paths.every(({ mask }) => (mask & ~looped) === 0);
}

/** Whether this peer is known to stand above us, on any stripe. */
export function isAbove(state: OverlayState, peer: string): boolean {
  return peer === state.parent?.peer || state.paths.some((path) => path.ancestors.includes(peer));
}

/** Whether it does on every stripe: then there is nothing that it could ever get from us. */
export function isWhollyAbove(state: OverlayState, peer: string): boolean {
  return peer === state.parent?.peer || state.paths.every((path) => path.ancestors.includes(peer));
}

/**
 * Takes over the paths of our parent, and on the stripes of our partner that one's, and tells the children, if that changes anything.
 * A parent without any changes nothing.
 */
export function followPaths(turn: Turn): void {
  const { state } = turn;
  const { parent } = state;
  if (!parent || parent.paths.length === 0) return;
  const partner = partnerOf(state);
  const own = below(parent, parentMask(state));
  if (partner) own.push(...below(partner, partner.mask));
  if (JSON.stringify(own) === JSON.stringify(state.paths)) return;
  state.paths = own;
  for (const child of state.children.values()) {
    if (child.phase !== 'answering') send(turn, child.edge, { type: 'path', paths: own });
  }
}

/** How these stripes reach whoever takes them from this peer. */
function below({ peer, paths }: Parent, stripes: StripeMask): Path[] {
  return paths.flatMap(({ mask, depth, ancestors }) =>
    (mask & stripes) === 0
      ? []
      : [
          {
            mask: mask & stripes,
            depth: depth + 1,
            ancestors: [...ancestors, peer].slice(-ANCESTORS_MAX),
          },
        ],
  );
}
