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
const GUEST_TIMES_MS = [GUEST_ASK_MS, ROOM_MS_MAX, GUEST_MS_MAX] as const;

/** Whether an event only passed through, or moved something of our own on that has its own deadline: nothing but words followed from it. */
export function hasPassed(event: OverlayEvent, effects: readonly OverlayEffect[]): boolean {
  if (!effects.every(isWord)) return false;
  if (event.type !== 'control') return event.type === 'local-signal';
  const { type } = event.message;
  return type === 'signal' || type === 'find' || (type === 'other' && effects.length > 0);
}

function isWord({ type }: OverlayEffect): boolean {
  return type === 'send' || type === 'send-rendezvous' || type === 'signal-edge';
}

/** The root and its children tick and talk in full, so that the root's load is what it would be. */
export function isAtTheTop({ role, paths }: OverlayState): boolean {
  return role === 'root' || (paths[0]?.depth ?? 0) === 1;
}

/**
 * When a tick can matter next, after one at `nowMs`, as long as nothing happens until then; Infinity: none can. Only silence isn't
 * reckoned with, and repair: without signs of life and packets neither is noticed. `stirredMs`: when something last happened.
 */
export function dueMs(state: OverlayState, promotion: Promotion, nowMs: number, stirredMs: number): number {
  const { doorOrder, children, joins } = state;
  let due = Math.min(promotion.dueMs(state, nowMs, stirredMs), dueOfParent(state, nowMs, stirredMs));
  if (doorOrder) due = Math.min(due, doorOrder.untilMs);
  for (const untilMs of state.closing.values()) due = Math.min(due, untilMs);
  for (const untilMs of state.resting) due = Math.min(due, untilMs);
  for (const { releaseMs } of state.standbys.values()) due = Math.min(due, releaseMs ?? Infinity);
  for (const child of children.values()) due = Math.min(due, dueOfChild(child, nowMs));
  for (const join of joins.values()) due = Math.min(due, dueOfJoin(join, nowMs));
  const hasMemories = joins.size + state.searches.size + state.rejected.size > 0;
  return hasMemories ? Math.min(due, nowMs + MEMORY_MS) : due;
}

function dueOfParent(state: OverlayState, nowMs: number, stirredMs: number): number {
  const { parent, search, seeking, rendezvous, countsSentMs } = state;
  if (!parent) return seeking.phase === 'idle' ? seeking.nextMs : seeking.deadlineMs;
  let due = rendezvous === 'closed' ? Infinity : parent.sinceMs + SETTLED_MS;
  if (search.phase !== 'idle') due = Math.min(due, search.deadlineMs);
  else if (parent.goingSinceMs !== null) due = Math.min(due, search.nextMs);
  return stirredMs < countsSentMs ? due : Math.min(due, later(countsSentMs + COUNTS_MS, nowMs));
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
