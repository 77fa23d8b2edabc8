// How often a peer is given its tick. Every 50 ms, as in a browser, wherever signs of life are exchanged. In a world of
// control messages alone a million settled peers have nothing to do on nearly all ticks: there a peer ticks soon after
// something happened to it, and when its own times are up.

import type { OverlayEffect, OverlayEvent } from '../../src/overlay/event.ts';
import type { Promotion } from '../../src/overlay/promotion.ts';
import type { Child, OverlayState } from '../../src/overlay/state.ts';
import type { Join } from '../../src/overlay/join.ts';
import {
  COUNTS_MS,
  DOOR_WAIT_MS,
  GUEST_ASK_MS,
  GUEST_MS_MAX,
  PASS_WAIT_MS,
  ROOM_MS_MAX,
  SETTLED_MS,
} from '../../src/overlay/timing.ts';

export const TICK_MS = 50;
/** Memories of what passed through are let go within this time. */
const MEMORY_MS = 30_000;
const PASSING: ReadonlySet<string> = new Set(['signal', 'find', 'pass', 'passed']);
const NEWS: ReadonlySet<string> = new Set(['counts', 'path', 'other']);
const GUEST_TIMES_MS = [GUEST_ASK_MS, ROOM_MS_MAX, GUEST_MS_MAX] as const;

/** What happened when, to a peer on its own clock, ms. */
export interface Lately {
  nowMs: number;
  tickedMs: number;
  stirredMs: number;
}

/** Whether an event only passed through, or moved something on that has its own deadline: nothing but words followed from it. */
export function hasPassed(
  event: OverlayEvent,
  effects: readonly OverlayEffect[],
  { children }: OverlayState,
): boolean {
  if (!effects.every(isWord)) return false;
  switch (event.type) {
    case 'local-signal':
    case 'edge-opened':
    case 'rendezvous-opened':
    case 'rendezvous-message':
    case 'door-message':
      return true;
    case 'control': {
      const { type } = event.message;
      if (type === 'hello') return children.has(event.edge);
      return PASSING.has(type) || (type === 'other' && effects.length > 0);
    }
    default:
      return false;
  }
}

/** Whether an event can matter on a tick only by what is told to the parent: that has its time. */
export function isNews(
  event: OverlayEvent,
  { children, joins }: OverlayState,
  promotion: Promotion,
): boolean {
  if (event.type !== 'control' || !NEWS.has(event.message.type) || promotion.isBusy) return false;
  for (const { guestSinceMs } of children.values()) if (guestSinceMs !== null) return false;
  for (const { phase } of joins.values()) if (phase === 'waiting') return false;
  return true;
}

function isWord({ type }: OverlayEffect): boolean {
  return type === 'send' || type === 'send-rendezvous' || type === 'signal-edge';
}

/** The root and its children tick and talk in full, so that the root's load is what it would be. */
export function isAtTheTop({ role, paths }: OverlayState): boolean {
  return role === 'root' || (paths[0]?.depth ?? 0) === 1;
}

/**
 * When a tick can matter next, as long as nothing happens until then; Infinity: none can. Only silence isn't reckoned with, and
 * repair: without signs of life and packets neither is noticed.
 */
export function dueMs(state: OverlayState, promotion: Promotion, lately: Lately): number {
  const { doorOrder, children, joins } = state;
  const { nowMs } = lately;
  let due = Math.min(promotion.dueMs(state, lately), dueOfParent(state, lately));
  if (doorOrder) due = Math.min(due, doorOrder.untilMs);
  for (const untilMs of state.closing.values()) due = Math.min(due, untilMs);
  for (const untilMs of state.resting) due = Math.min(due, untilMs);
  for (const { releaseMs } of state.standbys.values()) due = Math.min(due, releaseMs ?? Infinity);
  for (const child of children.values()) due = Math.min(due, dueOfChild(child, nowMs));
  for (const join of joins.values()) due = Math.min(due, dueOfJoin(join, nowMs));
  const hasMemories = joins.size + state.searches.size + state.rejected.size > 0;
  return hasMemories ? Math.min(due, nowMs + MEMORY_MS) : due;
}

function dueOfParent(state: OverlayState, { nowMs, tickedMs, stirredMs }: Lately): number {
  const { parent, search, seeking, rendezvous, countsSentMs } = state;
  if (!parent) return seeking.phase === 'idle' ? seeking.nextMs : seeking.deadlineMs;
  let due = rendezvous === 'closed' ? Infinity : parent.sinceMs + SETTLED_MS;
  if (search.phase !== 'idle') due = Math.min(due, search.deadlineMs);
  else if (parent.goingSinceMs !== null) due = Math.min(due, search.nextMs);
  const reportMs = countsSentMs + COUNTS_MS;
  return stirredMs > tickedMs || (stirredMs >= countsSentMs && reportMs > nowMs)
    ? Math.min(due, reportMs)
    : due;
}

function dueOfChild({ deadlineMs, guestSinceMs }: Child, nowMs: number): number {
  const due = deadlineMs ?? Infinity;
  if (guestSinceMs === null) return due;
  const next = GUEST_TIMES_MS.find((ms) => guestSinceMs + ms > nowMs);
  return next === undefined ? nowMs : Math.min(due, guestSinceMs + next);
}

function dueOfJoin({ phase, source, sinceMs, deadlineMs }: Join, nowMs: number): number {
  if (phase === 'passed' || phase === 'taken') return deadlineMs;
  if (phase !== 'waiting') return Infinity;
  return Math.min(sinceMs + ('edge' in source ? PASS_WAIT_MS : DOOR_WAIT_MS), later(deadlineMs, nowMs));
}

/** What is over by now isn't waited for. */
function later(ms: number, nowMs: number): number {
  return ms > nowMs ? ms : Infinity;
}
