// The peer that feeds us: taking one, listening to it, and noticing when it is no good any more.
// Invariant 5 of evaluate.ts lives here: children are kept while a new parent is sought.

import { MASK_ALL } from '../base/limits.ts';
import { adopt, createParent } from './adopt.ts';
import { followPaths, loopedStripes } from './paths.ts';
import type { Bye, Hello, PathChanged, Tip } from './message.ts';
import { NO_SEQ } from './message.ts';
import { hurrySearch } from './standby-search.ts';
import { bestStandby, dropStandby, hasSlot, keepTip, setAside, switchTo } from './standbys.ts';
import { createSeeking, type Parent } from './state.ts';
import { nextBetween } from './chance.ts';
import {
  AVOID_MAX,
  ENDED_RETRY_MS_MIN,
  FIRST_STALL_MS,
  LOOPED_MS_MAX,
  PARENT_DOUBT_MS,
  PARENT_SILENCE_MS,
  SETTLED_MS,
  STALL_MS,
} from './timing.ts';
import { closeEdge, closeEdgeSoon, send, type Turn } from './turn.ts';

/** Takes the peer at the other end of `edge` as our parent. */
export function takeParent(turn: Turn, edge: string, hello: Hello): void {
  const { state } = turn;
  for (const standby of state.standbys.values())
    if (standby.peer === hello.peer) dropStandby(turn, standby, 'bye');
  // Only the first one was checked; what later parents claim isn't passed on.
  state.publicKey ??= hello.publicKey ?? null;
  const parent = createParent(turn, { edge, peer: hello.peer, paths: hello.paths });
  // Asked for when the edge opened.
  parent.mask = MASK_ALL;
  adopt(turn, parent);
}

/** Gives the parent up: a standby takes over, or the search begins at once. `isUnwelcome`: it isn't to be our next one. */
export function loseParent(
  turn: Turn,
  how: 'closed' | 'cut' | 'bye',
  isUnwelcome = false,
  suggested?: string,
): void {
  const { state, nowMs } = turn;
  const { parent } = state;
  if (!parent) return;
  state.parent = null;
  if (how === 'closed') state.allowances.delete(parent.edge);
  else if (how === 'cut') closeEdge(turn, parent.edge);
  else {
    send(turn, parent.edge, { type: 'bye', reason: 'moving' });
    closeEdgeSoon(turn, parent.edge);
  }
  const standby = bestStandby(turn, { suggested, leftMs: parent.sinceMs });
  if (standby) {
    switchTo(turn, standby);
    return;
  }
  // After the end the broadcaster lets everybody go: there is no hurry then.
  const restMs = state.isEnded ? nextBetween(state.chance, ENDED_RETRY_MS_MIN / 2, ENDED_RETRY_MS_MIN) : 0;
  seek(turn, nowMs + restMs, isUnwelcome ? [parent.peer] : []);
}

/** Looks for another parent, and has this one back at once if it speaks meanwhile. */
function doubtParent(turn: Turn, parent: Parent): void {
  setAside(turn, parent);
  seek(turn, turn.nowMs);
}

function seek({ state, effects }: Turn, nextMs: number, unreachable: string[] = []): void {
  state.seeking = { ...createSeeking(), nextMs, unreachable };
  effects.push({ type: 'parent-changed', edge: null, peer: null });
}

/** The parent's sign of life, and how it is itself. */
export function receiveTip({ nowMs }: Turn, parent: Parent, tip: Tip): void {
  keepTip(parent, tip, nowMs);
  if (tip.freeSlots > 0 && !parent.isSlow) parent.goingSinceMs = null;
  if (tip.standing === 'live') parent.seekingSinceMs = null;
  else parent.seekingSinceMs ??= nowMs;
}

/** The parent's place changed; if it now stands below us on all that it brings, we leave. */
export function receivePaths(turn: Turn, parent: Parent, { paths }: PathChanged): void {
  parent.paths = paths;
  const asked = parent.mask;
  if ((loopedStripes(turn.state, paths) & asked) === asked) loseParent(turn, 'bye', true);
  else followPaths(turn);
}

/** The parent lets us go, or asks us to. One that found a loop or bad bytes isn't asked again at once. */
export function receiveParentBye(turn: Turn, parent: Parent, { reason, suggest }: Bye): void {
  if (reason === 'guest' || reason === 'slow') {
    parent.goingSinceMs ??= turn.nowMs;
    parent.isSlow ||= reason === 'slow';
    hurrySearch(turn);
    moveOn(turn, parent);
  } else loseParent(turn, 'cut', reason !== 'leaving', suggest);
}

/** Moves to a standby that has a slot for us, if the parent asked us to go. */
function moveOn(turn: Turn, parent: Parent): void {
  if (parent.goingSinceMs === null) return;
  const standby = bestStandby(turn);
  if (standby && hasSlot(standby)) switchTo(turn, standby);
}

/** Notices a parent that died, that can't recover, or that only pretends; leaves the signaling server once settled. */
export function tickParent(turn: Turn): void {
  const { state, nowMs } = turn;
  const { parent } = state;
  if (!parent) return;
  noteLoop(turn, parent);
  if (nowMs - parent.heardMs >= PARENT_SILENCE_MS) loseParent(turn, 'bye');
  else if (isDoubtful(turn, parent)) doubtParent(turn, parent);
  else if (nowMs - (parent.loopedSinceMs ?? nowMs) >= LOOPED_MS_MAX) loseParent(turn, 'bye', true);
  else if (isOrphan(parent, nowMs)) loseParent(turn, 'bye', true);
  else if (isPretender(turn, parent)) loseParent(turn, 'bye', true);
  if (state.parent === parent) moveOn(turn, parent);
  if (state.parent && state.rendezvous !== 'closed' && nowMs - parent.sinceMs >= SETTLED_MS) {
    state.rendezvous = 'closed';
    turn.effects.push({ type: 'close-rendezvous' });
  }
}

/** Silent for a while in which we weren't held up ourselves, with nobody to compare it with. */
function isDoubtful({ state, nowMs }: Turn, { heardMs }: Parent): boolean {
  if (!state.hasFed || state.isEnded || state.standbys.size > 0) return false;
  return nowMs - Math.max(heardMs, state.awakeMs) >= PARENT_DOUBT_MS;
}

/** Live in its own eyes, with packets to give, and it brings nothing: a loop that fed itself, or a liar. */
function isPretender({ state, nowMs }: Turn, { standing, tip, sinceMs }: Parent): boolean {
  if (standing !== 'live' || !tip || tip.seq === NO_SEQ) return false;
  const dryMs = nowMs - Math.max(sinceMs, state.progress.newestAtMs);
  return dryMs >= (state.hasFed ? STALL_MS : FIRST_STALL_MS);
}

/** Some stripes lead back to us: whoever takes them from us hears of it, and has a moment to take them elsewhere. */
function noteLoop({ state, nowMs }: Turn, parent: Parent): void {
  const isLooped = (loopedStripes(state, parent.paths) & parent.mask) !== 0;
  parent.loopedSinceMs = isLooped ? (parent.loopedSinceMs ?? nowMs) : null;
}

/** What an offer may name as unwelcome, and no more. */
export function unwelcomePeers({ state }: Turn): string[] {
  const { unreachable } = state.seeking;
  const rejected = [...state.rejected.keys()].reverse();
  return [...new Set([...unreachable, ...rejected])].slice(0, AVOID_MAX);
}

/** Whether it has been looking for a parent of its own for too long. One who was told that there is no root is kept. */
function isOrphan({ standing, seekingSinceMs, patienceMs }: Parent, nowMs: number): boolean {
  return standing === 'seeking' && seekingSinceMs !== null && nowMs - seekingSinceMs >= patienceMs;
}
