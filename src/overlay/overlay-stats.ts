// What sessions and pages may read from an overlay's state.

import { isOurs, sumCounts } from './counts.ts';
import { NO_SEQ } from './message.ts';
import type { OverlayState } from './state.ts';

/** A peer's place, in plain values. */
export interface OverlayStats {
  /** 0 for the root; null without a parent. */
  depth: number | null;
  parentId: string | null;
  /** Peers that would feed us at once. */
  standbyIds: string[];
  /** Packets that came from a standby because they were missing. */
  repairs: number;
  /** Peers that we are the parent of. */
  childIds: string[];
  /** Viewers in the subtree: everybody who watches, when asked of the root; a viewer counts itself. */
  viewers: number;
  /** The newest seq that each peer we feed says it holds; NO_SEQ where it holds none. */
  childSeqs: number[];
  /** Round trip to the parent, ms; null before the first pong. */
  rttMs: number | null;
}

/** A peer's place now. */
export function overlayStats(state: OverlayState): OverlayStats {
  const { parent, children, role, clockSamples, paths } = state;
  const path = parent && paths[0];
  const rttsUs = clockSamples.map((sample) => sample.rttUs);
  const fed = [...children.values()].filter((child) => child.phase === 'fed');
  return {
    depth: role === 'root' ? 0 : path ? path.depth : null,
    parentId: parent?.peer ?? null,
    repairs: state.repairs,
    standbyIds: [...state.standbys.values()].map((standby) => standby.peer),
    childSeqs: fed.map((child) => child.tip?.seq ?? NO_SEQ),
    childIds: fed.filter(isOurs).map((child) => child.peer),
    viewers: sumCounts(state).viewers,
    rttMs: parent && rttsUs.length > 0 ? Math.min(...rttsUs) / 1000 : null,
  };
}

/** The edge that feeds us, those to peers that would, and those of the children that we feed. */
export function feedingEdges(state: OverlayState): {
  parent: string | null;
  standbys: string[];
  children: string[];
} {
  const fed = [...state.children.values()].filter(isOurs);
  const standbys = [...state.standbys.values()].map((standby) => standby.edge);
  return { parent: state.parent?.edge ?? null, standbys, children: fed.map((child) => child.edge) };
}

/** How many viewers the child at this edge says are below it, itself included. */
export function viewersBelow({ children }: OverlayState, edge: string): number {
  return children.get(edge)?.counts?.viewers ?? 1;
}

/** Whether everything has been said and closed after `leaving`. */
export function hasLeft(state: OverlayState): boolean {
  return state.isLeaving && state.closing.size === 0;
}
