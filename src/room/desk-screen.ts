// What several rules of the desk do: put a comment on the screens, count what isn't, change the mode, write the log.

import type { DeskLogEntry, DeskState, HeldComment } from './desk-state.ts';
import { HELD_MAX, LOG_MAX, SHOWN_MAX } from './room-limits.ts';
import type { RoomComment, RoomMode } from './room-packet.ts';

/** To every screen; gives the id that it has there. */
export function show(state: DeskState, { by, name, text }: Omit<RoomComment, 'id'>): number {
  const comment = { id: ++state.lastId, by, name, text };
  state.shown.push(comment);
  if (state.shown.length > SHOWN_MAX) state.shown.shift();
  state.sums.shown++;
  state.out.add.push(comment);
  state.out.isDue = true;
  return comment.id;
}

/** One that nobody sees. */
export function countLeftOut(state: DeskState): void {
  state.leftOutHere++;
  state.out.isDue = true;
}

/** Whoever waited longest for approval makes room. */
export function trimHeld(state: DeskState): void {
  const most = state.held.length - HELD_MAX;
  if (most <= 0) return;
  state.held.splice(0, most);
  for (let i = 0; i < most; i++) countLeftOut(state);
}

/** From now on; a shield can no longer be taken back. `reason`: when it isn't the broadcaster's wish. */
export function setMode(state: DeskState, mode: RoomMode, nowMs: number, reason?: string): void {
  if (mode === state.mode) return;
  state.mode = mode;
  state.undo = null;
  if (mode !== 'open' && mode !== 'slow') holdPending(state);
  note(state, { atMs: nowMs, act: 'mode', by: '', text: mode, ...(reason && { reason }) });
  state.out.isUrgent = state.out.isDue = true;
}

/** What was about to be shown waits for approval now, or is dropped where nothing is taken. */
function holdPending(state: DeskState): void {
  for (const { comment } of state.pending.splice(0)) {
    if (state.mode !== 'approve') continue;
    const held: HeldComment = { ...comment, id: ++state.lastId, kind: 'comment', why: 'approve' };
    state.held.push(held);
  }
  trimHeld(state);
}

/** Into the log. */
export function note(state: DeskState, entry: DeskLogEntry): void {
  const { actor } = state;
  state.logged++;
  state.log.push(actor ? { ...entry, moderator: actor.name } : entry);
  if (state.log.length > LOG_MAX) state.log.shift();
}
