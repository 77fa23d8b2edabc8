// Searches of settled viewers on their way through us, on edges only: up to a peer that has edges into other subtrees, across
// one of them, then down. Whoever can, answers; whoever can't and knows nobody, says so, and the hop before tries another.
// Invariant 7 of evaluate.ts: what is remembered is bounded, and nobody is offered a peer below itself.

import { take } from '../base/allowance.ts';
import { addChild } from './children.ts';
import { freeSlots, isOurs } from './counts.ts';
import type { OverlayEvent } from './event.ts';
import { isHeard } from './hearing.ts';
import { aboveOf } from './kinship.ts';
import type { Find, Passed, Signal } from './message.ts';
import { isAbove, isWhollyAbove } from './paths.ts';
import type { Child, OverlayState, Search } from './state.ts';
import {
  CHILDREN_MAX,
  FIND_BURST_MAX,
  FIND_PER_SECOND_MAX,
  FIND_TRIED_MAX,
  JOIN_CANDIDATES_MAX,
  JOIN_SIGNALS_MAX,
  ROOT_FINDS_PER_SECOND_MAX,
  SEARCH_KEPT_MS,
  SEARCHES_MAX,
  STANDBY_CHILDREN_PER_SLOT,
} from './timing.ts';
import { send, type Turn } from './turn.ts';

/** A neighbour hands us a search. */
export function receiveFind(turn: Turn, edge: string, asked: Find): void {
  const { state, nowMs, promoter } = turn;
  const child = state.children.get(edge);
  const find = promoter?.receive(turn, edge, asked) ?? asked;
  const isAllowed = !child || take(child.finds, nowMs, FIND_PER_SECOND_MAX, FIND_BURST_MAX);
  const isOwn = find.peer === state.peer || state.children.has(find.join) || state.search.edge === find.join;
  if (!isAllowed || isOwn || !isNew(state.searches.get(find.join), find)) {
    refuse(turn, edge, find.join);
    return;
  }
  if (state.searches.size >= SEARCHES_MAX) forgetOne(state);
  const search: Search = {
    join: find.join,
    peer: find.peer,
    source: edge,
    target: null,
    find,
    tier: find.tier,
    candidates: [],
    tried: [],
    phase: 'passed',
    sinceMs: nowMs,
    signals: 0,
  };
  state.searches.set(find.join, search);
  advance(turn, search);
}

/** A neighbour found nobody: the next one is asked. True when it was about a search. */
export function receiveFindRefused(turn: Turn, edge: string, { join, status }: Passed): boolean {
  const search = turn.state.searches.get(join);
  if (!search) return false;
  if (search.target === edge && search.phase === 'passed' && status === 'refused') advance(turn, search);
  return true;
}

/** An answer or candidate on its way. True when it belonged to a search. */
export function carryFindSignal(turn: Turn, edge: string, { join, peer, signal }: Signal): boolean {
  const search = turn.state.searches.get(join);
  if (!search) return false;
  if (search.signals++ >= JOIN_SIGNALS_MAX || search.phase === 'refused') return true;
  const isBack = edge === search.target;
  if (isBack && signal.type !== 'offer') {
    if (signal.type === 'answer') settle(search, 'answered');
    if (isNeighbour(turn.state, search.source))
      send(turn, search.source, { type: 'signal', join, peer, signal });
  } else if (edge === search.source && peer === search.peer && signal.type === 'candidate') {
    if (search.phase === 'here') turn.effects.push({ type: 'signal-edge', edge: join, signal });
    else if (search.target !== null && isNeighbour(turn.state, search.target))
      send(turn, search.target, { type: 'signal', join, peer, signal });
    if (search.find && search.candidates.length < JOIN_CANDIDATES_MAX) search.candidates.push(signal);
  }
  return true;
}

/** Our own edge to a searcher produced its answer or a candidate. True when it was one. */
export function sendFoundSignal(
  turn: Turn,
  { edge, signal }: OverlayEvent & { type: 'local-signal' },
): boolean {
  const { state } = turn;
  const search = state.searches.get(edge);
  if (search?.phase !== 'here') return false;
  if (isNeighbour(state, search.source))
    send(turn, search.source, { type: 'signal', join: edge, peer: state.peer, signal });
  return true;
}

/** Forgets what is long over, and goes another way where whoever has it may be dead. */
export function tickFinds(turn: Turn): void {
  const { state, nowMs } = turn;
  for (const search of state.searches.values()) {
    if (nowMs - search.sinceMs >= SEARCH_KEPT_MS) state.searches.delete(search.join);
    else if (search.phase === 'passed' && !isHeard(state, search.target)) advance(turn, search);
  }
}

/** The oldest of those that came to nothing, else the oldest. */
function forgetOne({ searches }: OverlayState): void {
  const all = [...searches.values()];
  const least = all.find(({ phase }) => phase === 'refused') ?? all[0];
  if (least) searches.delete(least.join);
}

/** Whether we weren't asked this before; with fewer wishes it is another question. */
function isNew(before: Search | undefined, { tier }: Find): boolean {
  return !before || (before.phase === 'refused' && tier > before.tier);
}

function advance(turn: Turn, search: Search): void {
  const { state } = turn;
  const { find } = search;
  if (!find) return;
  if (search.target === null && canAnswer(turn, find)) {
    answer(turn, search, find);
    return;
  }
  const next =
    find.hops > 0 && !isCrowded(state, find) && search.tried.length < FIND_TRIED_MAX
      ? nextHops(turn, search, find).find((edge) => !search.tried.includes(edge))
      : undefined;
  if (next === undefined || isBusy(turn)) {
    settle(search, 'refused');
    refuse(turn, search.source, search.join);
    return;
  }
  search.target = next;
  search.tried.push(next);
  send(turn, next, { ...find, hops: find.hops - 1 });
  for (const signal of search.candidates)
    send(turn, next, { type: 'signal', join: search.join, peer: search.peer, signal });
}

/** The way across leads through the root for all who have no other: it passes only so many on that its uplink doesn't feel them. */
function isBusy({ state, nowMs }: Turn): boolean {
  return (
    state.role === 'root' &&
    !take(state.passedFinds, nowMs, ROOT_FINDS_PER_SECOND_MAX, ROOT_FINDS_PER_SECOND_MAX)
  );
}

/** While newcomers wait for a picture the root's uplink is theirs: standbys can be found later. */
function isCrowded({ role, joins }: OverlayState, { purpose }: Find): boolean {
  if (role !== 'root' || purpose !== 'standby') return false;
  for (const { phase } of joins.values()) if (phase === 'waiting') return true;
  return false;
}

function answer(turn: Turn, search: Search, { join, peer, purpose, tier, above, sdp }: Find): void {
  settle(search, 'here');
  addChild(
    turn,
    join,
    peer,
    purpose === 'standby' || tier > 0 ? { standby: { primary: above.at(-1) ?? '' } } : {},
  );
  turn.effects.push({ type: 'signal-edge', edge: join, signal: { type: 'offer', sdp } });
}

function settle(search: Search, phase: 'here' | 'answered' | 'refused'): void {
  search.phase = phase;
  search.find = null;
  search.candidates = [];
}

function refuse(turn: Turn, edge: string, join: string): void {
  if (isNeighbour(turn.state, edge)) send(turn, edge, { type: 'passed', join, status: 'refused' });
}

function isNeighbour(state: OverlayState, edge: string): boolean {
  const child = state.children.get(edge);
  if (child) return child.phase !== 'answering';
  return edge === state.parent?.edge || state.standbys.has(edge);
}

function canAnswer({ state, promoter }: Turn, find: Find): boolean {
  const { peer, avoid, purpose, tier } = find;
  const isFedSelf = state.role === 'root' || state.parent !== null;
  if (!isFedSelf || state.isEnded || state.isLeaving || state.children.size >= CHILDREN_MAX) return false;
  if (avoid.includes(state.peer) || state.rejected.has(peer)) return false;
  if (purpose === 'parent' ? isAbove(state, peer) : isWhollyAbove(state, peer)) return false;
  const children = [...state.children.values()];
  if (children.some((child) => child.peer === peer)) return false;
  if (purpose === 'standby') return canStandBy(state, children, find);
  return tier > 0 ? promoter?.isExpected(find.join) === true : freeSlots(state) > 0;
}

function canStandBy(state: OverlayState, children: readonly Child[], { above, tier }: Find): boolean {
  const standing = children.filter((child) => child.isStandby);
  const most = state.slots === 0 ? 0 : Math.max(2, STANDBY_CHILDREN_PER_SLOT * state.slots);
  if (standing.length >= most) return false;
  const primary = above.at(-1);
  const isPrimary = primary === undefined ? state.role === 'root' : primary === state.peer;
  if (isPrimary) return false;
  const isAncestor = state.role === 'root' || above.includes(state.peer);
  if (isAncestor) return tier >= 2;
  const mine = aboveOf(state.paths);
  if (primary !== undefined && mine.includes(primary)) return false;
  if (tier > 0) return true;
  // Siblings are dealt to different standbys, so that one death loads each with one child.
  const isDealt = standing.some((child) => child.primary === (primary ?? ''));
  return !mine.some((ancestor) => above.includes(ancestor)) && !(isDealt && primary !== undefined);
}

/** Whom to ask next, best first: a way across while the search still climbs, then down; up when there is no other. */
function nextHops(turn: Turn, { source }: Search, find: Find): string[] {
  const { state } = turn;
  const { above, tier, purpose, peer } = find;
  const isClimbing = state.role === 'root' || above.includes(state.peer);
  const up = state.parent ? [state.parent.edge] : [];
  const children = [...state.children.values()].filter((child) => isOurs(child) && child.peer !== peer);
  let hops: string[];
  if (purpose === 'parent' && tier > 0) hops = up;
  else if (purpose === 'parent') {
    const roomy = deal(
      turn,
      children.filter((child) => (child.counts?.freeSlots ?? 0) > 0),
    );
    roomy.sort((a, b) => (a.counts?.freeDepth ?? 0) - (b.counts?.freeDepth ?? 0));
    hops = [...roomy.map((child) => child.edge), ...up, ...state.standbys.keys()];
  } else if (isClimbing && tier >= 2) hops = up;
  else {
    const isPrimary = above.length > 0 && above.at(-1) === state.peer;
    const across = [...state.standbys.values()].filter((standby) => !above.includes(standby.peer));
    // Up: crossing again from a peer that was reached by crossing leads back; down from the parent leads to siblings.
    const ways = isClimbing
      ? deal(
          turn,
          across.map((standby) => standby.edge),
        )
      : [];
    const down = isPrimary
      ? []
      : deal(
          turn,
          children
            .filter((child) => mayStandBy(child) && !above.includes(child.peer))
            .map((child) => child.edge),
        );
    hops = isClimbing
      ? [...ways, ...(tier > 0 || state.role === 'root' ? down : []), ...up]
      : [...down, ...up];
  }
  return hops.filter((edge) => edge !== source && isHeard(state, edge));
}

/** Whether somebody in this branch gives slots: only those stand by. */
function mayStandBy({ counts }: Child): boolean {
  return counts === null || counts.slots > 0;
}

/** Another order each time. */
function deal<T>({ state }: Turn, edges: T[]): T[] {
  if (edges.length < 2) return edges;
  const start = state.dealt++ % edges.length;
  return [...edges.slice(start), ...edges.slice(0, start)];
}
