// Doors: registrations at signaling servers that a viewer holds besides its own, to take in newcomers as the root does. An offer
// that comes in by a door is placed in the subtree of whoever holds it.

import { receiveEnvelope } from './joins.ts';
import type { OverlayEvent } from './event.ts';
import { isAbove } from './paths.ts';
import type { Turn } from './turn.ts';

/** The door at a server of our own. */
export const OWN_DOOR = 'own';

/** Whoever serves the signaling itself is a door for as long as it is fed. */
export function tickDoors({ state, effects }: Turn): void {
  const isWanted = state.isListening && state.parent !== null && !state.isEnded;
  if (isWanted === state.doors.has(OWN_DOOR)) return;
  if (isWanted) state.doors.add(OWN_DOOR);
  else state.doors.delete(OWN_DOOR);
  effects.push({ type: isWanted ? 'open-door' : 'close-door', at: OWN_DOOR });
}

/** A newcomer at a door of ours. Nobody above us is let in below us. */
export function receiveAtDoor(
  turn: Turn,
  { at, from, payload }: OverlayEvent & { type: 'door-message' },
): void {
  const { state } = turn;
  if (!state.doors.has(at) || !('signal' in payload)) return;
  if (from === state.peer || isAbove(state, from)) return;
  receiveEnvelope(turn, from, payload, at);
}

/** We go. */
export function closeDoors({ state, effects }: Turn): void {
  for (const at of state.doors) effects.push({ type: 'close-door', at });
  state.doors.clear();
}
