// One peer's part in carrying the room up: what it takes from the edges below, and what it says to its parent. The root uses the
// first half only. A function: event and time in, effects out; chance is handed in.
//
// Invariants, which tests name by number:
// 1. However much comes from below, at most RISE_COMMENTS_MAX comments go up every RISE_INTERVAL_MS.
// 2. When more comes than may go up, edges take turns: one that shouts gets no more than one that speaks.
// 3. What is left out is counted once, and the count goes up.
// 4. Hearts that were told on an edge are never told again, whatever becomes of the edges below.
// 5. What the broadcaster has muted, or doesn't want now, goes no further.

import { take, refill, fullAllowance, type Allowance } from '../base/allowance.ts';
import { mayAddressSpeak } from './address-pace.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { isCleanSaid, type SignedSaid } from './comment-codec.ts';
import type { Rise } from './rise-message.ts';
import type { RoomMode } from './room-packet.ts';
import {
  EDGE_COMMENTS_BURST,
  EDGE_COMMENTS_PER_SECOND,
  EDGE_LEFT_OUT_PER_SECOND,
  EDGE_RISES_BURST,
  EDGE_RISES_PER_SECOND,
  EDGE_WAITING_MAX,
  HEARTS_BURST_SECONDS,
  HEARTS_PER_VIEWER_SECOND,
  HOP_KEYS_MAX,
  KEY_COMMENTS_BURST,
  KEY_COMMENTS_PER_SECOND,
  RISE_COMMENTS_MAX,
  RISE_INTERVAL_MS,
} from './room-limits.ts';

/** Stands for this peer itself among the edges. */
export const OWN = '';

/** An edge below, and what came over it. */
interface Below {
  rises: Allowance;
  comments: Allowance;
  hearts: Allowance;
  leftOut: Allowance;
  /** Newest sums that were told, and how much of them was believed. */
  toldLeftOut: number;
  believedHearts: number;
  toldHearts: number;
}

interface Key {
  counter: number;
  allowance: Allowance;
}

interface Waiting {
  said: SignedSaid[];
  /** Came since the last was sent. */
  arrived: number;
}

/** What a hop knows. */
export interface HopState {
  readonly below: Map<string, Below>;
  readonly keys: BoundedMap<string, Key>;
  /** By tag of the ticket: all keys of one address. */
  readonly tags: BoundedMap<string, Allowance>;
  readonly waiting: Map<string, Waiting>;
  readonly random: () => number;
  /** 0 before the feed named one. */
  epoch: number;
  mode: RoomMode;
  muted: ReadonlySet<string>;
  /** Sums of everything that was taken so far. */
  hearts: number;
  leftOut: number;
  /** The edge to our parent, and what the sums were when it became that. */
  parent: string | null;
  heartsBefore: number;
  leftOutBefore: number;
  /** What the parent was told last, as sums of ours. */
  heartsTold: number;
  leftOutTold: number;
  sentMs: number;
}

export type HopEvent =
  /** `viewers`: how many the child says are below it, itself included. */
  | { type: 'rise'; edge: string; rise: Rise; viewers: number }
  /** Its signature was checked, and its ticket's. `edge` is OWN for what is said here. */
  | { type: 'checked'; edge: string; said: SignedSaid }
  | { type: 'heart' }
  /** What the broadcaster's newest room packet says. */
  | { type: 'rules'; epoch: number; mode: RoomMode; muted: ReadonlySet<string> }
  /** `children`: the edges that we feed. */
  | { type: 'tick'; parent: string | null; children: readonly string[] };

export type HopEffect =
  /** Check this signature and that of the ticket, if there is one; then say `checked`. */
  | { type: 'check'; edge: string; said: SignedSaid }
  | { type: 'send'; edge: string; rise: Rise }
  /** It floods, or its sums shrink: nobody honest does. */
  | { type: 'cut'; edge: string };

/** A hop that has heard nothing yet. `random`: in [0, 1). */
export function createHop(random: () => number): HopState {
  return {
    below: new Map(),
    keys: new BoundedMap(HOP_KEYS_MAX),
    tags: new BoundedMap(HOP_KEYS_MAX),
    waiting: new Map(),
    random,
    epoch: 0,
    mode: 'open',
    muted: new Set(),
    hearts: 0,
    leftOut: 0,
    parent: null,
    heartsBefore: 0,
    leftOutBefore: 0,
    heartsTold: 0,
    leftOutTold: 0,
    sentMs: -Infinity,
  };
}

/** Lets one event happen. Changes `state` in place. */
export function evaluateHop(state: HopState, event: HopEvent, nowMs: number): HopEffect[] {
  switch (event.type) {
    case 'rise':
      return receiveRise(state, event, nowMs);
    case 'checked':
      if (isWelcome(state, event.said) && (event.edge === OWN || isInTime(state, event.said, nowMs)))
        keepWaiting(state, event.edge, event.said);
      return [];
    case 'heart':
      if (state.mode !== 'closed') state.hearts++;
      return [];
    case 'rules':
      if (event.epoch !== state.epoch) state.keys.clear();
      state.epoch = event.epoch;
      state.mode = event.mode;
      state.muted = event.muted;
      return [];
    case 'tick':
      return tick(state, event, nowMs);
  }
}

function receiveRise(
  state: HopState,
  { edge, rise, viewers }: HopEvent & { type: 'rise' },
  nowMs: number,
): HopEffect[] {
  const below = state.below.get(edge) ?? newBelow(nowMs);
  state.below.set(edge, below);
  const isFlood = !take(below.rises, nowMs, EDGE_RISES_PER_SECOND, EDGE_RISES_BURST);
  if (isFlood || rise.hearts < below.toldHearts || rise.leftOut < below.toldLeftOut)
    return [{ type: 'cut', edge }];
  believeHearts(state, below, rise.hearts, viewers, nowMs);
  believeLeftOut(state, below, rise.leftOut, nowMs);
  const effects: HopEffect[] = [];
  for (const said of rise.said) {
    // Sealed words are the broadcaster's to judge.
    if (!isWelcome(state, said) || !(said.sealed || isCleanSaid(said))) continue;
    if (!take(below.comments, nowMs, EDGE_COMMENTS_PER_SECOND, EDGE_COMMENTS_BURST)) state.leftOut++;
    else if (isNew(state, said)) effects.push({ type: 'check', edge, said });
  }
  return effects;
}

function newBelow(nowMs: number): Below {
  return {
    rises: fullAllowance(EDGE_RISES_BURST, nowMs),
    comments: fullAllowance(EDGE_COMMENTS_BURST, nowMs),
    hearts: fullAllowance(0, nowMs),
    leftOut: fullAllowance(EDGE_LEFT_OUT_PER_SECOND, nowMs),
    toldLeftOut: 0,
    believedHearts: 0,
    toldHearts: 0,
  };
}

/** As many as the viewers below can have tapped. The rest is believed later, when they can. */
function believeHearts(state: HopState, below: Below, told: number, viewers: number, nowMs: number): void {
  const perSecond = HEARTS_PER_VIEWER_SECOND * Math.max(1, viewers);
  below.toldHearts = told;
  // The first message may hold what was tapped while there was no edge.
  if (below.believedHearts === 0 && below.hearts.left === 0)
    below.hearts.left = perSecond * HEARTS_BURST_SECONDS;
  refill(below.hearts, nowMs, perSecond, perSecond * HEARTS_BURST_SECONDS);
  const fresh = Math.min(told - below.believedHearts, Math.floor(below.hearts.left));
  below.hearts.left -= fresh;
  below.believedHearts += fresh;
  state.hearts += fresh;
}

/** More than that isn't believed at all: the count tells of floods, and nobody shall make one up. */
function believeLeftOut(state: HopState, below: Below, told: number, nowMs: number): void {
  refill(below.leftOut, nowMs, EDGE_LEFT_OUT_PER_SECOND, EDGE_LEFT_OUT_PER_SECOND);
  const fresh = Math.min(told - below.toldLeftOut, Math.floor(below.leftOut.left));
  below.leftOut.left -= fresh;
  below.toldLeftOut = told;
  state.leftOut += fresh;
}

/** Whether the broadcaster would hear it now. Reports are always heard. */
function isWelcome({ epoch, mode, muted }: HopState, { kind, author, tag, epoch: of }: SignedSaid): boolean {
  if (epoch !== 0 && of !== epoch) return false;
  if (muted.has(author) || (tag !== undefined && muted.has(tag))) return false;
  return kind === 'report' || (mode !== 'closed' && mode !== 'hearts');
}

/** Whether the key hasn't said this or something later before. */
function isNew(state: HopState, { author, counter }: SignedSaid): boolean {
  return counter > (state.keys.get(author)?.counter ?? -1);
}

/** Whether its key may speak now, and its address; only what was really signed uses that up. */
function isInTime(state: HopState, said: SignedSaid, nowMs: number): boolean {
  if (!isNew(state, said)) return false;
  const allowance = state.keys.get(said.author)?.allowance ?? fullAllowance(KEY_COMMENTS_BURST, nowMs);
  const isAllowed =
    take(allowance, nowMs, KEY_COMMENTS_PER_SECOND, KEY_COMMENTS_BURST) &&
    mayAddressSpeak(state.tags, said.tag, nowMs);
  state.keys.set(said.author, { counter: said.counter, allowance });
  if (!isAllowed) state.leftOut++;
  return isAllowed;
}

/** One that can't wait takes the place of another with the chance that makes each as likely to go as any. */
function keepWaiting(state: HopState, edge: string, said: SignedSaid): void {
  const waiting = state.waiting.get(edge) ?? { said: [], arrived: 0 };
  state.waiting.set(edge, waiting);
  waiting.arrived++;
  if (waiting.said.length < EDGE_WAITING_MAX) {
    waiting.said.push(said);
    return;
  }
  state.leftOut++;
  const at = Math.floor(state.random() * waiting.arrived);
  if (at >= EDGE_WAITING_MAX) return;
  waiting.said.splice(at, 1);
  waiting.said.push(said);
}

function tick(
  state: HopState,
  { parent, children }: HopEvent & { type: 'tick' },
  nowMs: number,
): HopEffect[] {
  for (const edge of state.below.keys()) if (!children.includes(edge)) state.below.delete(edge);
  if (parent !== state.parent) {
    // What the last parent was told is its to tell.
    state.parent = parent;
    state.heartsBefore = state.heartsTold;
    state.leftOutBefore = state.leftOutTold;
  }
  if (parent === null || nowMs - state.sentMs < RISE_INTERVAL_MS) return [];
  const said = takeTurns(state, RISE_COMMENTS_MAX);
  if (said.length === 0 && state.hearts === state.heartsTold && state.leftOut === state.leftOutTold)
    return [];
  state.sentMs = nowMs;
  state.heartsTold = state.hearts;
  state.leftOutTold = state.leftOut;
  const hearts = state.hearts - state.heartsBefore;
  const leftOut = state.leftOut - state.leftOutBefore;
  return [{ type: 'send', edge: parent, rise: { hearts, leftOut, said } }];
}

/** The oldest of each edge in turn; whoever had a turn is the last next time. */
function takeTurns(state: HopState, countMax: number): SignedSaid[] {
  const taken: SignedSaid[] = [];
  while (taken.length < countMax) {
    const [next] = state.waiting;
    if (!next) break;
    const [edge, waiting] = next;
    state.waiting.delete(edge);
    const said = waiting.said.shift();
    waiting.arrived = waiting.said.length;
    if (waiting.said.length > 0) state.waiting.set(edge, waiting);
    if (said && isWelcome(state, said)) taken.push(said);
  }
  return taken;
}

/** As the root: everything that waits, without bound but that of the edges. */
export function takeAll(state: HopState): SignedSaid[] {
  return takeTurns(state, Infinity);
}
