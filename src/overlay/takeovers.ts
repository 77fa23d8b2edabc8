// What becomes of slots when children die, sleep, or came as guests, and when there are fewer than before. A false alarm
// must be cheap: a child that only slept keeps its edge, and is fed on from where it is when it wakes.

import { removeChild } from './children.ts';
import { isFed, usedSlots } from './counts.ts';
import { idleDisplacer } from './displacement.ts';
import { becomeGuest, doze, lendSlot } from './guests.ts';
import type { Tip } from './message.ts';
import { NO_SEQ } from './message.ts';
import type { Child } from './state.ts';
import { CHILD_DOZE_MS, GUEST_ASK_MS, GUEST_MS_MAX, SLOW_AGAIN_MS } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** Frees the slots of those that sleep; `blocked` are the edges on which nothing moves any more. */
export function tickTakeovers(turn: Turn, blocked: readonly string[]): void {
  const { state, nowMs } = turn;
  for (const edge of blocked) {
    const child = state.children.get(edge);
    if (!child || child.mask === 0) continue;
    if (nowMs - Math.max(child.heardMs, state.awakeMs) >= CHILD_DOZE_MS) doze(turn, child);
  }
  makeGuest(turn);
  for (const child of state.children.values()) tickGuest(turn, child);
}

/** With fewer slots than before, whoever came last is a guest from now on, one at a time. */
function makeGuest({ state, nowMs }: Turn): void {
  const fed = [...state.children.values()].filter(isFed);
  const last = fed.at(-1);
  if (!last || fed.length <= state.slots || fed.some(({ guestSinceMs }) => guestSinceMs !== null)) return;
  becomeGuest(last, nowMs);
}

/** Asks those that our path is too slow for to find a better one; they are fed until they have. */
export function askToMove(turn: Turn, slow: readonly string[]): void {
  for (const edge of slow) {
    const child = turn.state.children.get(edge);
    if (!child || !isFed(child) || turn.nowMs - child.askedToMoveMs < SLOW_AGAIN_MS) continue;
    child.askedToMoveMs = turn.nowMs;
    send(turn, edge, { type: 'bye', reason: 'slow' });
  }
}

/** A child said something. If it slept, it is fed again from where it is, if there still is a slot for it. */
export function wake(turn: Turn, child: Child, tip: Tip): void {
  const { state, nowMs, effects } = turn;
  if (child.dozingMask === 0) return;
  if (!lendSlot(state, child, nowMs)) {
    removeChild(turn, child, 'bye-full');
    return;
  }
  child.mask = child.dozingMask;
  child.dozingMask = 0;
  child.isStandby = false;
  const { edge, mask, layerMax } = child;
  const isSameEpoch = tip.epoch === state.progress.epoch && tip.seq !== NO_SEQ;
  effects.push({ type: 'feed-child', edge, mask, layerMax, from: isSameEpoch ? tip.seq + 1 : 'group' });
}

function tickGuest(turn: Turn, child: Child): void {
  const { state, nowMs } = turn;
  if (child.guestSinceMs === null) return;
  const guestMs = nowMs - child.guestSinceMs;
  if (usedSlots(state) <= state.slots) child.guestSinceMs = null;
  else if (guestMs >= GUEST_MS_MAX) letGo(turn, child);
  else if (guestMs >= GUEST_ASK_MS && isFed(child) && !child.isAskedToGo) {
    child.isAskedToGo = true;
    send(turn, child.edge, { type: 'bye', reason: 'guest' });
  }
}

function letGo(turn: Turn, guest: Child): void {
  const newcomer = idleDisplacer(turn.state, guest);
  if (!newcomer) {
    removeChild(turn, guest, isFed(guest) ? 'bye-full' : 'cut');
    return;
  }
  guest.guestSinceMs = null;
  guest.displacedBy = null;
  removeChild(turn, newcomer, 'bye-full');
}
