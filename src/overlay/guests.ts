// Slots lent for a moment: a child that lost its parent and was stood by for may be fed although no slot is free, one at a
// time (invariant 3 of evaluate.ts), until the dead one's slot is free or it has moved on.

import { freeSlots, holdsSlot } from './counts.ts';
import type { Child, OverlayState } from './state.ts';

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
