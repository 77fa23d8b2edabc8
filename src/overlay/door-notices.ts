// What the root does with an offer while there are doors: it sends newcomers there, as many as find a slot behind them, and places a few
// itself. Who waits in its queue goes there too, and keeps its place.

import { take } from '../base/allowance.ts';
import { sumCounts } from './counts.ts';
import type { JoinSignal } from './message.ts';
import type { Crowd, OverlayState } from './state.ts';
import {
  CROWD_MS,
  DOOR_AHEAD,
  DOOR_ANSWER_MS,
  DOOR_NOTICES_PER_SECOND_MAX,
  OWN_PER_SECOND_MAX,
} from './timing.ts';
import type { Turn } from './turn.ts';
import { reply, waitingJoins } from './waiting.ts';

/** Sends a newcomer to the doors, if there are any and it wasn't there before. False: it is to be placed here. */
export function sendToDoor(turn: Turn, from: string, { join, signal, direct }: JoinSignal, at = ''): boolean {
  const { state, nowMs, effects } = turn;
  const { crowd } = state;
  if (signal.type !== 'offer' || !crowd) return false;
  fade(crowd, nowMs);
  crowd.offers++;
  if (direct || waits(state, from) || !maySend(turn, crowd)) return false;
  const payload = {
    v: 1,
    join,
    peer: state.peer,
    notice: { type: 'doors', count: crowd.open },
  } as const;
  effects.push({ type: 'send-rendezvous', to: from, kind: 'answer', payload, at });
  return true;
}

/** Those who wait in our queue go to the doors as well, once there are slots behind them; they keep their place. */
export function drainToDoors(turn: Turn): void {
  const { state, nowMs } = turn;
  const { crowd } = state;
  if (!crowd || crowd.open === 0) return;
  for (const join of waitingJoins(state)) {
    if (!('rendezvous' in join.source) || nowMs - join.sentMs < DOOR_ANSWER_MS) continue;
    if (!maySend(turn, crowd)) return;
    join.phase = 'sent';
    join.sentMs = nowMs;
    reply(turn, join, { type: 'doors', count: crowd.open });
  }
}

/** Whether we may place a newcomer ourselves now: while there are doors, so many a second that our uplink doesn't feel it. */
export function mayPlace({ state, nowMs }: Turn): boolean {
  const { crowd } = state;
  return !crowd || crowd.open === 0 || take(crowd.own, nowMs, OWN_PER_SECOND_MAX, OWN_PER_SECOND_MAX / 5);
}

/** Whether one more may be sent to the doors: there are some, with slots behind them for whoever is on the way. Behind full ones nobody
 *  finds a place: then it is our queue that counts. */
function maySend({ state, nowMs }: Turn, crowd: Crowd): boolean {
  const { freeSlots } = sumCounts(state);
  if (crowd.open === 0 || freeSlots < crowd.open) return false;
  if (crowd.sent >= freeSlots + DOOR_AHEAD * crowd.open) return false;
  if (!take(crowd.notices, nowMs, DOOR_NOTICES_PER_SECOND_MAX, DOOR_NOTICES_PER_SECOND_MAX / 10))
    return false;
  crowd.sent++;
  return true;
}

/** Whether this newcomer has its place in our queue. */
function waits({ joins }: OverlayState, peer: string): boolean {
  for (const join of joins.values()) if (join.peer === peer) return true;
  return false;
}

/** Forgets offers as time passes. */
export function fade(crowd: Crowd, nowMs: number): void {
  const share = Math.exp((crowd.atMs - nowMs) / CROWD_MS);
  crowd.offers *= share;
  crowd.sent *= share;
  crowd.atMs = nowMs;
}
