// Our own search for a parent: one offer to the broadcast id through the signaling server, then whoever answers.
// Retrying lives here and nowhere else: jittered, capped, and for as long as there is no parent (invariant 1). Once the
// broadcast has ended it is asked for rarely, and in between the signaling server is left alone.

import { MASK_ALL } from '../base/limits.ts';
import type { EdgeSignal } from '../ports.ts';
import { nextBelow, nextBetween, nextId } from './chance.ts';
import { doorId } from './door-ids.ts';
import type { OverlayEvent } from './event.ts';
import { joinEnvelope } from './join-envelope.ts';
import type { Hello, JoinEnvelope, Notice } from './message.ts';
import { takeParent, unwelcomePeers } from './parent.ts';
import { isLoop } from './paths.ts';
import { ownHello } from './standing.ts';
import { subscribe } from './subscriptions.ts';
import {
  ABSENT_RETRY_MS_MAX,
  ABSENT_RETRY_MS_MIN,
  CONNECT_MS,
  DOOR_ANSWER_MS,
  ENDED_RETRY_MS_MAX,
  ENDED_RETRY_MS_MIN,
  HELLO_MS,
  JOIN_ANSWER_MS,
  JOIN_CANDIDATES_MAX,
  JOIN_DOUBLINGS_MAX,
  PEER_RETRIES_MAX,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  WAITING_REFRESH_MS,
} from './timing.ts';
import { closeEdge, closeEdgeSoon, send, type Turn } from './turn.ts';

/** Takes the next step of the search, if one is due. */
export function tickSeeking(turn: Turn): void {
  const { state, nowMs } = turn;
  const { seeking } = state;
  if (state.role === 'root' || state.isLeaving || state.parent || state.rendezvous === 'taken') return;
  if (seeking.phase === 'idle') {
    if (nowMs < seeking.nextMs) return;
    if (state.rendezvous === 'closed') {
      state.rendezvous = 'opening';
      turn.effects.push({ type: 'open-rendezvous' });
      // Made while the server is being reached, and sent once it is.
      offer(turn);
    } else if (state.rendezvous === 'open') offer(turn);
  } else if (nowMs >= seeking.deadlineMs) {
    const isAsking = seeking.phase === 'full' || seeking.phase === 'offering';
    if (isAsking && seeking.door !== null) askDirectly(turn);
    else if (isAsking && state.rendezvous === 'open' && !state.isEnded) offerAnew(turn);
    else fail(turn);
  }
}

/** The signaling server is there (again): what waited for it is sent. What was asked before may be lost, so ask anew. */
export function seekAgain(turn: Turn): void {
  const { seeking } = turn.state;
  if (seeking.phase !== 'offering' && seeking.phase !== 'full') return;
  if (seeking.edge !== null && !seeking.isSent) {
    sayAll(turn, JOIN_ANSWER_MS);
    return;
  }
  drop(turn);
  seeking.nextMs = turn.nowMs;
}

/** After the end: away from the signaling server, and asking again after a time that doubles up to the cap. */
export function restAfterEnd(turn: Turn): void {
  const { state, nowMs } = turn;
  const { seeking, chance } = state;
  drop(turn);
  if (state.rendezvous !== 'closed') turn.effects.push({ type: 'close-rendezvous' });
  state.rendezvous = 'closed';
  const waitMs = Math.min(ENDED_RETRY_MS_MAX, ENDED_RETRY_MS_MIN * 2 ** Math.min(seeking.failures++, 16));
  seeking.nextMs = nowMs + nextBetween(chance, waitMs / 2, waitMs);
}

/** Stops looking. */
export function stopSeeking(turn: Turn): void {
  drop(turn);
}

/** Our edge's own description or candidate goes to the root, or to a door, which passes it on. */
export function sendOwnSignal(turn: Turn, { edge, signal }: OverlayEvent & { type: 'local-signal' }): void {
  const { rendezvous, seeking } = turn.state;
  if (seeking.phase === 'greeting' || signal.type === 'answer') return;
  if (seeking.signals.length <= JOIN_CANDIDATES_MAX) seeking.signals.push(signal);
  if (rendezvous === 'open' || seeking.isSent) sendSignal(turn, edge, signal);
}

function sendSignal(turn: Turn, edge: string, signal: EdgeSignal): void {
  const { state } = turn;
  const { door, isDirect } = state.seeking;
  state.seeking.isSent = true;
  const payload = joinEnvelope(edge, state.peer, signal, unwelcomePeers(turn), {
    isDirect,
    rides: state.slots === 0,
  });
  const kind = signal.type === 'offer' ? 'offer' : 'candidate';
  const to = door === null ? state.broadcastId : doorId(state.broadcastId, door);
  turn.effects.push({ type: 'send-rendezvous', to, kind, payload });
}

/** Says everything (again) to whom we ask now. */
function sayAll(turn: Turn, answerMs: number): void {
  const { seeking } = turn.state;
  seeking.deadlineMs = turn.nowMs + answerMs;
  if (seeking.edge === null) return;
  for (const signal of seeking.signals) sendSignal(turn, seeking.edge, signal);
}

/** The door was of no help: the broadcaster places us itself. */
function askDirectly(turn: Turn): void {
  turn.state.seeking.door = null;
  turn.state.seeking.isDirect = true;
  sayAll(turn, JOIN_ANSWER_MS);
}

/** Many come at once, and the broadcaster sends us to one of its doors; or there is no slot behind this one. */
function receiveDoorNotice(turn: Turn, { count }: Notice & { type: 'doors' }): void {
  const { seeking, chance } = turn.state;
  if (count === 0) {
    if (seeking.door !== null) askDirectly(turn);
  } else if (seeking.door === null) {
    seeking.door = nextBelow(chance, count);
    sayAll(turn, DOOR_ANSWER_MS);
  }
}

/** No slot is free; the broadcaster remembers us. */
function receivePlace(turn: Turn, { place }: Notice & { type: 'waiting' }): void {
  const { seeking } = turn.state;
  seeking.place = place;
  if (seeking.phase === 'full') return;
  seeking.phase = 'full';
  seeking.isAbsent = false;
  seeking.isFull = true;
  seeking.unreachable = [];
  seeking.deadlineMs = turn.nowMs + refreshMs(turn);
}

/** What came back for our join: an answer, a candidate of whoever answered first, or news that we have to wait. */
export function receiveReply(turn: Turn, envelope: JoinEnvelope): void {
  const { seeking } = turn.state;
  const { nowMs } = turn;
  if (envelope.join !== seeking.edge || seeking.phase === 'greeting') return;
  if ('notice' in envelope) {
    if (seeking.phase !== 'offering' && seeking.phase !== 'full') return;
    if (envelope.notice.type === 'doors') receiveDoorNotice(turn, envelope.notice);
    else receivePlace(turn, envelope.notice);
    return;
  }
  const { signal, peer, join } = envelope;
  if (signal.type === 'answer' && seeking.peer === null) {
    seeking.phase = 'connecting';
    seeking.peer = peer;
    seeking.deadlineMs = nowMs + CONNECT_MS;
  } else if (signal.type !== 'candidate' || peer !== seeking.peer) return;
  turn.effects.push({ type: 'signal-edge', edge: join, signal });
}

/** Nobody answers to whom we asked. Without the broadcaster we ask again in a while, for as long as it takes. */
export function receiveAbsence(turn: Turn, to: string): void {
  const { seeking, chance, broadcastId } = turn.state;
  if (seeking.phase === 'connecting' || seeking.phase === 'greeting') return;
  if (to !== broadcastId) {
    if (seeking.door !== null && to === doorId(broadcastId, seeking.door)) askDirectly(turn);
    return;
  }
  drop(turn);
  seeking.isAbsent = true;
  seeking.isFull = false;
  if (turn.state.isEnded) {
    restAfterEnd(turn);
    return;
  }
  seeking.failures = 0;
  seeking.nextMs = turn.nowMs + nextBetween(chance, ABSENT_RETRY_MS_MIN, ABSENT_RETRY_MS_MAX);
}

/** The edge is there: we introduce ourselves, and ask for everything at once. A round trip later the first picture is there. */
export function openSeeking(turn: Turn, edge: string): void {
  const { seeking } = turn.state;
  if (seeking.phase === 'greeting') return;
  seeking.phase = 'greeting';
  seeking.deadlineMs = turn.nowMs + HELLO_MS;
  send(turn, edge, ownHello(turn.state));
  subscribe(turn, { edge, mask: 0 }, MASK_ALL);
}

/** The parent-to-be introduces itself: we take it, unless it stands below us or isn't who answered. */
export function receiveGreeting(turn: Turn, edge: string, hello: Hello): void {
  const { state } = turn;
  if (hello.peer !== state.seeking.peer) fail(turn);
  else if (isLoop(state, hello.paths)) {
    send(turn, edge, { type: 'bye', reason: 'loop' });
    closeEdgeSoon(turn, edge);
    state.seeking.edge = null;
    fail(turn);
  } else takeParent(turn, edge, hello);
}

/** The attempt came to nothing. Whoever we couldn't connect to is left out of the next ones, three at most. */
export function fail(turn: Turn): void {
  const { seeking, chance } = turn.state;
  const { peer } = seeking;
  if (turn.state.isEnded) {
    restAfterEnd(turn);
    return;
  }
  drop(turn);
  seeking.failures++;
  if (peer !== null && !seeking.unreachable.includes(peer)) seeking.unreachable.push(peer);
  const isLate = peer === null || seeking.unreachable.length > PEER_RETRIES_MAX;
  if (seeking.unreachable.length > PEER_RETRIES_MAX) seeking.unreachable = [];
  const backoffMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(seeking.failures, 16));
  const delayMs = isLate ? backoffMs : RETRY_MS_MIN;
  seeking.nextMs = turn.nowMs + nextBetween(chance, delayMs / 2, delayMs);
}

/**
 * Nothing came of our offer: a new one says that we are still there. There is no pause in which an answer would be lost; who
 * wasn't told that it waits asks ever more rarely.
 */
function offerAnew(turn: Turn): void {
  const { seeking } = turn.state;
  const isWaiting = seeking.phase === 'full';
  if (!isWaiting) seeking.failures++;
  offer(turn);
  if (!isWaiting) return;
  seeking.phase = 'full';
  seeking.deadlineMs = turn.nowMs + refreshMs(turn);
}

function refreshMs({ state }: Turn): number {
  return nextBetween(state.chance, WAITING_REFRESH_MS, 1.5 * WAITING_REFRESH_MS);
}

function offer(turn: Turn): void {
  const { state, nowMs } = turn;
  drop(turn);
  const edge = state.firstJoin ?? nextId(state.chance);
  state.firstJoin = null;
  Object.assign(state.seeking, {
    phase: 'offering',
    edge,
    peer: null,
    deadlineMs: nowMs + JOIN_ANSWER_MS * 2 ** Math.min(state.seeking.failures, JOIN_DOUBLINGS_MAX),
  });
  turn.effects.push({ type: 'offer-edge', edge });
}

function drop(turn: Turn): void {
  const { seeking } = turn.state;
  if (seeking.edge !== null) closeEdge(turn, seeking.edge);
  seeking.phase = 'idle';
  seeking.edge = null;
  seeking.signals = [];
  seeking.isSent = false;
  seeking.door = null;
  seeking.isDirect = false;
  seeking.peer = null;
}
