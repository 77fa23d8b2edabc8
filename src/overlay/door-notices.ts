// What the root does with an offer while there are doors: it sends newcomers there, as many as find a slot behind them, and places a few
// itself. Who waits in its queue goes there too, and keeps its place.

import { take } from '../base/allowance.ts';
import { sumCounts } from './counts.ts';
import { crowdOf, takeOwn } from './crowd-state.ts';
import { areTooMany, doesYield, isHerd, leavesFree, noteOther } from './doorman.ts';
import type { OverlayEvent } from './event.ts';
import type { Entry, Join } from './join.ts';
import type { Crowd, OverlayState } from './state.ts';
import { CROWD_MS, DOOR_AHEAD, DOOR_ANSWER_MS, DOOR_NOTICES_PER_SECOND_MAX } from './timing.ts';
import type { Turn } from './turn.ts';
import { reply, waitingJoins } from './waiting.ts';

/**
 * A newcomer is sent to the doors, if there are any and it wasn't there before: null. Else it is to be placed here. Among a herd the few
 * others are placed here as well: behind doors nobody knows one from the other.
 */
export function meet(turn: Turn, event: OverlayEvent & { type: 'rendezvous-message' }): Entry | null {
  const { state, nowMs, effects } = turn;
  const { from, payload: envelope, at = '', tag } = event;
  if (!('signal' in envelope) || envelope.signal.type !== 'offer') return {};
  const crowd = crowdOf(state);
  fade(crowd, nowMs);
  crowd.offers++;
  // One that offers anew yields if it did before.
  const known = joinOf(state, from);
  const yields = known ? known.yields : doesYield(state, tag);
  if (yields) crowd.yielding++;
  else noteOther(state, tag, nowMs);
  const isAmongHerd = !yields && isHerd(state);
  const { join, direct } = envelope;
  const entry = { tag, yields };
  if (direct || isAmongHerd || known || !maySend(turn, entry))
    return yields && !known && areTooMany(state) ? null : entry;
  const payload = {
    v: 1,
    join,
    peer: state.peer,
    notice: { type: 'doors', count: crowd.open },
  } as const;
  effects.push({ type: 'send-rendezvous', to: from, kind: 'answer', payload, at });
  return null;
}

/** Those who wait in our queue go to the doors as well, once there are slots behind them; they keep their place. */
export function drainToDoors(turn: Turn): void {
  const { state, nowMs } = turn;
  const crowd = crowdOf(state);
  if (crowd.open === 0) return;
  for (const join of waitingJoins(state)) {
    if (!('rendezvous' in join.source) || nowMs - join.sentMs < DOOR_ANSWER_MS) continue;
    if (!maySend(turn, join)) return;
    join.phase = 'sent';
    join.sentMs = nowMs;
    reply(turn, join, { type: 'doors', count: crowd.open });
  }
}

/** Whether we may place a newcomer ourselves now: while there are doors, a few a second. The few among a herd don't wait for that. */
export function mayPlace({ state, nowMs }: Turn, join: Join): boolean {
  if (!join.yields && isHerd(state)) return true;
  return crowdOf(state).open === 0 || takeOwn(state, nowMs);
}

/** Whether one more may be sent to the doors: there are some, with slots behind them for whoever is on the way. Behind full ones nobody
 *  finds a place: then it is our queue that counts. */
function maySend({ state, nowMs }: Turn, newcomer: Entry): boolean {
  const crowd = crowdOf(state);
  const freeSlots = sumCounts(state).freeSlots - leavesFree(state, newcomer, nowMs);
  if (crowd.open === 0 || freeSlots < crowd.open) return false;
  if (crowd.sent >= freeSlots + DOOR_AHEAD * crowd.open) return false;
  if (!take(crowd.notices, nowMs, DOOR_NOTICES_PER_SECOND_MAX, DOOR_NOTICES_PER_SECOND_MAX / 10))
    return false;
  crowd.sent++;
  return true;
}

/** What is known of this newcomer from an offer before. */
function joinOf({ joins }: OverlayState, peer: string): Join | undefined {
  for (const join of joins.values()) if (join.peer === peer) return join;
  return undefined;
}

/** Forgets offers as time passes. */
export function fade(crowd: Crowd, nowMs: number): void {
  const share = Math.exp((crowd.atMs - nowMs) / CROWD_MS);
  crowd.offers *= share;
  crowd.yielding *= share;
  crowd.sent *= share;
  crowd.atMs = nowMs;
}
