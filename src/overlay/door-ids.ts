// Names of doors: the ids under which newcomers ask for them at a signaling server, and what the overlay calls them.

import { DOORS_MAX } from './timing.ts';

/** The door at a server of our own. The others are named by their numbers. */
export const OWN_DOOR = 'own';

/** Under which a numbered door is registered. */
export function doorId(broadcastId: string, door: number | string): string {
  return `${broadcastId}-${door}`;
}

/** Whether this is the id of a door of this broadcast. */
export function isDoorId(broadcastId: string, id: string): boolean {
  if (!id.startsWith(`${broadcastId}-`)) return false;
  const number = id.slice(broadcastId.length + 1);
  return /^\d{1,2}$/.test(number) && Number(number) < DOORS_MAX;
}

/** Whether what came in `at` came by a numbered door: nobody waits there, the root's queue is the only one. */
export function isNumberedDoor(at: string): boolean {
  return /^\d/.test(at);
}

/** The door by which something came in. Its holder is registered at each server of the link: `<door>@<server>`. */
export function doorOf(at: string): string {
  return at.split('@', 1)[0] ?? at;
}
