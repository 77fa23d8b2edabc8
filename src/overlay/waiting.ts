// Those who wait for a slot, in the order in which they came, and what they are told of their place.

import { take } from '../base/allowance.ts';
import { isNumberedDoor } from './door-ids.ts';
import type { Join } from './join.ts';
import type { Notice } from './message.ts';
import type { OverlayState } from './state.ts';
import {
  LAST_MS,
  NOTICES_BURST_MAX,
  NOTICES_PER_SECOND_MAX,
  RIDER_YIELDS_MS,
  WAITING_NEWS_MS,
  WAITING_NOTICE_MS,
} from './timing.ts';
import type { Turn } from './turn.ts';

/** Joins that wait for room, first come first; whoever brings slots a little before, and those that yield last. */
export function waitingJoins({ joins }: OverlayState): Join[] {
  const waiting: Join[] = [];
  for (const join of joins.values()) if (join.phase === 'waiting') waiting.push(join);
  return waiting.sort((a, b) => turnOf(a) - turnOf(b));
}

function turnOf({ queuedMs, rides, yields }: Join): number {
  return queuedMs + (rides ? RIDER_YIELDS_MS : 0) + (yields ? LAST_MS : 0);
}

/** Tells newcomers how many stand before them: first those who don't know that they wait, then who was told longest ago. */
export function tellPlaces(turn: Turn): void {
  const { state, nowMs } = turn;
  const news: { join: Join; place: number; toldMs: number }[] = [];
  waitingJoins(state).forEach((join, place) => {
    const { noticed, queuedMs } = join;
    const toldMs = noticed?.atMs ?? -Infinity;
    const isDue = noticed
      ? noticed.place !== place && nowMs - toldMs >= WAITING_NEWS_MS
      : nowMs - queuedMs >= WAITING_NOTICE_MS;
    if (isDue) news.push({ join, place, toldMs });
  });
  if (news.length === 0) return;
  news.sort((a, b) => (a.toldMs === b.toldMs ? 0 : a.toldMs - b.toldMs));
  for (const { join, place } of news) if (!tellPlace(turn, join, place)) return;
}

/** False when no more may be said now. */
function tellPlace(turn: Turn, join: Join, place: number): boolean {
  const { state, nowMs } = turn;
  // Behind a numbered door nobody waits for long.
  if (!('rendezvous' in join.source) || isNumberedDoor(join.source.at)) return true;
  if (!take(state.notices, nowMs, NOTICES_PER_SECOND_MAX, NOTICES_BURST_MAX)) return false;
  join.noticed = { place, atMs: nowMs };
  reply(turn, join, { type: 'waiting', place });
  return true;
}

/** Tells a newcomer at the signaling server what became of its offer. */
export function reply({ state, effects }: Turn, { join, source }: Join, notice: Notice): void {
  if (!('rendezvous' in source)) return;
  const { rendezvous: to, at } = source;
  const payload = { v: 1, join, peer: state.peer, notice } as const;
  effects.push({ type: 'send-rendezvous', to, kind: 'answer', payload, at });
}
