// Doors: registrations at signaling servers that a viewer holds besides its own, to take in newcomers as the root does. An offer
// that comes in by a door is placed in the subtree of whoever holds it. Numbered doors are the root's to order (crowd.ts).

import { isOurs } from './counts.ts';
import { doorOf, OWN_DOOR } from './door-ids.ts';
import { receiveEnvelope } from './joins.ts';
import type { OverlayEvent } from './event.ts';
import type { Doors } from './message.ts';
import { isAbove } from './paths.ts';
import type { Child, OrderedDoors, OverlayState } from './state.ts';
import { DOORS_HELD_MAX, DOORS_KEPT_MS } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Opens and closes what is wanted by now. Who isn't fed holds no door. */
export function tickDoors({ state, effects, nowMs }: Turn): void {
  const isUp = state.parent !== null && !state.isEnded;
  if (!isUp || (state.doorOrder && nowMs >= state.doorOrder.untilMs)) state.doorOrder = null;
  const wanted = new Set(heldDoors(state));
  if (state.isListening && isUp) wanted.add(OWN_DOOR);
  for (const at of state.doors.keys()) {
    if (wanted.has(at)) continue;
    state.doors.delete(at);
    effects.push({ type: 'close-door', at });
  }
  for (const at of wanted) {
    const certificate = state.doorOrder?.doors.get(Number(at));
    if (state.doors.has(at) && state.doors.get(at) === certificate) continue;
    state.doors.set(at, certificate);
    effects.push({ type: 'open-door', at });
  }
}

/** Our parent wants these doors open: one is ours, the others are handed on. */
export function receiveDoors(turn: Turn, { numbers, certificates, yields }: Doors): void {
  const { state, nowMs } = turn;
  const doors = new Map(numbers.map((number, i) => [number, certificates?.[i]]));
  state.doorOrder = doors.size > 0 ? { doors, yields, untilMs: nowMs + DOORS_KEPT_MS } : null;
  handOut(turn, doors, yields);
}

/** Deals doors to the subtrees, each as many as befits its slots. Who has one keeps it for as long as it can. */
export function handOut(turn: Turn, order: OrderedDoors, yields?: true): void {
  const { state } = turn;
  const { doorHolders: holders } = state;
  const takers = new Map(takersOf(state).map((child) => [child.edge, { child, doors: [] as number[] }]));
  dismiss(state, order, takers);
  for (const [number, edge] of holders) if (edge !== null) takers.get(edge)?.doors.push(number);
  for (const number of order.keys()) {
    if (holders.has(number)) continue;
    const held = [...holders.values()].filter((edge) => edge === null).length;
    const isOurs = state.role === 'viewer' && held < (takers.size > 0 ? 1 : DOORS_HELD_MAX);
    const taker = isOurs ? undefined : neediest([...takers.values()]);
    if (!isOurs && !taker) break;
    holders.set(number, taker?.child.edge ?? null);
    taker?.doors.push(number);
  }
  for (const { child, doors } of takers.values()) {
    // Whoever has none is told so once: else each order would go through the whole tree.
    if (doors.length === 0 && child.doors === 0) continue;
    child.doors = doors.length;
    send(turn, child.edge, { ...messageOf(doors, order), yields });
  }
}

/** These doors of the order, with their certificates: whoever ordered them has one for each, or none at all. */
function messageOf(doors: readonly number[], order: OrderedDoors): Doors {
  const numbers = [...doors].sort((a, b) => a - b);
  const certificates = numbers.map((number) => order.get(number)).filter((one) => one !== undefined);
  const isCertified = numbers.length > 0 && certificates.length === numbers.length;
  return { type: 'doors', numbers, ...(isCertified && { certificates }) };
}

/** Takes doors back from whoever can't hold them any more, and our own but one once there is somebody to hand them to. */
function dismiss(
  { doorHolders: holders }: OverlayState,
  order: OrderedDoors,
  takers: ReadonlyMap<string, unknown>,
): void {
  let held = 0;
  for (const [number, edge] of holders) {
    const isKept = edge === null ? held++ === 0 || takers.size === 0 : takers.has(edge);
    if (!isKept || !order.has(number)) holders.delete(number);
  }
}

/** Whoever has the fewest doors for its slots. */
function neediest(takers: readonly { child: Child; doors: number[] }[]) {
  const load = ({ child, doors }: { child: Child; doors: number[] }) =>
    (doors.length + 1) / slotsBelow(child);
  return takers.reduce<{ child: Child; doors: number[] } | undefined>(
    (least, one) => (!least || load(one) < load(least) ? one : least),
    undefined,
  );
}

/** A newcomer at a door of ours. Nobody above us is let in below us. */
export function receiveAtDoor(
  turn: Turn,
  { at, from, payload }: OverlayEvent & { type: 'door-message' },
): void {
  const { state } = turn;
  if (!state.doors.has(doorOf(at)) || !('signal' in payload)) return;
  if (from === state.peer || isAbove(state, from)) return;
  receiveEnvelope(turn, from, payload, at, { yields: state.doorOrder?.yields });
}

/** We go. */
export function closeDoors({ state, effects }: Turn): void {
  for (const at of state.doors.keys()) effects.push({ type: 'close-door', at });
  state.doors.clear();
  state.doorHolders.clear();
  state.doorOrder = null;
}

/** Those of our order that nobody else has. */
function heldDoors({ doorOrder, doorHolders }: OverlayState): string[] {
  if (!doorOrder) return [];
  return [...doorOrder.doors.keys()].filter((number) => doorHolders.get(number) === null).map(String);
}

function takersOf(state: OverlayState): Child[] {
  return [...state.children.values()].filter((child) => isOurs(child) && slotsBelow(child) > 0);
}

function slotsBelow({ counts }: Child): number {
  return counts?.slots ?? 0;
}
