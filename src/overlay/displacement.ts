// A full tree takes a newcomer that brings slots, in the place of a leaf that has none: the newcomer comes as a guest (guests.ts),
// the leaf is the guest from then on, is asked to go, and finds its new place below the newcomer. Nobody goes without a picture
// meanwhile. Without this, first come first placed fills a tree with peers that give nothing.

import { isOurs, usedSlots } from './counts.ts';
import { becomeGuest } from './guests.ts';
import type { Child, OverlayState } from './state.ts';
import { send, type Turn } from './turn.ts';

/** Whether a newcomer may be taken here although no slot is free, one at a time. */
export function canMakeWay(state: OverlayState): boolean {
  const children = [...state.children.values()];
  return children.some(isLeafWithoutSlots) && !children.some(({ guestSinceMs }) => guestSinceMs !== null);
}

/** A newcomer that was taken as a guest is fed: a leaf gives its slot to it. False: it has no slots itself, or nobody can go. */
export function makeWay(turn: Turn, newcomer: Child): boolean {
  const { state, nowMs } = turn;
  if (usedSlots(state) <= state.slots) {
    newcomer.guestSinceMs = null;
    return true;
  }
  const leaf = [...state.children.values()].reverse().find(isLeafWithoutSlots);
  if (!leaf || leaf === newcomer || newcomer.counts?.slots === 0) return false;
  newcomer.guestSinceMs = null;
  becomeGuest(leaf, nowMs);
  leaf.displacedBy = newcomer.edge;
  leaf.isAskedToGo = true;
  send(turn, leaf.edge, { type: 'bye', reason: 'guest', suggest: newcomer.peer });
  return true;
}

/** The newcomer that was to feed this guest and didn't: it claimed slots, and the guest keeps its own. */
export function idleDisplacer(state: OverlayState, guest: Child): Child | undefined {
  const newcomer = state.children.get(guest.displacedBy ?? '');
  return newcomer && (newcomer.counts?.viewers ?? 1) <= 1 ? newcomer : undefined;
}

function isLeafWithoutSlots(child: Child): boolean {
  return isOurs(child) && child.counts?.slots === 0;
}
