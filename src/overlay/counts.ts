// Sums over subtrees: each peer adds its children's last reports to itself and tells its parent when that changed.
// A child that goes takes its report with it, so one who moves is counted once again as soon as both parents know.

import type { Counts } from './message.ts';
import { NO_DEPTH } from './message.ts';
import type { Child, OverlayState } from './state.ts';
import { COUNT_MAX, COUNTS_MS } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Whether this child is one we feed with the picture or a part of it, not a standby and not still arriving. */
export function isFed(child: Child): boolean {
  return child.phase === 'fed' && child.mask !== 0;
}

/** Whether its subtree is below us: it is fed, and not only the half of one who has another parent. */
export function isOurs(child: Child): boolean {
  return isFed(child) && child.isPrimary;
}

/** Whether a child holds a slot: one that is still arriving does, one that we stand by for doesn't. */
export function holdsSlot(child: Child): boolean {
  return child.phase === 'fed' ? child.mask !== 0 : !child.isStandby;
}

/** Slots that somebody holds; a guest makes them one more than there are. */
export function usedSlots(state: OverlayState): number {
  let used = 0;
  for (const child of state.children.values()) if (holdsSlot(child)) used++;
  return used;
}

/** Slots that nobody holds, and that don't rest. */
export function freeSlots(state: OverlayState): number {
  return Math.max(0, state.slots - usedSlots(state) - state.resting.length);
}

/** The sums over our subtree. The root is no viewer. */
export function sumCounts(state: OverlayState): Counts {
  const own = freeSlots(state);
  const sum: Counts = {
    type: 'counts',
    viewers: state.role === 'root' ? 0 : 1,
    slots: Math.max(state.slots, own),
    freeSlots: own,
    freeDepth: own > 0 ? (state.paths[0]?.depth ?? NO_DEPTH) : NO_DEPTH,
  };
  for (const child of state.children.values()) {
    if (!isOurs(child) || !child.counts) continue;
    sum.viewers = Math.min(COUNT_MAX, sum.viewers + child.counts.viewers);
    sum.slots = Math.min(COUNT_MAX, sum.slots + child.counts.slots);
    sum.freeSlots = Math.min(COUNT_MAX, sum.freeSlots + child.counts.freeSlots);
    sum.freeDepth = Math.min(sum.freeDepth, child.counts.freeDepth);
  }
  return sum;
}

/** Tells the parent, when the sums changed and it is time. */
export function tickCounts(turn: Turn): void {
  const { state, nowMs } = turn;
  if (!state.parent || nowMs - state.countsSentMs < COUNTS_MS) return;
  const sum = sumCounts(state);
  if (state.countsSent && isSame(state.countsSent, sum)) return;
  state.countsSent = sum;
  state.countsSentMs = nowMs;
  send(turn, state.parent.edge, sum);
}

function isSame(a: Counts, b: Counts): boolean {
  return (
    a.viewers === b.viewers &&
    a.slots === b.slots &&
    a.freeSlots === b.freeSlots &&
    a.freeDepth === b.freeDepth
  );
}
