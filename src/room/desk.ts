// The broadcaster's desk: what comes up is shown, held or dropped, and what the broadcaster does goes out to every screen.
// A function as the overlay is: event and time in, packets and notices out.
//
// Invariants, which tests name by number:
// 1. Nothing of a muted author, and nothing while the room is closed or takes hearts only, is shown or held.
// 2. While comments are approved first, nothing is shown that wasn't approved, however the mode came about.
// 3. What was hidden or cleared by the shield is in no later packet, whole or not, until the shield is taken back.
// 4. Nothing is shown twice: a key's counter only grows.
// 5. However much comes, what goes out is bounded, and everything kept is.
// 6. What the room did by itself it takes back by itself; what the broadcaster chose stays.

import { unreachable } from '../base/assert.ts';
import { take } from '../base/allowance.ts';
import { WordRules } from './block-words.ts';
import { admit } from './desk-admission.ts';
import { sealedPacket, takePacket, wholePacket } from './desk-packets.ts';
import { countLeftOut, note, setMode, show, trimHeld } from './desk-screen.ts';
import type { AskedGuest, DeskSaid, DeskState } from './desk-state.ts';
import type { FloodStep } from './flood-meter.ts';
import type { Moderator } from './invitation.ts';
import { approve, askGuest, dismiss, hide, lowerShield, mute, raiseShield } from './moderation.ts';
import { delegate, heed, revoke, type DeskAct } from './moderators.ts';
import { askQuestion, pinQuestion } from './questions.ts';
import { keep, report } from './reports.ts';
import {
  JOIN_NOTICE_MS,
  JOIN_NOTICE_VIEWERS_MAX,
  PENDING_MAX,
  PENDING_MS_MAX,
  SHOWN_BURST,
  SHOWN_PER_SECOND,
} from './room-limits.ts';
import type { RoomComment, RoomMode, RoomPacket } from './room-packet.ts';

export type DeskEvent =
  /** Something came up whose signature was checked. */
  | { type: 'said'; said: DeskSaid }
  /** Sums from below. */
  | { type: 'sums'; hearts: number; leftOut: number }
  /** The broadcaster says something; `text` is clean. */
  | { type: 'say'; name: string; text: string }
  | { type: 'viewers'; viewers: number }
  /** The broadcaster's wishes. Ids are those of comments shown or held, or of questions. */
  | { type: 'mode'; mode: RoomMode }
  | { type: 'shield' }
  | { type: 'undo-shield' }
  | { type: 'hide'; id: number }
  | { type: 'mute'; id: number }
  | { type: 'unmute'; author: string }
  | { type: 'approve'; id: number }
  | { type: 'dismiss'; id: number }
  /** Lets stand what was reported. */
  | { type: 'keep'; id: number }
  | { type: 'words'; words: readonly string[] }
  /** 'Answering now'; null: nothing any more. */
  | { type: 'pin'; id: number | null }
  /** Whether viewers may keep a copy. */
  | { type: 'copies'; mayKeep: boolean }
  /** Another title; it is clean, or '' for none. */
  | { type: 'title'; title: string }
  /** Somebody is asked on air; null: nobody any more. */
  | { type: 'guest'; guest: AskedGuest | null }
  /** Somebody may moderate from now on, or no more. */
  | { type: 'delegate'; moderator: Moderator }
  | { type: 'revoke'; author: string }
  /** A moderator asks; signatures and epoch were checked. */
  | { type: 'act'; act: DeskAct }
  /** What `takePanel` gave, sealed, in base64. */
  | { type: 'sealed'; sealed: string }
  /** A group begins: a newcomer starts here. */
  | { type: 'group' }
  /** Several times a second. */
  | { type: 'tick' };

export type DeskEffect =
  | { type: 'publish'; packet: RoomPacket }
  /** The room has stepped up or down by itself. */
  | { type: 'stepped'; step: FloodStep };

/** Lets one event happen. Changes `state` in place; `nowMs` is monotonic. */
export function evaluateDesk(state: DeskState, event: DeskEvent, nowMs: number): DeskEffect[] {
  const effects: DeskEffect[] = [];
  receive(state, event, nowMs, effects);
  if (event.type === 'group') publish(effects, wholePacket(state));
  publish(effects, takePacket(state, nowMs));
  return effects;
}

function receive(state: DeskState, event: DeskEvent, nowMs: number, effects: DeskEffect[]): void {
  switch (event.type) {
    case 'said':
      return hear(state, event.said, nowMs);
    case 'sums':
      return noteSums(state, event.hearts, event.leftOut);
    case 'say':
      show(state, { by: '', name: event.name, text: event.text });
      return;
    case 'viewers':
      return noteViewers(state, event.viewers, nowMs);
    case 'mode':
      state.flood.reset();
      state.wishedMode = event.mode;
      return setMode(state, event.mode, nowMs);
    case 'shield':
      return raiseShield(state, nowMs);
    case 'undo-shield':
      return publish(effects, lowerShield(state, nowMs));
    case 'hide':
      return hide(state, event.id, nowMs);
    case 'mute':
      return mute(state, event.id, nowMs);
    case 'unmute':
      state.muted.delete(event.author);
      state.out.hasMuted = true;
      state.out.isDue = true;
      return note(state, { atMs: nowMs, act: 'unmute', by: event.author, text: '' });
    case 'approve':
      return approve(state, event.id, nowMs);
    case 'dismiss':
      return dismiss(state, event.id, nowMs);
    case 'keep':
      return keep(state, event.id, nowMs);
    case 'words':
      state.ownWords = event.words;
      state.words = new WordRules(event.words);
      return;
    case 'pin':
      pinQuestion(state, event.id);
      return notePin(state, nowMs);
    case 'copies':
      return allowCopies(state, event.mayKeep, nowMs);
    case 'title':
      state.title = event.title;
      state.out.hasTitle = true;
      state.out.isDue = true;
      return;
    case 'guest':
      return askGuest(state, event.guest);
    case 'delegate':
      return delegate(state, event.moderator, nowMs);
    case 'revoke':
      return revoke(state, event.author, nowMs);
    case 'act':
      return obey(state, event.act, nowMs, effects);
    case 'sealed':
      return publish(effects, sealedPacket(state, event.sealed));
    case 'group':
      return;
    case 'tick':
      return tick(state, nowMs, effects);
    default:
      unreachable(event);
  }
}

function allowCopies(state: DeskState, mayKeep: boolean, nowMs: number): void {
  if (mayKeep === state.mayKeep) return;
  state.mayKeep = mayKeep;
  state.out.isDue = true;
  // What is no longer allowed ends at once.
  if (!mayKeep) state.out.isUrgent = true;
  note(state, { atMs: nowMs, act: 'copies', by: '', text: mayKeep ? 'on' : 'off' });
}

/** As if the broadcaster had done it, but for the log. */
function obey(state: DeskState, act: DeskAct, nowMs: number, effects: DeskEffect[]): void {
  const heeded = heed(state, act, nowMs);
  if (!heeded?.wish) return;
  state.actor = heeded.moderator;
  receive(state, heeded.wish, nowMs, effects);
  state.actor = null;
}

function notePin(state: DeskState, nowMs: number): void {
  const { id, by = '', text = '' } = state.pinned ?? {};
  note(state, { atMs: nowMs, act: 'pin', by, text, ...(id !== undefined && { id }) });
}

function publish(effects: DeskEffect[], packet: RoomPacket | undefined): void {
  if (packet) effects.push({ type: 'publish', packet });
}

function hear(state: DeskState, said: DeskSaid, nowMs: number): void {
  state.flood.note(1);
  const admitted = admit(state, said, nowMs);
  if (admitted.is === 'report') report(state, said, nowMs);
  else if (admitted.is === 'question') askQuestion(state, said);
  else if (admitted.is === 'comment') queue(state, commentOf(said), nowMs);
  else if (admitted.is === 'held') {
    state.held.push({ ...commentOf(said), id: ++state.lastId, kind: admitted.kind, why: admitted.why });
    trimHeld(state);
  } else if (admitted.is === 'left-out') countLeftOut(state);
}

function commentOf({ author, name, text }: DeskSaid): RoomComment {
  return { id: 0, by: author, name, text };
}

function queue(state: DeskState, comment: RoomComment, nowMs: number): void {
  state.pending.push({ comment, atMs: nowMs });
  if (state.pending.length > PENDING_MAX) {
    // Each that waits is as likely to go as any other: who shouts most loses most.
    state.pending.splice(Math.floor(state.random() * state.pending.length), 1);
    countLeftOut(state);
  }
  showPending(state, nowMs);
}

function showPending(state: DeskState, nowMs: number): void {
  while (state.pending.length > 0 && take(state.pace, nowMs, SHOWN_PER_SECOND, SHOWN_BURST)) {
    const next = state.pending.shift();
    if (next) show(state, next.comment);
  }
}

function noteSums(state: DeskState, heartsBelow: number, leftOut: number): void {
  const hearts = state.heartsBefore + heartsBelow;
  if (hearts === state.hearts && leftOut === state.leftOutBelow) return;
  state.flood.note(leftOut - state.leftOutBelow);
  state.hearts = hearts;
  state.leftOutBelow = leftOut;
  state.out.isDue = true;
}

function noteViewers(state: DeskState, viewers: number, nowMs: number): void {
  state.joined += Math.max(0, viewers - state.viewersMax);
  state.viewersMax = Math.max(state.viewersMax, viewers);
  if (state.joined === 0 || nowMs - state.joinNoticeMs < JOIN_NOTICE_MS) return;
  state.joinNoticeMs = nowMs;
  if (viewers <= JOIN_NOTICE_VIEWERS_MAX && state.mode !== 'closed') {
    state.out.joined += state.joined;
    state.out.isDue = true;
  }
  state.joined = 0;
}

function tick(state: DeskState, nowMs: number, effects: DeskEffect[]): void {
  while (state.pending[0] && nowMs - state.pending[0].atMs > PENDING_MS_MAX) {
    state.pending.shift();
    countLeftOut(state);
  }
  showPending(state, nowMs);
  if (state.undo && nowMs > state.undo.untilMs) state.undo = null;
  const step = state.flood.step(nowMs);
  const mode = steppedMode(state.wishedMode, step);
  if (mode === state.mode) return;
  const { undo } = state;
  setMode(state, mode, nowMs, step === 0 ? 'flood over' : 'flood');
  state.undo = undo;
  effects.push({ type: 'stepped', step });
}

/** The mode that a flood calls for, never a more open one than the broadcaster's. */
function steppedMode(wished: RoomMode, step: FloodStep): RoomMode {
  if (wished === 'open' && step === 1) return 'slow';
  return (wished === 'open' || wished === 'slow') && step === 2 ? 'approve' : wished;
}
