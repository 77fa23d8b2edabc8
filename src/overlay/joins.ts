// Joins of others on their way through us: what comes in, and the answers and candidates that travel back and forth.
// Invariant 7 of evaluate.ts: what strangers make us remember is bounded, and a join never enters its own subtree.

import type { EdgeSignal } from '../ports.ts';
import { removeChild, removeStale } from './children.ts';
import type { OverlayEvent } from './event.ts';
import type { JoinSignal, Pass, Passed, Signal } from './message.ts';
import { isAbove } from './paths.ts';
import { noteAcknowledged, noteAnswered } from './branches.ts';
import { createJoin, isUnderWay, type Entry, type Join } from './join.ts';
import { hasSource, placeNew, settle, takeBack, tryNext } from './placement.ts';
import type { OverlayState } from './state.ts';
import { JOIN_CANDIDATES_MAX, JOIN_SIGNALS_MAX, JOINS_MAX, PASS_ANSWER_MS } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** The root hears from a newcomer. */
export function receiveEnvelope(
  turn: Turn,
  from: string,
  envelope: JoinSignal,
  at = '',
  { tag, yields }: Entry = {},
): void {
  const { state } = turn;
  if (envelope.peer !== from || state.isLeaving) return;
  const { join, peer, signal, avoid = [], rides } = envelope;
  if (signal.type === 'candidate') {
    const known = state.joins.get(join);
    if (known && 'rendezvous' in known.source && known.source.rendezvous === from)
      carryDown(turn, known, signal);
  } else if (signal.type === 'offer' && state.joins.get(join)?.phase === 'sent') {
    comeBack(turn, join, from);
  } else if (signal.type === 'offer' && !isTaken(state, join)) {
    const before = forget(turn, peer);
    const about = { join, peer, avoid, rides, yields, sdp: signal.sdp };
    const record = create(turn, about, { rendezvous: from, at });
    if (!record) return;
    record.tag = tag;
    if (envelope.direct) record.sentMs = turn.nowMs;
    // Whoever waits and offers anew keeps the time at which it came, and so its place.
    if (before && (before.phase === 'waiting' || before.phase === 'sent' || isUnderWay(before))) {
      record.queuedMs = before.queuedMs;
      record.noticed = before.noticed;
      record.sentMs = before.sentMs;
    }
    placeNew(turn, record);
  }
}

/** There was no slot behind the door: it waits where it stood. */
function comeBack(turn: Turn, join: string, from: string): void {
  const known = turn.state.joins.get(join);
  if (!known || !('rendezvous' in known.source) || known.source.rendezvous !== from) return;
  known.phase = 'waiting';
  known.sinceMs = turn.nowMs;
  placeNew(turn, known);
}

/** Our parent passes us a join. Nobody else may. */
export function receivePass(turn: Turn, edge: string, pass: Pass): void {
  const { state } = turn;
  const known = state.joins.get(pass.join);
  const isOurs = edge === state.parent?.edge && pass.peer !== state.peer && !isAbove(state, pass.peer);
  if (known && 'edge' in known.source && known.source.edge === edge) {
    send(turn, edge, { type: 'passed', join: pass.join, status: 'taken' });
    return;
  }
  const record = isOurs && !isTaken(state, pass.join) ? create(turn, pass, { edge }) : undefined;
  if (record) {
    removeStale(turn, pass.peer);
    placeNew(turn, record);
  } else send(turn, edge, { type: 'passed', join: pass.join, status: 'refused' });
}

/** The hop above takes back what it passed: it has tried elsewhere, and an answer would come too late. */
export function receiveTakenBack(turn: Turn, edge: string, { join, status }: Passed): void {
  const known = turn.state.joins.get(join);
  if (status !== 'refused' || !known || !('edge' in known.source) || known.source.edge !== edge) return;
  const child = turn.state.children.get(join);
  if (known.phase === 'here' && child?.phase === 'answering') removeChild(turn, child, 'cut');
  drop(turn, known);
}

/** A child says whether it took what we passed. */
export function receivePassed(turn: Turn, edge: string, { join, status }: Passed): void {
  const { state, nowMs } = turn;
  const known = state.joins.get(join);
  const passedMs = known?.asked.get(edge);
  if (!known || passedMs === undefined) return;
  const child = state.children.get(edge);
  if (child && status === 'taken') noteAcknowledged(child, passedMs, nowMs);
  if (status === 'refused') known.asked.delete(edge);
  if (known.target !== edge || !isUnderWay(known)) return;
  if (status === 'refused') {
    tryNext(turn, known);
    return;
  }
  if (known.phase === 'passed') known.deadlineMs = nowMs + PASS_ANSWER_MS;
  known.phase = 'taken';
}

/** An answer or candidate on its way: upwards when the child it was passed to sends it, else downwards. */
export function receiveSignal(turn: Turn, edge: string, { join, peer, signal }: Signal): void {
  const known = turn.state.joins.get(join);
  if (!known) return;
  if (known.target === edge || known.asked.has(edge)) carryUp(turn, known, edge, peer, signal);
  else if ('edge' in known.source && known.source.edge === edge && peer === known.peer)
    carryDown(turn, known, signal);
}

/** Our own edge to a newcomer produced its answer or a candidate. */
export function sendChildSignal(turn: Turn, { edge, signal }: OverlayEvent & { type: 'local-signal' }): void {
  const known = turn.state.joins.get(edge);
  if (known?.phase === 'here' && signal.type !== 'offer') carryUp(turn, known, null, turn.state.peer, signal);
}

function isTaken(state: OverlayState, join: string): boolean {
  return (
    state.joins.has(join) ||
    state.children.has(join) ||
    state.closing.has(join) ||
    state.parent?.edge === join
  );
}

/** Whoever offers again has given its former offer up, and is no child of ours any more. */
function forget(turn: Turn, peer: string): Join | undefined {
  const { state } = turn;
  removeStale(turn, peer);
  for (const join of state.joins.values()) {
    if (join.peer !== peer) continue;
    drop(turn, join);
    return join;
  }
  return undefined;
}

/** Forgets a join, and lets those below forget it. */
function drop(turn: Turn, join: Join): void {
  turn.state.joins.delete(join.join);
  if (join.phase === 'answered' && join.target !== null) join.asked.set(join.target, 0);
  takeBack(turn, join);
}

function create(turn: Turn, pass: Omit<Pass, 'type'>, source: Join['source']): Join | undefined {
  const { state, nowMs } = turn;
  if (state.joins.size >= JOINS_MAX && !evict(state)) return undefined;
  const record = createJoin(pass, source, nowMs);
  state.joins.set(pass.join, record);
  return record;
}

/** Makes room by forgetting the oldest join that has found its parent. */
function evict(state: OverlayState): boolean {
  for (const { join, phase } of state.joins.values()) {
    if (phase === 'here' || phase === 'answered' || phase === 'sent') return state.joins.delete(join);
  }
  return false;
}

function carryDown(turn: Turn, join: Join, signal: EdgeSignal): void {
  if (signal.type !== 'candidate' || join.signals >= JOIN_SIGNALS_MAX) return;
  join.signals++;
  if (join.sdp !== null && join.candidates.length < JOIN_CANDIDATES_MAX) join.candidates.push(signal);
  if (join.phase === 'here') turn.effects.push({ type: 'signal-edge', edge: join.join, signal });
  else if (join.target !== null && turn.state.children.has(join.target))
    send(turn, join.target, { type: 'signal', join: join.join, peer: join.peer, signal });
}

/** `edge` is where it came from, null for our own. The first answer counts; whoever else has the join is told. */
function carryUp(turn: Turn, join: Join, edge: string | null, peer: string, signal: EdgeSignal): void {
  const { state, nowMs } = turn;
  if (signal.type === 'offer' || join.signals >= JOIN_SIGNALS_MAX || !hasSource(state, join)) return;
  if (signal.type === 'answer' && edge !== null) {
    const passedMs = join.asked.get(edge);
    if (join.phase === 'answered' || join.phase === 'here' || passedMs === undefined) return;
    const child = state.children.get(edge);
    if (child) noteAnswered(child, passedMs, nowMs);
    takeBack(turn, join, edge);
    join.target = edge;
    settle(join, 'answered', nowMs);
  } else if (edge !== null && join.target !== edge) return;
  join.signals++;
  const { source, join: id } = join;
  if ('edge' in source) send(turn, source.edge, { type: 'signal', join: id, peer, signal });
  else {
    const kind = signal.type === 'answer' ? 'answer' : 'candidate';
    turn.effects.push({
      type: 'send-rendezvous',
      to: source.rendezvous,
      kind,
      payload: { v: 1, join: id, peer, signal },
      at: source.at,
    });
  }
}

/** A newcomer vanished from the signaling server: its slot is kept for nobody. */
export function receiveNewcomerAbsence(turn: Turn, peer: string): void {
  const { state } = turn;
  for (const join of state.joins.values()) {
    if (!('rendezvous' in join.source) || join.source.rendezvous !== peer) continue;
    if (join.phase === 'waiting') state.joins.delete(join.join);
    const child = state.children.get(join.join);
    if (child?.phase === 'answering') removeChild(turn, child, 'cut');
  }
}
