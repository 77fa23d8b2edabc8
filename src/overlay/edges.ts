// What happens to edges themselves: opened, closed, cut for bad bytes, given up when we leave.

import { take } from '../base/allowance.ts';
import { openChild, removeChild } from './children.ts';
import { holdsSlot } from './counts.ts';
import { closeDoors } from './doors.ts';
import { neighbourAt } from './hearing.ts';
import { loseParent } from './parent.ts';
import { openSeeking, fail, stopSeeking } from './seeking.ts';
import { failSearch, openSearch } from './standby-search.ts';
import { dropStandby } from './standbys.ts';
import type { OverlayState } from './state.ts';
import {
  CONTROL_BURST_MAX,
  CONTROL_PER_SECOND_MAX,
  REJECTED_MS,
  REJECTED_PEERS_MAX,
  SLOT_REST_MS,
} from './timing.ts';
import { closeEdge, closeEdgeSoon, send, type Turn } from './turn.ts';

/** An edge is ready for messages. */
export function edgeOpened(turn: Turn, edge: string): void {
  const { state } = turn;
  const child = state.children.get(edge);
  if (child) openChild(turn, child);
  else if (edge === state.seeking.edge) openSeeking(turn, edge);
  else if (edge === state.search.edge) openSearch(turn, edge);
}

/** An edge is gone, or never came to be. */
export function edgeClosed(turn: Turn, edge: string): void {
  const { state } = turn;
  state.closing.delete(edge);
  const child = state.children.get(edge);
  const standby = state.standbys.get(edge);
  if (child) removeChild(turn, child, 'closed');
  else if (edge === state.parent?.edge) loseParent(turn, 'closed');
  else if (standby) dropStandby(turn, standby, 'closed');
  else if (edge === state.seeking.edge) fail(turn);
  else if (edge === state.search.edge) failSearch(turn);
}

/** Bytes of this edge were refused: it is cut, and its peer is neither asked nor taken for a while. */
export function cutEdge(turn: Turn, edge: string): void {
  const { state, nowMs } = turn;
  const child = state.children.get(edge);
  const standby = state.standbys.get(edge);
  const peer = peerAt(state, edge);
  if (peer !== null) {
    state.rejected.delete(peer);
    state.rejected.set(peer, nowMs + REJECTED_MS);
    const [oldest] = state.rejected.keys();
    if (state.rejected.size > REJECTED_PEERS_MAX && oldest !== undefined) state.rejected.delete(oldest);
  }
  if (child) {
    if (holdsSlot(child) && state.resting.length < state.slots) state.resting.push(nowMs + SLOT_REST_MS);
    removeChild(turn, child, 'cut');
  } else if (edge === state.parent?.edge) loseParent(turn, 'cut');
  else if (standby) dropStandby(turn, standby, 'cut');
  else if (edge === state.seeking.edge) fail(turn);
  else if (edge === state.search.edge) failSearch(turn);
}

/** Who is at the other end; null when we don't know, or have no such edge. */
function peerAt(state: OverlayState, edge: string): string | null {
  const { seeking, search } = state;
  const neighbour = neighbourAt(state, edge);
  if (neighbour) return neighbour.peer;
  if (edge === seeking.edge) return seeking.peer;
  return edge === search.edge ? search.peer : null;
}

/** Whether an edge of ours may say something more. A flood is answered by cutting it. */
export function admit(turn: Turn, edge: string): boolean {
  const { state, nowMs } = turn;
  const isOurs =
    state.children.has(edge) ||
    state.standbys.has(edge) ||
    edge === state.parent?.edge ||
    edge === state.seeking.edge ||
    edge === state.search.edge;
  if (!isOurs) return false;
  const allowance = state.allowances.get(edge) ?? { left: CONTROL_BURST_MAX, atMs: nowMs };
  state.allowances.set(edge, allowance);
  if (take(allowance, nowMs, CONTROL_PER_SECOND_MAX, CONTROL_BURST_MAX)) return true;
  cutEdge(turn, edge);
  return false;
}

/** Forgives those who have served their time, and gives their slots away. */
export function tickRejected({ state, nowMs }: Turn): void {
  for (const [peer, untilMs] of state.rejected) if (nowMs >= untilMs) state.rejected.delete(peer);
  state.resting = state.resting.filter((untilMs) => nowMs < untilMs);
}

/** We go: neighbours are told, so that children move before the edges close. */
export function leave(turn: Turn): void {
  const { state, effects } = turn;
  if (state.isLeaving) return;
  state.isLeaving = true;
  stopSeeking(turn);
  closeDoors(turn);
  if (state.search.edge !== null) failSearch(turn);
  const edges = [...state.standbys.keys()];
  if (state.parent) edges.push(state.parent.edge);
  for (const { edge, phase } of state.children.values()) {
    // Children are fed until their edge closes: they move before.
    if (phase === 'answering') closeEdge(turn, edge);
    else edges.push(edge);
  }
  const suggest = state.parent?.peer;
  for (const edge of edges) {
    const isNamed = suggest !== undefined && state.children.has(edge);
    send(turn, edge, { type: 'bye', reason: 'leaving', ...(isNamed && { suggest }) });
    closeEdgeSoon(turn, edge);
  }
  state.children.clear();
  state.joins.clear();
  state.standbys.clear();
  state.searches.clear();
  if (state.parent) effects.push({ type: 'parent-changed', edge: null, peer: null });
  state.parent = null;
  if (state.rendezvous !== 'closed') effects.push({ type: 'close-rendezvous' });
  state.rendezvous = 'closed';
}
