// What the broadcaster does to comments and people: shield, hide, mute, approve, dismiss, ask on air.

import { wholePacket } from './desk-packets.ts';
import { note, setMode, show } from './desk-screen.ts';
import type { AskedGuest, DeskState } from './desk-state.ts';
import { askQuestion } from './questions.ts';
import { SHIELD_UNDO_MS } from './room-limits.ts';
import type { RoomComment, RoomPacket } from './room-packet.ts';

/** Clears every screen; from now on comments wait for approval. */
export function raiseShield(state: DeskState, nowMs: number): void {
  const before = state.undo ?? { mode: state.wishedMode, floor: state.floor };
  state.flood.reset();
  state.wishedMode = 'approve';
  setMode(state, 'approve', nowMs);
  state.floor = state.lastId + 1;
  state.undo = { mode: before.mode, floor: before.floor, untilMs: nowMs + SHIELD_UNDO_MS };
  note(state, { atMs: nowMs, act: 'shield', by: '', text: '' });
  state.out.isUrgent = state.out.isDue = true;
}

/** Takes the shield back, while that is possible: the whole room, as it was. */
export function lowerShield(state: DeskState, nowMs: number): RoomPacket | undefined {
  const { undo } = state;
  if (!undo || nowMs > undo.untilMs) return undefined;
  state.wishedMode = undo.mode;
  setMode(state, undo.mode, nowMs);
  state.floor = undo.floor;
  state.undo = null;
  note(state, { atMs: nowMs, act: 'undo', by: '', text: '' });
  return wholePacket(state);
}

/** From every screen. */
export function hide(state: DeskState, id: number, nowMs: number): void {
  const comment = state.shown.find((one) => one.id === id);
  if (comment) note(state, { atMs: nowMs, act: 'hide', id, by: comment.by, text: comment.text });
  takeAway(state, [id]);
}

function takeAway(state: DeskState, ids: readonly number[]): void {
  for (const id of ids) state.hidden.set(id, true);
  state.shown = state.shown.filter(({ id }) => !ids.includes(id));
  const isAsked = state.questions.some(({ id }) => ids.includes(id));
  state.questions = state.questions.filter(({ id }) => !ids.includes(id));
  if (state.pinned && ids.includes(state.pinned.id)) state.pinned = null;
  if (isAsked) state.out.hasBoard = true;
  state.out.hide.push(...ids);
  state.out.isUrgent = state.out.isDue = true;
}

/** Everything of its author goes, and what it says from now on. */
export function mute(state: DeskState, id: number, nowMs: number): void {
  const all: RoomComment[] = [...state.shown, ...state.held, ...state.questions];
  const comment = all.find((one) => one.id === id);
  if (!comment || comment.by === '') return;
  const { by, name, text } = comment;
  // With the tag the next keys from there are muted too, and who speaks there besides.
  state.muted.set(state.speakers.get(by)?.tag ?? by, name);
  state.held = state.held.filter((one) => one.by !== by);
  state.pending = state.pending.filter((one) => one.comment.by !== by);
  takeAway(
    state,
    all.filter((one) => one.by === by).map((one) => one.id),
  );
  state.out.hasMuted = true;
  if (state.guest?.by === by) askGuest(state, null);
  note(state, { atMs: nowMs, act: 'mute', id, by, text });
}

/** What was held goes to the screens, a question to the board. */
export function approve(state: DeskState, id: number, nowMs: number): void {
  const held = state.held.find((one) => one.id === id);
  if (!held) return;
  state.held = state.held.filter((one) => one !== held);
  const { by, name, text, kind, why } = held;
  const speaker = state.speakers.get(by);
  if (speaker) state.speakers.set(by, { ...speaker, isVouched: true });
  const shownId =
    kind === 'question'
      ? askQuestion(state, { kind, author: by, counter: 0, target: 0, name, text })
      : show(state, held);
  note(state, { atMs: nowMs, act: 'approve', id: shownId, by, text, reason: why });
}

/** What was held is forgotten. */
export function dismiss(state: DeskState, id: number, nowMs: number): void {
  const held = state.held.find((one) => one.id === id);
  if (!held) return;
  state.held = state.held.filter((one) => one !== held);
  note(state, { atMs: nowMs, act: 'dismiss', id, by: held.by, text: held.text, reason: held.why });
}

/** Asks somebody on air in place of whoever was asked; null: nobody any more. */
export function askGuest(state: DeskState, guest: AskedGuest | null): void {
  if (guest === state.guest) return;
  state.guest = guest;
  state.out.hasGuest = true;
  state.out.isUrgent = state.out.isDue = true;
}
