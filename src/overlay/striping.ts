// Two peers feed us instead of one where the path from our parent doesn't carry everything: half of the stripes come from it, half
// from a standby. The measure is what the parent says itself: how many packets it left out for us because they waited too long. What a
// standby held long ago and still isn't here (silence.ts) is the same fault, seen from the other side.
// Invariant 11 of evaluate.ts lives here: whoever stops bringing its half, the other one is asked for all in the same turn.
//
// A half is asked of a standby only if its way on those stripes doesn't lead through us. Which half goes by the order of the two
// ids: round any ring of standbys it goes up at least once and down at least once, so that no stripe can go round it, even
// where all decide at the same moment.

import { MASK_ALL } from '../base/limits.ts';
import { partnerOf } from './feeders.ts';
import type { StripeMask } from './message.ts';
import { followPaths, loopedStripes } from './paths.ts';
import { nextUnasked } from './progress.ts';
import { bestStandby, isSooner } from './standbys.ts';
import type { OverlayState, Parent, Standby } from './state.ts';
import { rejoin, subscribe } from './subscriptions.ts';
import {
  OVERLAP_MS,
  SPLIT_AGAIN_MS,
  SPLIT_CLEAN_MS_MAX,
  SPLIT_CLEAN_MS_MIN,
  SPLIT_DROPS,
  SPLIT_HOPS_MAX,
  SPLIT_WINDOW_MS,
} from './timing.ts';
import type { Turn } from './turn.ts';

/** Alternate stripes: what follows each other in a large packet comes by both ways. */
const HALVES: readonly [StripeMask, StripeMask] = [0b0101, 0b1010];

/** Splits what we are fed when the path is bad, and goes back to one parent when it has been clean for long. */
export function tickStriping(turn: Turn): void {
  const { state, nowMs } = turn;
  const { parent, split } = state;
  if (!parent) return;
  const partner = partnerOf(state);
  if (!partner) {
    if (isBad(parent, nowMs)) beginSplit(turn);
    return;
  }
  const isIdle = parent.mask === MASK_ALL && nowMs - split.sinceMs >= OVERLAP_MS;
  const isLooped = (loopedStripes(state, partner.paths) & partner.mask) !== 0;
  if (isIdle || isLooped) endSplit(turn);
  else if (nowMs - lastBadMs(state, parent, partner) >= split.cleanMs) {
    split.mergedMs = nowMs;
    endSplit(turn);
    split.nextMs = nowMs;
  }
}

/** Our partner brings something: the parent need not bring that half any more. */
export function narrowParent(turn: Turn, edge: string | null): void {
  const { parent } = turn.state;
  const partner = partnerOf(turn.state);
  if (!parent || parent.mask !== MASK_ALL || !partner || partner.edge !== edge) return;
  subscribe(turn, parent, MASK_ALL & ~partner.mask, nextUnasked(turn.state));
}

/** Back to one parent; the partner only stands by again. */
export function endSplit(turn: Turn): void {
  const { state, nowMs } = turn;
  const partner = partnerOf(state);
  if (!partner) return;
  state.split.nextMs = nowMs + SPLIT_AGAIN_MS;
  if (state.parent) state.parent.dropsMs = [];
  subscribe(turn, partner, 0);
  rejoin(turn);
}

/** Asks the best standby for half, if there is one that can give it. */
export function beginSplit(turn: Turn): boolean {
  const { state, nowMs } = turn;
  const { split } = state;
  if (state.isEnded || nowMs < split.nextMs) return false;
  // A packet is here when the slower half is: the fewer hops, the better.
  const isFit = (standby: Standby) => canFeedHalf(state, standby);
  const partner = bestStandby(turn, { isFit, isBetter: isNearer });
  if (!partner) return false;
  // Clean was only what two ways carried: one was tried too early.
  const isTooEarly = nowMs - split.mergedMs < SPLIT_CLEAN_MS_MIN;
  split.cleanMs = isTooEarly ? Math.min(2 * split.cleanMs, SPLIT_CLEAN_MS_MAX) : SPLIT_CLEAN_MS_MIN;
  split.sinceMs = nowMs;
  // What is older is on its way from our parent, which goes on with everything until the partner brings something.
  subscribe(turn, partner, halfOf(state, partner), state.progress.newestSeq + 1);
  followPaths(turn);
  return true;
}

/** Whether the parent lately left out so much that its path can't be enough. One that only lent us its slot is no reason. */
function isBad({ dropsMs, goingSinceMs, isSlow }: Parent, nowMs: number): boolean {
  if (goingSinceMs !== null && !isSlow) return false;
  const [firstMs = -Infinity] = dropsMs;
  return dropsMs.length >= SPLIT_DROPS && nowMs - firstMs <= SPLIT_WINDOW_MS;
}

function lastBadMs({ split }: OverlayState, ...feeders: Parent[]): number {
  return Math.max(split.sinceMs, ...feeders.flatMap(({ dropsMs }) => dropsMs.slice(-1)));
}

/** Whether the first is nearer to the root on its longest way, or as near and has the feed sooner. */
function isNearer(a: Standby, b: Standby): boolean {
  const [depth, other] = [depthOf(a), depthOf(b)];
  return depth === other ? isSooner(a, b) : depth < other;
}

function depthOf({ paths }: Parent): number {
  return Math.max(...paths.map(({ depth }) => depth));
}

/** It has a slot for us, and a way of its own that isn't much longer. The root keeps one slot for those who come: they can't go elsewhere. */
function canFeedHalf(state: OverlayState, standby: Standby): boolean {
  if (!state.parent || depthOf(standby) > depthOf(state.parent) + SPLIT_HOPS_MAX) return false;
  const isRoot = depthOf(standby) === 0;
  return (standby.tip?.freeSlots ?? 0) > (isRoot ? 1 : 0) && halfOf(state, standby) !== 0;
}

/** The half that this standby can feed us; 0 for none. */
function halfOf(state: OverlayState, { peer, paths }: Standby): StripeMask {
  const looped = loopedStripes(state, paths);
  const known = paths.reduce((mask, path) => mask | path.mask, 0);
  const [low, high] = HALVES;
  const order = state.peer < peer ? [low, high] : [high, low];
  return order.find((half) => (half & looped) === 0 && (half & ~known) === 0) ?? 0;
}
