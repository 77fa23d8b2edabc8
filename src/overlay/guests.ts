// Slots lent for a moment: a child that lost its parent and was stood by for may be fed although no slot is free, one at a
// time (invariant 3 of evaluate.ts), until the dead one's slot is free or it has moved on.

import { freeSlots, holdsSlot, isFed } from './counts.ts';
import { silentMs } from './hearing.ts';
import type { Child, OverlayState } from './state.ts';
import { HEIR_OTHER_MS, HEIR_PRIMARY_MS } from './timing.ts';
import type { Turn } from './turn.ts';

/** Whether a child may be fed from now on: on its own slot, on a free one, or as the only guest. */
export function lendSlot(state: OverlayState, child: Child, nowMs: number): boolean {
  if (holdsSlot(child)) return true;
  if (state.slots === 0) return false;
  if (freeSlots(state) > 0) return true;
  for (const other of state.children.values())
    if (other !== child && other.guestSinceMs !== null) return false;
  becomeGuest(child, nowMs);
  return true;
}

/** From now on this child has its slot for a moment only. */
export function becomeGuest(child: Child, nowMs: number): void {
  child.guestSinceMs = nowMs;
  child.isAskedToGo = false;
  child.displacedBy = null;
}

/** Frees the slot of a child that is silent; it may have it back when it wakes. */
export function doze({ effects }: Turn, child: Child): void {
  child.dozingMask = child.mask;
  child.mask = 0;
  child.guestSinceMs = null;
  effects.push({ type: 'stop-child', edge: child.edge });
}

/** Whoever stood by for a child of ours, or for somebody near it, asks to be fed, so somebody died: if one of our children is silent
 * meanwhile, its slot is the heir's. */
export function freeForHeir(turn: Turn, heir: Child): void {
  const { state } = turn;
  if (holdsSlot(heir) || freeSlots(state) > 0) return;
  const mayBeDead = (child: Child) =>
    silentMs(state, child) >= (child.peer === heir.primary ? HEIR_PRIMARY_MS : HEIR_OTHER_MS);
  const dead = [...state.children.values()].find((child) => isFed(child) && mayBeDead(child));
  if (dead) doze(turn, dead);
}
