// What a desk must know again after its page was reloaded. Some of it was never public (who was muted, what waits, which words
// are blocked), so it is kept beside the recording; what everybody saw since then stands in the recorded room packets.
// Its rule: of two sources the one that takes away counts. Nothing hidden, cleared or muted comes back.

import { createDesk, type DeskState, type HeldComment } from './desk-state.ts';
import { WordRules } from './block-words.ts';
import type { Moderator } from './invitation.ts';
import { REPORTERS_KEPT_MAX, SHOWN_MAX, SPEAKERS_KEPT_MAX, VOTERS_KEPT_MAX } from './room-limits.ts';
import type { RoomComment, RoomMode, RoomPacket, RoomQuestion } from './room-packet.ts';

/** How many comments were shown, questions asked and reports made, in all. */
export interface DeskSums {
  shown: number;
  asked: number;
  reports: number;
}

/** A desk at one moment, structured-cloneable. Bounded as the desk is. */
export interface DeskMemory {
  version: 1;
  epoch: number;
  /** Room packets of this epoch so far: later ones tell what happened since. */
  n: number;
  /** Unix ms. */
  keptAtMs: number;
  wishedMode: RoomMode;
  mode: RoomMode;
  hearts: number;
  leftOut: number;
  sums: DeskSums;
  floor: number;
  lastId: number;
  shown: RoomComment[];
  hidden: number[];
  held: HeldComment[];
  /** Authors with the names they used, oldest first. */
  muted: [author: string, name: string][];
  ownWords: string[];
  /** Absent: no. */
  mayKeep?: boolean;
  questions: (RoomQuestion & { voters: string[] })[];
  pinnedId: number | null;
  /** Authors who have spoken, so that they aren't new. */
  speakers: string[];
  reports: { id: number; reporters: string[]; isKept: boolean }[];
  viewersMax: number;
  /** Absent where an older version has kept it. */
  moderators?: Moderator[];
}

/** A room packet and the epoch whose packets its `n` counts. */
export interface SentPacket {
  epoch: number;
  packet: RoomPacket;
}

/** What is left of an earlier room. */
export interface RoomBefore {
  memory: DeskMemory;
  /** Recorded packets, in the order in which they were sent; those that `memory` knows of are passed over. */
  packets: readonly SentPacket[];
  /** Whether `memory` and packets together are all there was; otherwise comments are approved first. */
  isAll: boolean;
}

/** The desk's state to keep. */
export function rememberDesk(state: DeskState, epoch: number, keptAtMs: number): DeskMemory {
  const { n, wishedMode, mode, hearts, floor, lastId, shown, held, ownWords, viewersMax } = state;
  return {
    version: 1,
    ...{ epoch, n, keptAtMs, wishedMode, mode, hearts, floor, lastId, viewersMax },
    leftOut: state.leftOutBelow + state.leftOutHere,
    sums: { ...state.sums },
    moderators: [...state.moderators],
    shown: [...shown],
    hidden: [...state.hidden.keys()],
    held: [...held],
    muted: [...state.muted.entries],
    ownWords: [...ownWords],
    mayKeep: state.mayKeep,
    questions: state.questions.map((question) => ({
      ...question,
      voters: [...question.voters].slice(-VOTERS_KEPT_MAX),
    })),
    pinnedId: state.pinned?.id ?? null,
    speakers: [...state.speakers.keys()].slice(-SPEAKERS_KEPT_MAX),
    reports: [...state.reports.entries].map(([id, { reporters, isKept }]) => ({
      ...{ id, isKept },
      reporters: [...reporters].slice(-REPORTERS_KEPT_MAX),
    })),
  };
}

/** A desk that goes on with an earlier room. `random`: in [0, 1). */
export function restoreDesk(random: () => number, { memory, packets, isAll }: RoomBefore): DeskState {
  const state = createDesk(random);
  recall(state, memory);
  for (const sent of packets) if (!knows(memory, sent)) catchUp(state, sent.packet);
  state.shown = state.shown.filter(({ id }) => !state.hidden.has(id)).slice(-SHOWN_MAX);
  // Copies may have been forbidden in what is lost.
  if (!isAll) state.mayKeep = false;
  if (!isAll && state.mode !== 'closed' && state.mode !== 'hearts') state.mode = state.wishedMode = 'approve';
  return state;
}

/** Whether what a packet tells is in it already. */
export function knows(memory: DeskMemory, { epoch, packet }: SentPacket): boolean {
  return epoch < memory.epoch || (epoch === memory.epoch && packet.n < memory.n);
}

function recall(state: DeskState, memory: DeskMemory): void {
  const { wishedMode, mode, hearts, floor, lastId, viewersMax } = memory;
  Object.assign(state, { wishedMode, mode, hearts, heartsBefore: hearts, floor, lastId, viewersMax });
  state.leftOutHere = memory.leftOut;
  state.sums = { ...memory.sums };
  state.shown = [...memory.shown];
  state.held = [...memory.held];
  for (const id of memory.hidden) state.hidden.set(id, true);
  for (const [author, name] of memory.muted) state.muted.set(author, name);
  state.ownWords = memory.ownWords;
  state.words = new WordRules(memory.ownWords);
  state.mayKeep = memory.mayKeep ?? false;
  state.moderators = memory.moderators ?? [];
  state.questions = memory.questions.map((question) => ({ ...question, voters: new Set(question.voters) }));
  state.pinned = state.questions.find(({ id }) => id === memory.pinnedId) ?? null;
  // What they said before is of another epoch, and counts no more.
  for (const author of memory.speakers) state.speakers.set(author, { counter: -1, spokeMs: -Infinity });
  for (const { id, reporters, isKept } of memory.reports)
    state.reports.set(id, { reporters: new Set(reporters), isKept });
}

/** What a packet tells that the desk didn't know. */
function catchUp(state: DeskState, packet: RoomPacket): void {
  if (packet.mode !== state.mode) state.mode = state.wishedMode = packet.mode;
  state.hearts = state.heartsBefore = Math.max(state.hearts, packet.hearts);
  state.leftOutHere = Math.max(state.leftOutHere, packet.leftOut);
  state.mayKeep = packet.mayKeep ?? false;
  // A shield that was taken back has a lower floor again.
  state.floor = packet.floor;
  state.lastId = Math.max(state.lastId, packet.last);
  for (const comment of packet.add) addShown(state, comment);
  for (const id of packet.hide) state.hidden.set(id, true);
  for (const author of packet.muted ?? []) if (!state.muted.has(author)) state.muted.set(author, '');
  const isGone = ({ id, by }: RoomComment): boolean => state.hidden.has(id) || state.muted.has(by);
  state.held = state.held.filter((held) => !isGone(held));
  const { moderators = packet.isWhole ? [] : undefined } = packet;
  // Of an invitation that isn't in the memory nobody knows the secret any more.
  if (moderators) state.moderators = state.moderators.filter(({ author }) => moderators.includes(author));
  if (packet.board) catchUpBoard(state, packet.board.questions, packet.board.pinned);
  state.questions = state.questions.filter((question) => !isGone(question));
  if (state.pinned && isGone(state.pinned)) state.pinned = null;
}

function addShown(state: DeskState, comment: RoomComment): void {
  if (state.shown.some(({ id }) => id === comment.id)) return;
  state.shown.push(comment);
  state.shown.sort((a, b) => a.id - b.id);
  state.sums.shown++;
  // It was approved since.
  const { by, text } = comment;
  const index = state.held.findIndex((held) => held.by === by && held.text === text);
  if (index >= 0) state.held.splice(index, 1);
}

function catchUpBoard(state: DeskState, told: readonly RoomQuestion[], pinned: RoomQuestion | null): void {
  const before = state.pinned;
  if (before && before.id !== pinned?.id) state.questions = state.questions.filter((one) => one !== before);
  for (const question of pinned ? [...told, pinned] : told) {
    const known = state.questions.find(({ id }) => id === question.id);
    if (known) known.votes = Math.max(known.votes, question.votes);
    else state.questions.push({ ...question, voters: new Set([question.by]) });
  }
  state.pinned = state.questions.find(({ id }) => id === pinned?.id) ?? null;
}
