// Our own search for standbys, and for a parent to move to, once we are settled: asked of our parent, never of the signaling
// server. Best places first; what is refused is asked again with fewer wishes, on the same offer.

import { ANCESTORS_MAX } from '../base/limits.ts';
import type { EdgeSignal } from '../ports.ts';
import { nextBetween, nextId } from './chance.ts';
import type { OverlayEvent } from './event.ts';
import { aboveOf, tierOf } from './kinship.ts';
import type { Hello, Passed, Signal } from './message.ts';
import { isLoop } from './paths.ts';
import { addStandby, switchTo } from './standbys.ts';
import { ownHello } from './standing.ts';
import { createSearch, type OverlayState, type StandbySearch } from './state.ts';
import {
  AVOID_MAX,
  CONNECT_MS,
  FIND_HOPS_MAX,
  FIND_TIER_MAX,
  HELLO_MS,
  JOIN_CANDIDATES_MAX,
  PEER_RETRIES_MAX,
  SEARCH_ANSWER_MS,
  SEARCH_BETTER_MS,
  SEARCH_RETRY_MS_MAX,
  SEARCH_RETRY_MS_MIN,
  STANDBYS_WANTED,
} from './timing.ts';
import { closeEdge, closeEdgeSoon, send, type Turn } from './turn.ts';

/** Takes the next step, if one is due. */
export function tickSearch(turn: Turn): void {
  const { state, nowMs } = turn;
  const { search } = state;
  if (state.role === 'root') return;
  if (search.phase !== 'idle') {
    const isOver = nowMs >= search.deadlineMs || state.isEnded;
    if (isOver || (search.phase === 'asking' && !isThere(state, search.via))) failSearch(turn);
    return;
  }
  const purpose = wanted(turn);
  const via = state.parent?.edge;
  if (purpose !== null && via !== undefined) beginSearch(turn, search, { purpose, via, tier: 0 });
}

/** Asks through `via` from now on, with what `before` remembers; the edge that is being found. */
export function beginSearch(
  { state, nowMs, effects }: Turn,
  before: StandbySearch,
  about: Pick<StandbySearch, 'purpose' | 'via' | 'tier'>,
): string {
  const edge = nextId(state.chance);
  state.search = { ...before, ...about, phase: 'asking', edge, deadlineMs: nowMs + SEARCH_ANSWER_MS };
  effects.push({ type: 'offer-edge', edge });
  return edge;
}

/** Moves the next search forward to now: we were asked to go. */
export function hurrySearch({ state, nowMs }: Turn): void {
  state.search.nextMs = Math.min(state.search.nextMs, nowMs);
}

/** Our edge's own description or candidate goes where the search went. */
export function sendSearchSignal(turn: Turn, { signal }: OverlayEvent & { type: 'local-signal' }): void {
  const { search } = turn.state;
  if (search.phase === 'greeting' || signal.type === 'answer') return;
  if (signal.type === 'offer') {
    search.sdp = signal.sdp;
    ask(turn);
  } else carry(turn, search, signal);
}

/** An answer to our search, or a candidate of whoever answered. True when it was one. */
export function receiveFound(turn: Turn, { join, peer, signal }: Signal): boolean {
  const { search } = turn.state;
  if (join !== search.edge) return false;
  if (search.phase === 'greeting') return true;
  if (signal.type === 'answer' && search.peer === null) {
    search.phase = 'connecting';
    search.peer = peer;
    search.deadlineMs = turn.nowMs + CONNECT_MS;
  } else if (signal.type !== 'candidate' || peer !== search.peer) return true;
  turn.effects.push({ type: 'signal-edge', edge: join, signal });
  return true;
}

/** Nobody was found: with fewer wishes somebody may be. True when it was our search. */
export function receiveNotFound(turn: Turn, { join, status }: Passed): boolean {
  const { search } = turn.state;
  if (join !== search.edge) return false;
  if (status !== 'refused' || search.phase !== 'asking') return true;
  if (search.purpose === 'standby' && search.tier < tierMax(turn.state)) {
    search.tier++;
    ask(turn);
  } else failSearch(turn);
  return true;
}

/** The edge is there: we introduce ourselves. */
export function openSearch(turn: Turn, edge: string): void {
  const { search } = turn.state;
  if (search.phase === 'greeting') return;
  search.phase = 'greeting';
  search.deadlineMs = turn.nowMs + HELLO_MS;
  send(turn, edge, ownHello(turn.state));
}

/** Whoever was found introduces itself: it stands by from now on, or takes over at once when we were to move. */
export function receiveSearchGreeting(turn: Turn, edge: string, hello: Hello): void {
  const { state, nowMs } = turn;
  const { search, parent, standbys } = state;
  const isKnown =
    hello.peer === parent?.peer || [...standbys.values()].some(({ peer }) => peer === hello.peer);
  const isBelow = search.purpose === 'parent' && isLoop(state, hello.paths);
  const isUseless = isBelow || tierOf(state, hello.peer, hello.paths) === null;
  if (hello.peer !== search.peer || isKnown || isUseless) {
    send(turn, edge, { type: 'bye', reason: isUseless ? 'loop' : 'moving' });
    closeEdgeSoon(turn, edge);
    search.edge = null;
    failSearch(turn);
    return;
  }
  const { purpose } = search;
  state.search = createSearch(nowMs + nextBetween(state.chance, 0, SEARCH_RETRY_MS_MIN));
  const standby = addStandby(turn, edge, hello);
  if (purpose !== 'parent') return;
  if (parent === null || parent.goingSinceMs !== null) switchTo(turn, standby);
  else standby.wantedUntilMs = nowMs + CONNECT_MS;
}

/** The attempt came to nothing; the next one waits longer. Whom we couldn't connect to is left out of it, until one finds nobody else. */
export function failSearch(turn: Turn): void {
  const { state, nowMs } = turn;
  const { search } = state;
  if (search.edge !== null) closeEdge(turn, search.edge);
  const unreachable = (search.peer === null ? [] : [...search.unreachable, search.peer]).slice(
    -PEER_RETRIES_MAX,
  );
  if (isClimbing(state)) {
    // A place that didn't come true says nothing about standbys.
    const { nextMs, failures } = search;
    state.search = { ...createSearch(nextMs), failures, unreachable };
    return;
  }
  const failures = search.failures + 1;
  const delayMs = Math.min(SEARCH_RETRY_MS_MAX, SEARCH_RETRY_MS_MIN * 2 ** Math.min(failures - 1, 8));
  const nextMs = nowMs + nextBetween(state.chance, delayMs / 2, delayMs);
  state.search = { ...createSearch(nextMs), failures, unreachable };
}

/** Whether the search is for a better place, while our parent would keep us. */
function isClimbing({ search, parent }: OverlayState): boolean {
  return search.purpose === 'parent' && parent?.goingSinceMs === null;
}

/** What to search for now: a parent when ours asked us to go, a standby when one is lacking or has a poor place. */
function wanted({ state, nowMs }: Turn): StandbySearch['purpose'] | null {
  const { parent, search, standbys } = state;
  if (!parent || state.isEnded || nowMs < search.nextMs) return null;
  if (parent.goingSinceMs !== null) return 'parent';
  if (!state.hasFed) return null;
  if (standbys.size < STANDBYS_WANTED) return 'standby';
  const isDue = nowMs >= search.nextMs + SEARCH_BETTER_MS && nowMs >= parent.sinceMs + SEARCH_BETTER_MS;
  return isDue && tierMax(state) >= 0 ? 'standby' : null;
}

/** The worst place that is still worth having: better than the worst of those we have, once they are enough. */
function tierMax(state: OverlayState): number {
  if (state.standbys.size < STANDBYS_WANTED) return FIND_TIER_MAX;
  const tiers = [...state.standbys.values()].map(({ peer, paths }) => tierOf(state, peer, paths) ?? Infinity);
  return Math.min(FIND_TIER_MAX, Math.max(...tiers) - 1);
}

function isThere(state: OverlayState, via: string | null): boolean {
  return via !== null && (via === state.parent?.edge || state.standbys.has(via));
}

function ask(turn: Turn): void {
  const { state } = turn;
  const { edge, via, sdp, purpose, tier, candidates, unreachable } = state.search;
  if (edge === null || via === null || sdp === null) return;
  if (!isThere(state, via)) {
    failSearch(turn);
    return;
  }
  state.search.deadlineMs = turn.nowMs + SEARCH_ANSWER_MS;
  const neighbours = [...state.standbys.values()].map(({ peer }) => peer);
  const avoid = [...new Set([...neighbours, ...unreachable, ...[...state.rejected.keys()].reverse()])];
  const above = aboveOf(state.paths).slice(-ANCESTORS_MAX);
  send(turn, via, {
    type: 'find',
    join: edge,
    peer: state.peer,
    purpose,
    tier,
    hops: FIND_HOPS_MAX,
    above,
    avoid: avoid.slice(0, AVOID_MAX),
    sdp,
  });
  for (const signal of candidates) send(turn, via, { type: 'signal', join: edge, peer: state.peer, signal });
}

function carry(turn: Turn, search: StandbySearch, signal: EdgeSignal): void {
  const { edge, via, sdp, candidates } = search;
  if (edge === null || candidates.length >= JOIN_CANDIDATES_MAX) return;
  candidates.push(signal);
  if (sdp !== null && isThere(turn.state, via) && via !== null)
    send(turn, via, { type: 'signal', join: edge, peer: turn.state.peer, signal });
}
