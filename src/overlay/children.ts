// The peers we feed, from the moment a join is taken until the slot comes free again.
// Invariants 3 and 4 of evaluate.ts live here: no slot is given twice, and no silent child keeps one.

import { take } from '../base/allowance.ts';
import { MASK_ALL, SLOTS_MAX } from '../base/limits.ts';
import type { Counts, Hello, StripeMask, Subscribe, Tip } from './message.ts';
import { LAYER_ALL, NO_DEPTH } from './message.ts';
import { isAbove, isWhollyAbove } from './paths.ts';
import { makeWay } from './displacement.ts';
import { freeForHeir, lendSlot } from './guests.ts';
import { createBranch } from './join.ts';
import { ownHello, ownTip } from './standing.ts';
import type { Child, OverlayState } from './state.ts';
import {
  CHILD_SILENCE_MS,
  CONNECT_MS,
  FIND_BURST_MAX,
  SERVE_BURST_MAX,
  HELLO_MS,
  NEVER_MS,
  SUBSCRIBE_BURST_MAX,
  SUBSCRIBE_MS,
  SUBSCRIBE_PER_SECOND_MAX,
  TIP_MS_MAX,
  TIP_MS_MIN,
} from './timing.ts';
import { closeEdge, closeEdgeSoon, send, type Turn } from './turn.ts';

/** Holds a slot for a newcomer whose edge is being answered; none for one that we are to stand by for. */
export function addChild(
  { state, nowMs, effects }: Turn,
  edge: string,
  peer: string,
  { standby, isGuest = false }: { standby?: { primary: string }; isGuest?: boolean } = {},
): void {
  state.children.set(edge, {
    edge,
    peer,
    phase: 'answering',
    deadlineMs: nowMs + CONNECT_MS,
    heardMs: nowMs,
    tipSentMs: NEVER_MS,
    tipSentSeq: -1,
    mask: standby ? 0 : MASK_ALL,
    layerMax: LAYER_ALL,
    counts: null,
    branch: createBranch(),
    tip: null,
    subscriptions: { left: SUBSCRIBE_BURST_MAX, atMs: nowMs },
    finds: { left: FIND_BURST_MAX, atMs: nowMs },
    serves: { left: SERVE_BURST_MAX, atMs: nowMs },
    isStandby: standby !== undefined,
    primary: standby?.primary ?? '',
    dozingMask: 0,
    isPrimary: standby === undefined,
    dropped: 0,
    guestSinceMs: isGuest ? nowMs : null,
    isAskedToGo: false,
    displacedBy: null,
    doors: null,
    askedToMoveMs: NEVER_MS,
  });
  effects.push({ type: 'answer-edge', edge });
}

/** Frees a child's slot and takes it out of the sums. `bye` is said first where it may still be heard. */
export function removeChild(turn: Turn, child: Child, how: 'closed' | 'cut' | 'bye-full' | 'bye-loop'): void {
  turn.state.children.delete(child.edge);
  if (child.phase === 'fed') turn.effects.push({ type: 'stop-child', edge: child.edge });
  if (how === 'closed') turn.state.allowances.delete(child.edge);
  else if (how === 'cut') closeEdge(turn, child.edge);
  else {
    send(turn, child.edge, { type: 'bye', reason: how === 'bye-loop' ? 'loop' : 'full' });
    closeEdgeSoon(turn, child.edge);
  }
}

/** Drops what is left of this peer from before: whoever joins anew isn't fed by us any more. We may stand by for it. */
export function removeStale(turn: Turn, peer: string): void {
  for (const child of turn.state.children.values())
    if (child.peer === peer && !child.isStandby) removeChild(turn, child, 'cut');
}

/** The edge is there: we introduce ourselves. */
export function openChild(turn: Turn, child: Child): void {
  if (child.phase !== 'answering') return;
  child.phase = 'open';
  child.deadlineMs = turn.nowMs + HELLO_MS;
  child.heardMs = turn.nowMs;
  send(turn, child.edge, ownHello(turn.state));
}

/** Whoever stands above us can't be our child. We may stand by for one that brings us some of the stripes only: it can have the others. */
function isOutOfPlace(state: OverlayState, { peer, isStandby }: Child): boolean {
  return isStandby ? isWhollyAbove(state, peer) : isAbove(state, peer);
}

/** Whether all that it asks for reaches us through itself. A part is for whoever takes that from us to notice (noteLoop). */
function leadsBack({ paths }: OverlayState, { peer }: Child, mask: StripeMask): boolean {
  const asked = paths.filter((path) => (path.mask & mask) !== 0);
  return asked.length > 0 && asked.every(({ ancestors }) => ancestors.includes(peer));
}

/** The child introduces itself. */
export function greetChild(turn: Turn, child: Child, hello: Hello): void {
  if (child.phase !== 'open') return;
  if (hello.peer !== child.peer) removeChild(turn, child, 'cut');
  else if (isOutOfPlace(turn.state, child)) removeChild(turn, child, 'bye-loop');
  else {
    child.phase = 'greeted';
    child.deadlineMs = turn.nowMs + SUBSCRIBE_MS;
    const depth = (turn.state.paths[0]?.depth ?? 0) + 1;
    const { slots } = hello;
    child.counts = {
      type: 'counts',
      viewers: 1,
      slots,
      freeSlots: slots,
      freeDepth: slots > 0 ? depth : NO_DEPTH,
    };
  }
}

/** The child says what it wants from now on. */
export function subscribeChild(turn: Turn, child: Child, { mask, layerMax, epoch, from }: Subscribe): void {
  if (child.phase !== 'greeted' && child.phase !== 'fed') return;
  if (!take(child.subscriptions, turn.nowMs, SUBSCRIBE_PER_SECOND_MAX, SUBSCRIBE_BURST_MAX)) {
    removeChild(turn, child, 'cut');
    return;
  }
  // We may have come to stand below it since it introduced itself.
  if (leadsBack(turn.state, child, mask)) {
    removeChild(turn, child, 'bye-loop');
    return;
  }
  if (mask !== 0) freeForHeir(turn, child);
  const cameAsGuest = child.phase === 'greeted' && child.guestSinceMs !== null;
  if (mask !== 0 && (!lendSlot(turn.state, child, turn.nowMs) || (cameAsGuest && !makeWay(turn, child)))) {
    removeChild(turn, child, 'bye-full');
    return;
  }
  child.phase = 'fed';
  child.deadlineMs = null;
  child.mask = mask;
  child.dozingMask = 0;
  child.isStandby = mask === 0;
  if (mask === 0 || mask === MASK_ALL) child.isPrimary = mask === MASK_ALL;
  if (mask === 0) child.guestSinceMs = null;
  child.layerMax = layerMax;
  if (mask === 0) turn.effects.push({ type: 'stop-child', edge: child.edge });
  else {
    const start = epoch === turn.state.progress.epoch ? from : 'group';
    turn.effects.push({ type: 'feed-child', edge: child.edge, mask, layerMax, from: start });
  }
}

export function noteChildCounts(child: Child, counts: Counts): void {
  if (child.phase === 'fed') child.counts = { ...counts, viewers: Math.max(1, counts.viewers) };
}

export function noteChildTip(child: Child, tip: Tip): void {
  child.tip = { ...tip, freeSlots: Math.min(tip.freeSlots, SLOTS_MAX) };
}

/** Lets the silent and the late go, and gives the others their tips. */
export function tickChildren(turn: Turn): void {
  const { state, nowMs } = turn;
  if (state.children.size === 0) return;
  const tip = ownTip(state);
  for (const child of state.children.values()) {
    const isLate = child.deadlineMs !== null && nowMs >= child.deadlineMs;
    const isSilent = child.phase === 'fed' && nowMs - child.heardMs >= CHILD_SILENCE_MS;
    if (isLate || isSilent) removeChild(turn, child, 'cut');
    else if (child.phase === 'greeted' || child.phase === 'fed') tipChild(turn, child, tip);
  }
}

function tipChild(turn: Turn, child: Child, tip: Tip): void {
  const sinceMs = turn.nowMs - child.tipSentMs;
  if (sinceMs < TIP_MS_MIN || (tip.seq === child.tipSentSeq && sinceMs < TIP_MS_MAX)) return;
  child.tipSentMs = turn.nowMs;
  child.tipSentSeq = tip.seq;
  send(turn, child.edge, { ...tip, dropped: child.dropped });
}

/** Counts what was left out for children since the last tick: they are told. */
export function noteChildDrops({ state }: Turn, drops: ReadonlyMap<string, number>): void {
  for (const [edge, packets] of drops) {
    const child = state.children.get(edge);
    if (child) child.dropped = (child.dropped + packets) & 0xff;
  }
}
