// What the root does with an offer while there are doors: it sends newcomers there, as many as find a slot behind them, and places a few
// itself. Who waits in its queue goes there too, and keeps its place.

import { take } from '../base/allowance.ts';
import { sumCounts } from './counts.ts';
import type { OverlayEvent } from './event.ts';
import type { OverlayState } from './state.ts';
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
export function meet(
  turn: Turn,
  { from, payload: envelope, at = '' }: OverlayEvent & { type: 'rendezvous-message' },
): boolean {
  const { state, nowMs, effects } = turn;
  if (!('signal' in envelope) || envelope.signal.type !== 'offer') return false;
  const { join, direct } = envelope;
  fade(state, nowMs);
  state.crowd.offers++;
  if (direct || waits(state, from) || !maySend(turn)) return false;
  const payload = {
    v: 1,
    join,
    peer: state.peer,
    notice: { type: 'doors', count: state.crowd.open },
  } as const;
  effects.push({ type: 'send-rendezvous', to: from, kind: 'answer', payload, at });
  return true;
}

/** Those who wait in our queue go to the doors as well, once there are slots behind them; they keep their place. */
export function drainToDoors(turn: Turn): void {
  const { state, nowMs } = turn;
  if (state.crowd.open === 0) return;
  for (const join of waitingJoins(state)) {
    if (!('rendezvous' in join.source) || nowMs - join.sentMs < DOOR_ANSWER_MS) continue;
    if (!maySend(turn)) return;
    join.phase = 'sent';
    join.sentMs = nowMs;
    reply(turn, join, { type: 'doors', count: state.crowd.open });
  }
}

/** Whether we may place a newcomer ourselves now: while there are doors, so many a second that our uplink doesn't feel it. */
export function mayPlace({ state, nowMs }: Turn): boolean {
  const { open, own } = state.crowd;
  return open === 0 || take(own, nowMs, OWN_PER_SECOND_MAX, OWN_PER_SECOND_MAX / 5);
}

/** Whether one more may be sent to the doors: there are some, with slots behind them for whoever is on the way. Behind full ones nobody
 *  finds a place: then it is our queue that counts. */
function maySend({ state, nowMs }: Turn): boolean {
  const { crowd } = state;
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
export function fade({ crowd }: OverlayState, nowMs: number): void {
  const share = Math.exp((crowd.atMs - nowMs) / CROWD_MS);
  crowd.offers *= share;
  crowd.sent *= share;
  crowd.atMs = nowMs;
}
