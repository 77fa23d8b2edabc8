// Doors: registrations at signaling servers that a viewer holds besides its own, to take in newcomers as the root does. An offer
// that comes in by a door is placed in the subtree of whoever holds it. Numbered doors are the root's to order (crowd.ts).

import { isOurs } from './counts.ts';
import { doorOf, OWN_DOOR } from './door-ids.ts';
import { receiveEnvelope } from './joins.ts';
import type { OverlayEvent } from './event.ts';
import type { Doors } from './message.ts';
import { isAbove } from './paths.ts';
import type { Child, OverlayState } from './state.ts';
import { DOORS_HELD_MAX, DOORS_KEPT_MS } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Opens and closes what is wanted by now. Who isn't fed holds no door. */
export function tickDoors({ state, effects, nowMs }: Turn): void {
  const isUp = state.parent !== null && !state.isEnded;
  if (!isUp || (state.doorOrder && nowMs >= state.doorOrder.untilMs)) state.doorOrder = null;
  const wanted = new Set(heldDoors(state));
  if (state.isListening && isUp) wanted.add(OWN_DOOR);
  for (const at of state.doors) {
    if (wanted.has(at)) continue;
    state.doors.delete(at);
    effects.push({ type: 'close-door', at });
  }
  for (const at of wanted) {
    if (state.doors.has(at)) continue;
    state.doors.add(at);
    effects.push({ type: 'open-door', at });
  }
}

/** Our parent wants these doors open: the first is ours, the others are handed on. */
export function receiveDoors(turn: Turn, { first, count }: Doors): void {
  const { state, nowMs } = turn;
  state.doorOrder = count > 0 ? { first, count, untilMs: nowMs + DOORS_KEPT_MS } : null;
  handOut(turn, first + 1, Math.max(0, count - 1));
}

/** Deals doors to the subtrees, each as many as befits its slots. */
export function handOut(turn: Turn, first: number, count: number): void {
  const takers = takersOf(turn.state);
  const slots = takers.reduce((sum, child) => sum + slotsBelow(child), 0);
  let before = 0;
  for (const child of takers) {
    const from = Math.round((count * before) / slots);
    before += slotsBelow(child);
    const to = Math.round((count * before) / slots);
    send(turn, child.edge, { type: 'doors', first: first + from, count: to - from });
  }
}

/** A newcomer at a door of ours. Nobody above us is let in below us. */
export function receiveAtDoor(
  turn: Turn,
  { at, from, payload }: OverlayEvent & { type: 'door-message' },
): void {
  const { state } = turn;
  if (!state.doors.has(doorOf(at)) || !('signal' in payload)) return;
  if (from === state.peer || isAbove(state, from)) return;
  receiveEnvelope(turn, from, payload, at);
}

/** We go. */
export function closeDoors({ state, effects }: Turn): void {
  for (const at of state.doors) effects.push({ type: 'close-door', at });
  state.doors.clear();
  state.doorOrder = null;
}

/** The first door of our order, and all of them when there is nobody to hand them to. */
function heldDoors(state: OverlayState): string[] {
  if (!state.doorOrder) return [];
  const { first, count } = state.doorOrder;
  const held = takersOf(state).length > 0 ? 1 : Math.min(count, DOORS_HELD_MAX);
  return Array.from({ length: held }, (_, i) => String(first + i));
}

function takersOf(state: OverlayState): Child[] {
  return [...state.children.values()].filter((child) => isOurs(child) && slotsBelow(child) > 0);
}

function slotsBelow({ counts }: Child): number {
  return counts?.slots ?? 0;
}
