// How often a peer is given its tick. Every 50 ms, as in a browser, wherever signs of life are exchanged. In a world of
// control messages alone a million settled peers have nothing to do on most ticks: there a peer ticks while something of
// its own is under way, and now and then.

import { PROMOTION_EVERY_MS } from '../../src/overlay/timing.ts';
import type { OverlayState } from '../../src/overlay/state.ts';

export const TICK_MS = 50;
/** After something happened a peer is looked after for this long, this often: sums go up at most every 250 ms. */
export const BUSY_MS = 300;
export const BUSY_TICK_MS = 100;
/** While a join that we passed on is being answered. */
const WATCHING_MS = 250;
/** A peer with nothing under way: memories of joins are let go, sums are compared. */
const IDLE_MS = 30_000;
/** A parent with nothing under way: it looks whether a move would pay. */
const PARENT_IDLE_MS = PROMOTION_EVERY_MS;

/** The root and its children tick and talk in full, so that the root's load is what it would be. */
export function isAtTheTop({ role, paths }: OverlayState): boolean {
  return role === 'root' || (paths[0]?.depth ?? 0) === 1;
}

/** When the next tick can matter, ms from now. */
export function idleTickMs(state: OverlayState, isMoving: boolean): number {
  if (isMoving || !state.parent || state.closing.size > 0) return TICK_MS;
  if (state.rendezvous !== 'closed') return WATCHING_MS;
  if (state.parent.goingSinceMs !== null || state.search.phase !== 'idle') return TICK_MS;
  for (const { releaseMs } of state.standbys.values()) if (releaseMs !== null) return TICK_MS;
  for (const { phase, guestSinceMs } of state.children.values())
    if (phase !== 'fed' || guestSinceMs !== null) return TICK_MS;
  for (const { phase } of state.joins.values())
    if (phase === 'passed' || phase === 'taken' || phase === 'waiting') return WATCHING_MS;
  return state.children.size > 0 ? PARENT_IDLE_MS : IDLE_MS;
}
