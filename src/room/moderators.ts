// What the desk lets moderators do. They ask; the desk does it as if the broadcaster had, or doesn't, and quotes the request's hash.
//
// Invariants, which tests name by number:
// 1. Of a moderator who isn't in force, nothing is done and nothing quoted, from the moment of the revocation on.
// 2. Whatever comes twice is done once, and quoted each time.
// 3. A moderator does nothing that isn't an act of moderation, and nothing to what the broadcaster says.

import { fullAllowance, take } from '../base/allowance.ts';
import { equalBytes, type Bytes } from '../base/bytes.ts';
import type { ActKind } from './act-codec.ts';
import { note } from './desk-screen.ts';
import type { DeskState } from './desk-state.ts';
import type { Moderator } from './invitation.ts';
import { encodePanel } from './panel-codec.ts';
import { reportedComments } from './reports.ts';
import {
  ACT_PACKETS_MAX,
  ACTS_REPEATED,
  ACTS_TOLD_MAX,
  KEY_ACTS_BURST,
  KEY_ACTS_PER_SECOND,
  MODERATORS_MAX,
  PANEL_AGAIN_MS,
  PANEL_MS,
} from './room-limits.ts';

/** A request whose signatures were checked, of this epoch. */
export interface DeskAct {
  kind: ActKind;
  author: string;
  seen: number;
  target: number;
  /** The first 8 bytes of its SHA-256 in hex. */
  hash: string;
}

/** What the broadcaster would have asked of the desk. */
export type Wish =
  | { type: Exclude<ActKind, 'pin' | 'shield' | 'undo-shield'>; id: number }
  | { type: 'pin'; id: number | null }
  | { type: 'shield' | 'undo-shield' };

/** From now on this person moderates; beyond MODERATORS_MAX nobody does. */
export function delegate(state: DeskState, moderator: Moderator, nowMs: number): void {
  if (state.moderators.length >= MODERATORS_MAX) return;
  state.moderators = [...state.moderators, moderator];
  tellModerators(state);
  note(state, { atMs: nowMs, act: 'invite', by: moderator.author, text: moderator.name });
}

/** No more. */
export function revoke(state: DeskState, author: string, nowMs: number): void {
  const moderator = state.moderators.find((one) => one.author === author);
  if (!moderator) return;
  state.moderators = state.moderators.filter((one) => one !== moderator);
  tellModerators(state);
  note(state, { atMs: nowMs, act: 'revoke', by: author, text: moderator.name });
}

function tellModerators(state: DeskState): void {
  state.out.hasModerators = state.out.isUrgent = state.out.isDue = true;
  // Whoever is new needs to see the desk at once.
  state.panel = { bytes: new Uint8Array(), atMs: -Infinity };
}

/** Who asks and what is to be done for it; undefined: nothing. What is quoted is noted. */
export function heed(
  state: DeskState,
  { kind, author, seen, target, hash }: DeskAct,
  nowMs: number,
): { moderator: Moderator; wish: Wish | undefined } | undefined {
  const moderator = state.moderators.find((one) => one.author === author);
  if (!moderator || seen > state.n || state.n - seen > ACT_PACKETS_MAX) return undefined;
  if (state.actsDone.has(hash)) {
    quote(state, hash);
    return undefined;
  }
  const allowance = state.actsLeft.get(author) ?? fullAllowance(KEY_ACTS_BURST, nowMs);
  state.actsLeft.set(author, allowance);
  if (!take(allowance, nowMs, KEY_ACTS_PER_SECOND, KEY_ACTS_BURST)) return undefined;
  state.actsDone.set(hash, true);
  quote(state, hash);
  return { moderator, wish: isAllowed(state, kind, target) ? wishOf(kind, target) : undefined };
}

function quote(state: DeskState, hash: string): void {
  const { out } = state;
  if (!out.acts.includes(hash)) out.acts = [...out.acts, hash].slice(-ACTS_TOLD_MAX);
  state.actsTold = [...state.actsTold.filter((told) => told !== hash), hash].slice(-ACTS_REPEATED);
  out.isUrgent = out.isDue = true;
}

/** What isn't there yet can't be taken away beforehand, and the broadcaster's own words are the broadcaster's. */
function isAllowed({ lastId, shown }: DeskState, kind: ActKind, target: number): boolean {
  if (target > lastId) return false;
  return kind !== 'hide' || shown.find(({ id }) => id === target)?.by !== '';
}

function wishOf(kind: ActKind, target: number): Wish {
  if (kind === 'shield' || kind === 'undo-shield') return { type: kind };
  if (kind === 'pin') return { type: kind, id: target === 0 ? null : target };
  return { type: kind, id: target };
}

/** What moderators are to see now; undefined: it isn't time, there is nothing new, or nobody to see it. */
export function takePanel(state: DeskState, nowMs: number): Bytes | undefined {
  const { panel, held, moderators, undo } = state;
  if (moderators.length === 0 || nowMs - panel.atMs < PANEL_MS) return undefined;
  const bytes = encodePanel({
    held,
    more: 0,
    reported: reportedComments(state),
    canUndoShield: undo !== null,
  });
  if (equalBytes(bytes, panel.bytes) && nowMs - panel.atMs < PANEL_AGAIN_MS) return undefined;
  state.panel = { bytes, atMs: nowMs };
  return bytes;
}
