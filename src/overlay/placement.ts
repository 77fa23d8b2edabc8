// Where a newcomer goes: into a slot of our own, or down to the child whose subtree has the shallowest one. Each branch is
// given as much as it digests (branches.ts); the rest waits its turn here.
// Invariant 6 of evaluate.ts: a join is never rejected for good; the root keeps it until a slot comes free.

import { ackMs, countUnderWay, hasRoomBelow, isOpen, noteFailed } from './branches.ts';
import { addChild, removeChild, removeStale } from './children.ts';
import { freeSlots, holdsSlot, isOurs } from './counts.ts';
import { canMakeWay } from './displacement.ts';
import { isNumberedDoor } from './door-ids.ts';
import { isChildSilent } from './hearing.ts';
import { isUnderWay, type Join } from './join.ts';
import type { Child, OverlayState } from './state.ts';
import {
  ADDRESS_KEPT_MS,
  CHILDREN_MAX,
  COUNTS_MS,
  DOOR_ANSWER_MS,
  DOOR_WAIT_MS,
  JOIN_KEPT_MS,
  PASS_WAIT_MS,
  WAITING_KEPT_MS,
} from './timing.ts';
import { send, type Turn } from './turn.ts';
import { reply, tellPlaces, waitingJoins } from './waiting.ts';

type UnderWay = Map<string, number>;

/** Whether whoever handed us this join can still be told what became of it. */
export function hasSource({ parent, standbys }: OverlayState, { source }: Join): boolean {
  return 'rendezvous' in source || source.edge === parent?.edge || standbys.has(source.edge);
}

/** A join just came: those who came before it are placed first. */
export function placeNew(turn: Turn, join: Join): void {
  placeWaiting(turn);
  const isLeft = join.phase === 'waiting' && turn.state.joins.has(join.join);
  if (isLeft) place(turn, join, countUnderWay(turn.state));
}

/** Places those who wait, in their order, as far as there is room. */
function placeWaiting(turn: Turn): void {
  const { state, nowMs } = turn;
  const joins = waitingJoins(state);
  if (joins.length === 0) return;
  const underWay = countUnderWay(state);
  let isFull = false;
  for (const join of joins) {
    if (nowMs < join.deadlineMs || (isFull && join.rides)) continue;
    if (place(turn, join, underWay)) continue;
    isFull ||= !hasRoom(state, underWay);
    // Not even one that brings slots.
    if (isFull && !join.rides) return;
  }
}

/** The child can't: another one is tried in a moment. */
export function tryNext(turn: Turn, join: Join): void {
  join.target = null;
  join.phase = 'waiting';
  join.deadlineMs = turn.nowMs;
  placeWaiting(turn);
}

/** Whoever has it need not look any further, but for the one that answered: it has its place, or is no more. */
export function takeBack(turn: Turn, { join, asked }: Join, answered?: string): void {
  for (const edge of asked.keys())
    if (edge !== answered && turn.state.children.has(edge))
      send(turn, edge, { type: 'passed', join, status: 'refused' });
  asked.clear();
}

/** Looks after the joins under way: those unanswered in time, those that wait, those that are history. */
export function tickJoins(turn: Turn): void {
  const { state, nowMs } = turn;
  for (const join of state.joins.values()) {
    const ageMs = nowMs - join.sinceMs;
    if (join.phase === 'waiting') {
      if ('edge' in join.source || isNumberedDoor(join.source.at)) {
        if (ageMs >= ('edge' in join.source ? PASS_WAIT_MS : DOOR_WAIT_MS)) giveBack(turn, join);
      } else if (ageMs >= WAITING_KEPT_MS) state.joins.delete(join.join);
    } else if (isUnderWay(join)) {
      const child = state.children.get(join.target ?? '');
      if (child && nowMs < join.deadlineMs) continue;
      // It keeps it: a late answer is as good as any.
      if (child) noteFailed(child, join.asked.get(child.edge) ?? nowMs, nowMs);
      tryNext(turn, join);
    } else if (ageMs >= keptMs(state, join)) state.joins.delete(join.join);
  }
  placeWaiting(turn);
  turn.crowdKeeper?.drain(turn);
  tellPlaces(turn);
}

/** How long a join is remembered that was settled, or sent elsewhere. The place of one that yields may be asked for as long as it is there. */
function keptMs(state: OverlayState, join: Join): number {
  if (join.phase === 'sent') return 2 * DOOR_ANSWER_MS;
  if (join.yields && placeOf(state, join)) return Infinity;
  return join.tag === undefined ? JOIN_KEPT_MS : ADDRESS_KEPT_MS;
}

/** Our child that came of a join, or below which it has its place. */
function placeOf({ children }: OverlayState, { join, target }: Join): Child | undefined {
  return children.get(join) ?? children.get(target ?? '');
}

/** The offer has found its place: only the way of later candidates is remembered, for a while from now. */
export function settle(join: Join, phase: 'here' | 'answered', nowMs: number): void {
  join.phase = phase;
  join.sinceMs = nowMs;
  join.sdp = null;
  join.candidates = [];
}

/** Finds the join a place, here or below. Without one it waits, or goes back. False: it stays where it is. */
function place(turn: Turn, join: Join, underWay: UnderWay): boolean {
  const { state } = turn;
  if (!hasSource(state, join)) {
    state.joins.delete(join.join);
    return true;
  }
  if (turn.crowdKeeper?.holdsBack(turn, join, underWay) === true) return false;
  if (canTake(state, join)) {
    takeHere(turn, join);
    return true;
  }
  const ways = waysDown(state, join, underWay);
  const open = ways.filter((way) => isOpen(way, underWay) && !isChildSilent(state, way));
  const welcome = open.filter(({ peer }) => !join.avoid.includes(peer));
  // Whoever it fled from is asked when there is nobody else: it may be the one that swallowed its last join.
  const child = best(welcome, underWay) ?? best(open, underWay);
  if (child && ('edge' in join.source || turn.crowdKeeper?.mayPlace(turn, join) !== false)) {
    passTo(turn, join, child, underWay);
    return true;
  }
  if (ways.length === 0)
    return (
      takeAllTheSame(turn, join) ||
      takeFromOne(turn, join, underWay) ||
      displace(turn, join, underWay) ||
      giveBack(turn, join)
    );
  acknowledge(turn, join);
  return false;
}

/** Whether somebody could be placed at this moment. */
function hasRoom(state: OverlayState, underWay: UnderWay): boolean {
  if (freeSlots(state) > 0) return true;
  for (const child of state.children.values())
    if (hasRoomBelow(child, underWay) && isOpen(child, underWay)) return true;
  return false;
}

/** One that brings slots takes the place of a leaf without, here or further down: where no slot is free, each way ends in one. */
function displace(turn: Turn, join: Join, underWay: UnderWay): boolean {
  const { state } = turn;
  if (join.rides) return false;
  if (mayFeed(state, join) && canMakeWay(state)) {
    takeHere(turn, join, true);
    return true;
  }
  const size = (child: Child) => child.counts?.viewers ?? 0;
  const relays = [...state.children.values()].filter(
    (child) => isOurs(child) && size(child) > 1 && !underWay.has(child.edge),
  );
  const [smallest] = relays
    .filter((child) => child.peer !== join.peer && !join.tried.includes(child.edge))
    .sort((a, b) => size(a) - size(b));
  if (!smallest) return false;
  passTo(turn, join, smallest, underWay);
  return true;
}

/** Somebody who yields gives its place to one that doesn't, here or further down: whoever came first, who is likely to stand highest. */
function takeFromOne(turn: Turn, join: Join, underWay: UnderWay): boolean {
  const { state } = turn;
  if (join.yields || !mayFeed(state, join)) return false;
  for (const before of state.joins.values()) {
    const child = placeOf(state, before);
    if (!before.yields || !child || isUnderWay(before) || !holdsSlot(child)) continue;
    if (join.tried.includes(child.edge)) continue;
    state.joins.delete(before.join);
    if (child.edge === before.join) {
      removeChild(turn, child, 'bye-full');
      takeHere(turn, join);
    } else passTo(turn, join, child, underWay);
    return true;
  }
  return false;
}

function canTake(state: OverlayState, join: Join): boolean {
  return mayFeed(state, join) && freeSlots(state) > 0;
}

/** Nobody else is left, and it fled from us: a slow path may have been all that was wrong, and waiting mends nothing. */
function takeAllTheSame(turn: Turn, join: Join): boolean {
  const { state } = turn;
  if (state.role !== 'root' || !canTake(state, { ...join, avoid: [] })) return false;
  takeHere(turn, join);
  return true;
}

function mayFeed(state: OverlayState, { peer, avoid }: Join): boolean {
  if (state.isLeaving || state.isEnded || (state.role === 'viewer' && !state.parent)) return false;
  if (avoid.includes(state.peer) || state.rejected.has(peer)) return false;
  return state.children.size < CHILDREN_MAX;
}

function takeHere(turn: Turn, join: Join, isGuest = false): void {
  const { join: edge, sdp, candidates } = join;
  if (sdp === null) return;
  removeStale(turn, join.peer);
  acknowledge(turn, join);
  takeBack(turn, join);
  addChild(turn, edge, join.peer, { isGuest });
  turn.effects.push({ type: 'signal-edge', edge, signal: { type: 'offer', sdp } });
  for (const signal of candidates) turn.effects.push({ type: 'signal-edge', edge, signal });
  settle(join, 'here', turn.nowMs);
}

function passTo(turn: Turn, join: Join, child: Child, underWay: UnderWay): void {
  const { join: id, peer, avoid, rides, yields, sdp, candidates } = join;
  if (sdp === null) return;
  acknowledge(turn, join);
  join.phase = 'passed';
  join.target = child.edge;
  join.tried.push(child.edge);
  join.asked.set(child.edge, turn.nowMs);
  underWay.set(child.edge, (underWay.get(child.edge) ?? 0) + 1);
  join.deadlineMs = turn.nowMs + ackMs(child);
  send(turn, child.edge, { type: 'pass', join: id, peer, avoid, rides, yields, sdp });
  for (const signal of candidates) send(turn, child.edge, { type: 'signal', join: id, peer, signal });
}

/** `taken` is said once; what comes of it is the answer, or a later refusal. */
function acknowledge(turn: Turn, join: Join): void {
  if (join.isAcknowledged || !('edge' in join.source)) return;
  join.isAcknowledged = true;
  send(turn, join.source.edge, { type: 'passed', join: join.join, status: 'taken' });
}

/** No slot anywhere below: the hop above may know one; the root tries again. True: it is gone. */
function giveBack(turn: Turn, join: Join): boolean {
  const { source, join: id } = join;
  if ('edge' in source) {
    turn.state.joins.delete(id);
    takeBack(turn, join);
    if (hasSource(turn.state, join)) send(turn, source.edge, { type: 'passed', join: id, status: 'refused' });
    return true;
  }
  if (isNumberedDoor(source.at)) {
    // Our subtree grows: what isn't here yet may be in a moment.
    if (turn.nowMs - join.sinceMs < DOOR_WAIT_MS) {
      join.tried = [];
      return false;
    }
    turn.state.joins.delete(id);
    takeBack(turn, join);
    reply(turn, join, { type: 'doors', count: 0 });
    return true;
  }
  // Reports that promised a slot are allowed to become true before they are believed again.
  if (join.tried.length > 0) join.deadlineMs = turn.nowMs + COUNTS_MS;
  join.tried = [];
  return false;
}

/** Children below which a slot is free that isn't spoken for. */
function waysDown({ children }: OverlayState, { peer, tried }: Join, underWay: UnderWay): Child[] {
  return [...children.values()].filter(
    (child) => child.peer !== peer && !tried.includes(child.edge) && hasRoomBelow(child, underWay),
  );
}

/** The one with the shallowest slot; those that let joins rot come last. */
function best(ways: readonly Child[], underWay: UnderWay): Child | undefined {
  return ways.reduce<Child | undefined>(
    (found, way) => (!found || isBetter(way, found, underWay) ? way : found),
    undefined,
  );
}

function isBetter(a: Child, b: Child, underWay: UnderWay): boolean {
  const failed = Math.min(a.branch.failures, 3) - Math.min(b.branch.failures, 3);
  if (failed !== 0) return failed < 0;
  const depth = depthBelow(a, underWay) - depthBelow(b, underWay);
  if (depth !== 0) return depth < 0;
  return (a.counts?.freeSlots ?? 0) > (b.counts?.freeSlots ?? 0);
}

/** How deep one more join would come to stand: those under way take the shallowest slots, of which each level has twice as many. */
function depthBelow({ edge, counts }: Child, underWay: UnderWay): number {
  return (counts?.freeDepth ?? 0) + Math.floor(Math.log2(1 + (underWay.get(edge) ?? 0)));
}
