// Where a newcomer goes: into a slot of our own, or down to the child whose subtree has the shallowest one.
// Invariant 6 of evaluate.ts: a join is never rejected for good; the root keeps it until a slot comes free.

import { addChild, removeStale } from './children.ts';
import { freeSlots, isOurs } from './counts.ts';
import { isNumberedDoor } from './door-ids.ts';
import type { Notice } from './message.ts';
import type { Child, Join, OverlayState } from './state.ts';
import {
  CHILDREN_MAX,
  COUNTS_MS,
  JOIN_KEPT_MS,
  PASS_ACK_MS,
  WAITING_KEPT_MS,
  WAITING_NOTICE_MS,
} from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Finds the join a place, here or below; without one it waits (root) or goes back (relay). */
export function place(turn: Turn, join: Join): void {
  if (!hasSource(turn.state, join)) {
    turn.state.joins.delete(join.join);
    return;
  }
  if (canTake(turn.state, join)) {
    takeHere(turn, join);
    return;
  }
  const child = bestChild(turn.state, join);
  if (child) {
    passTo(turn, join, child);
    return;
  }
  giveBack(turn, join);
}

/** Whether whoever handed us this join can still be told what became of it. */
export function hasSource(state: OverlayState, { source }: Join): boolean {
  return 'rendezvous' in source || source.edge === state.parent?.edge;
}

/** The child can't: the next one is tried. */
export function tryNext(turn: Turn, join: Join): void {
  join.target = null;
  place(turn, join);
}

/** Looks after the joins under way: those unanswered in time, those that wait, those that are history. */
export function tickJoins(turn: Turn): void {
  const { state, nowMs } = turn;
  for (const join of state.joins.values()) {
    const ageMs = nowMs - join.sinceMs;
    if (join.phase === 'waiting') {
      if (ageMs >= WAITING_KEPT_MS) state.joins.delete(join.join);
      else notice(turn, join);
    } else if (join.phase === 'passed' || join.phase === 'taken') {
      const child = state.children.get(join.target ?? '');
      if (child && nowMs < join.deadlineMs) continue;
      if (child) child.passesFailed++;
      tryNext(turn, join);
    } else if (ageMs >= JOIN_KEPT_MS) state.joins.delete(join.join);
  }
  placeWaiting(turn);
}

/** Places those who wait, in their order, for as long as there are slots. */
function placeWaiting(turn: Turn): void {
  const { state, nowMs } = turn;
  if (!hasRoom(state)) return;
  for (const join of waiting(state)) {
    if (nowMs < join.deadlineMs) continue;
    if (!hasRoom(state)) return;
    join.tried = [];
    place(turn, join);
  }
}

function waiting(state: OverlayState): Join[] {
  const joins = [...state.joins.values()].filter(({ phase }) => phase === 'waiting');
  return joins.sort((a, b) => a.queuedMs - b.queuedMs);
}

function hasRoom(state: OverlayState): boolean {
  if (freeSlots(state) > 0) return true;
  for (const child of state.children.values())
    if (isOurs(child) && (child.counts?.freeSlots ?? 0) > 0) return true;
  return false;
}

function canTake(state: OverlayState, { peer, avoid }: Join): boolean {
  if (state.isLeaving || state.isEnded || (state.role === 'viewer' && !state.parent)) return false;
  if (avoid.includes(state.peer) || state.rejected.has(peer)) return false;
  return freeSlots(state) > 0 && state.children.size < CHILDREN_MAX;
}

function takeHere(turn: Turn, join: Join): void {
  const { join: edge, sdp, candidates } = join;
  if (sdp === null) return;
  removeStale(turn, join.peer);
  acknowledge(turn, join);
  addChild(turn, edge, join.peer);
  turn.effects.push({ type: 'signal-edge', edge, signal: { type: 'offer', sdp } });
  for (const signal of candidates) turn.effects.push({ type: 'signal-edge', edge, signal });
  settle(join, 'here', turn.nowMs);
}

/** The offer has found its place: only the way of later candidates is remembered, for a while from now. */
export function settle(join: Join, phase: 'here' | 'answered', nowMs: number): void {
  join.phase = phase;
  join.sinceMs = nowMs;
  join.sdp = null;
  join.candidates = [];
}

function passTo(turn: Turn, join: Join, child: Child): void {
  const { join: id, peer, avoid, sdp, candidates } = join;
  if (sdp === null) return;
  acknowledge(turn, join);
  join.phase = 'passed';
  join.target = child.edge;
  join.tried.push(child.edge);
  join.deadlineMs = turn.nowMs + PASS_ACK_MS;
  send(turn, child.edge, { type: 'pass', join: id, peer, avoid, sdp });
  for (const signal of candidates) send(turn, child.edge, { type: 'signal', join: id, peer, signal });
}

/** `taken` is said for the first step only; what comes of it is the answer, or a later refusal. */
function acknowledge(turn: Turn, { source, join, tried }: Join): void {
  if ('edge' in source && tried.length === 0)
    send(turn, source.edge, { type: 'passed', join, status: 'taken' });
}

function giveBack(turn: Turn, join: Join): void {
  const { source, join: id } = join;
  if ('edge' in source) {
    turn.state.joins.delete(id);
    send(turn, source.edge, { type: 'passed', join: id, status: 'refused' });
    return;
  }
  if (isNumberedDoor(source.at)) {
    turn.state.joins.delete(id);
    reply(turn, join, { type: 'doors', count: 0 });
    return;
  }
  // Reports that promised a slot are allowed to become true before they are believed again.
  if (join.tried.length > 0) join.deadlineMs = turn.nowMs + COUNTS_MS;
  else join.deadlineMs = turn.nowMs;
  join.phase = 'waiting';
}

function notice(turn: Turn, join: Join): void {
  if (join.isNoticed || turn.nowMs - join.queuedMs < WAITING_NOTICE_MS || !('rendezvous' in join.source))
    return;
  join.isNoticed = true;
  reply(turn, join, { type: 'waiting', place: waiting(turn.state).indexOf(join) });
}

/** Tells a newcomer at the signaling server what became of its offer. */
function reply({ state, effects }: Turn, { join, source }: Join, notice: Notice): void {
  if (!('rendezvous' in source)) return;
  const { rendezvous: to, at } = source;
  const payload = { v: 1, join, peer: state.peer, notice } as const;
  effects.push({ type: 'send-rendezvous', to, kind: 'answer', payload, at });
}

/** The child with the shallowest slot below it that isn't spoken for; those that let joins rot come last. */
function bestChild(state: OverlayState, join: Join): Child | undefined {
  const underWay = new Map<string, number>();
  for (const { phase, target } of state.joins.values()) {
    if (target !== null && (phase === 'passed' || phase === 'taken'))
      underWay.set(target, (underWay.get(target) ?? 0) + 1);
  }
  let best: Child | undefined;
  for (const child of state.children.values()) {
    if (!isOurs(child) || child.peer === join.peer || join.tried.includes(child.edge)) continue;
    if ((child.counts?.freeSlots ?? 0) <= (underWay.get(child.edge) ?? 0)) continue;
    if (!best || isBetter(child, best)) best = child;
  }
  return best;
}

function isBetter(a: Child, b: Child): boolean {
  const failed = Math.min(a.passesFailed, 3) - Math.min(b.passesFailed, 3);
  if (failed !== 0) return failed < 0;
  const depth = (a.counts?.freeDepth ?? 0) - (b.counts?.freeDepth ?? 0);
  if (depth !== 0) return depth < 0;
  return (a.counts?.freeSlots ?? 0) > (b.counts?.freeSlots ?? 0);
}
