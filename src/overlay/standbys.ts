// Peers that would feed us at once: each has an edge to us, sends its tips, and is asked for nothing until it is needed.
// Invariant 9 of evaluate.ts lives here: whatever takes our parent away, a standby that goes on takes its place in the
// same turn, and the old one is let go only after that.

import { MASK_ALL } from '../base/limits.ts';
import { adopt, createParent } from './adopt.ts';
import { isPartner, noteDrops } from './feeders.ts';
import { tierOf } from './kinship.ts';
import type { ControlMessage, Hello, Tip } from './message.ts';
import { NO_SEQ } from './message.ts';
import { followPaths, isWhollyBelow, loopedStripes } from './paths.ts';
import { ownTip } from './standing.ts';
import type { OverlayState, Parent, Standby } from './state.ts';
import {
  AHEAD_PACKETS,
  GUEST_AGAIN_MS,
  OVERLAP_MS,
  PARENT_SILENCE_MS,
  STANDBY_FRESH_MS,
  STANDBYS_WANTED,
} from './timing.ts';
import { rejoin, subscribe } from './subscriptions.ts';
import { closeEdge, closeEdgeSoon, send, type Turn } from './turn.ts';

/** Takes the peer at the other end of `edge` as a standby: it is to send tips and nothing else. */
export function addStandby(turn: Turn, edge: string, hello: Hello): Standby {
  const { peer, paths } = hello;
  const standby = keep(turn, createParent(turn, { edge, peer, paths }), null);
  subscribe(turn, standby, 0);
  return standby;
}

/** Gives a standby up. `bye` is said first where it may still be heard. */
export function dropStandby(turn: Turn, standby: Standby, how: 'closed' | 'cut' | 'bye'): void {
  turn.state.standbys.delete(standby.edge);
  if (how === 'closed') turn.state.allowances.delete(standby.edge);
  else if (how === 'cut') closeEdge(turn, standby.edge);
  else {
    send(turn, standby.edge, { type: 'bye', reason: 'moving' });
    closeEdgeSoon(turn, standby.edge);
  }
  if (isPartner(standby)) rejoin(turn);
}

/** What a standby says that only stands by. */
export function receiveFromStandby(turn: Turn, standby: Standby, message: ControlMessage): void {
  if (message.type === 'tip') receiveTip(turn, standby, message);
  else if (message.type === 'path') {
    standby.paths = message.paths;
    if (isWhollyBelow(turn.state, message.paths)) dropStandby(turn, standby, 'bye');
    else if (isPartner(standby)) receivePartnerPaths(turn, standby);
  } else if (message.type === 'bye') {
    const isRequest = message.reason === 'guest' || message.reason === 'slow';
    if (!isRequest) dropStandby(turn, standby, 'cut');
    else if (isPartner(standby)) stopFeeding(turn, standby);
  }
}

/** A partner that comes to stand below us on its stripes feeds us no more. */
function receivePartnerPaths(turn: Turn, partner: Standby): void {
  if ((loopedStripes(turn.state, partner.paths) & partner.mask) !== 0) stopFeeding(turn, partner);
  else followPaths(turn);
}

/** It only stands by from now on; if it fed us beside our parent, that one is asked for everything. */
export function stopFeeding(turn: Turn, standby: Standby): void {
  subscribe(turn, standby, 0);
  standby.releaseMs = null;
  rejoin(turn);
}

/** Which standby is wanted, beside that it goes on. */
interface Choice {
  /** This one if possible. */
  suggested?: string | undefined;
  isFit?: (standby: Standby) => boolean;
  isBetter?: (a: Standby, b: Standby, state: OverlayState) => boolean;
  /** When we left the one before, ms: it may have us back if it was heard since then. */
  leftMs?: number;
}

/** The one to take over now: it goes on, and of those the one that feeds us already, it has a slot of its own for us, the better place, the newest packet. */
export function bestStandby(
  turn: Turn,
  { suggested, isFit, isBetter = isBetterPlaced, leftMs = Infinity }: Choice = {},
): Standby | undefined {
  let best: Standby | undefined;
  for (const standby of turn.state.standbys.values()) {
    if (standby.releaseMs !== null && standby.heardMs <= leftMs) continue;
    if (!canTakeOver(turn, standby) || isFit?.(standby) === false) continue;
    // Whom our parent names has its slot free in a moment.
    if (standby.peer === suggested) return standby;
    if (!best || isBetter(standby, best, turn.state)) best = standby;
  }
  return best;
}

/** Whether this standby holds something that we don't. */
export function isAhead({ progress }: OverlayState, { tip }: Standby, packets = 1): boolean {
  if (!tip || tip.seq === NO_SEQ || tip.epoch < progress.epoch) return false;
  return tip.epoch > progress.epoch || tip.seq >= progress.newestSeq + packets;
}

/** Makes a standby our parent. The old one stands by from now on, and feeds us until the new one does. */
export function switchTo(turn: Turn, standby: Standby): void {
  const { state, nowMs } = turn;
  const old = state.parent;
  state.standbys.delete(standby.edge);
  if (old) keep(turn, old, nowMs + OVERLAP_MS);
  subscribe(turn, standby, MASK_ALL);
  adopt(turn, standby);
}

/** Our parent only stands by from now on, and goes on feeding us if it can. */
export function setAside(turn: Turn, parent: Parent): void {
  turn.state.parent = null;
  keep(turn, parent, null);
}

/** A packet came from our parent: who was it before need not feed us any longer. */
export function releaseStandbys(turn: Turn, edge: string | null): void {
  const { state, nowMs } = turn;
  const isFedAnew = state.parent !== null && edge === state.parent.edge;
  for (const standby of state.standbys.values()) {
    if (standby.releaseMs === null || (!isFedAnew && nowMs < standby.releaseMs)) continue;
    standby.releaseMs = null;
    subscribe(turn, standby, 0);
  }
}

/** Lets the dead and the superfluous go. */
export function tickStandbys(turn: Turn): void {
  const { state, nowMs } = turn;
  if (state.standbys.size === 0) return;
  releaseStandbys(turn, null);
  for (const standby of state.standbys.values()) {
    if (nowMs - standby.heardMs >= PARENT_SILENCE_MS || standby.peer === state.parent?.peer)
      dropStandby(turn, standby, 'bye');
  }
  while (state.standbys.size > STANDBYS_WANTED) dropStandby(turn, worst(turn), 'bye');
}

/** Our sign of life to those who stand by. */
export function tipStandbys(turn: Turn): void {
  const tip = ownTip(turn.state);
  for (const { edge } of turn.state.standbys.values()) send(turn, edge, tip);
}

function keep(turn: Turn, peer: Parent, releaseMs: number | null): Standby {
  const { state, nowMs } = turn;
  const standby: Standby = {
    ...peer,
    aheadSinceMs: null,
    markSeq: -1,
    markedMs: nowMs,
    releaseMs,
    wantedUntilMs: null,
  };
  state.standbys.set(peer.edge, standby);
  return standby;
}

function receiveTip({ state, nowMs }: Turn, standby: Standby, tip: Tip): void {
  keepTip(standby, tip, nowMs);
  if (!isAhead(state, standby, AHEAD_PACKETS)) standby.aheadSinceMs = null;
  else standby.aheadSinceMs ??= nowMs;
  if (state.progress.newestSeq < standby.markSeq || tip.epoch !== state.progress.epoch) return;
  standby.markSeq = tip.seq;
  standby.markedMs = nowMs;
}

/** What a tip says of its sender, be it our parent or a standby. */
export function keepTip(sender: Parent, tip: Tip, nowMs: number): void {
  const before = sender.tip;
  noteDrops(sender, tip, nowMs);
  sender.tip = tip;
  sender.standing = tip.standing;
  if (!before || tip.epoch > before.epoch || (tip.seq > before.seq && tip.seq !== NO_SEQ))
    sender.advancedMs = nowMs;
}

/** Whether the first has the feed sooner than the second. */
export function isSooner(a: Standby, b: Standby): boolean {
  return (a.tip?.delayMs ?? Infinity) < (b.tip?.delayMs ?? Infinity);
}

/** Whether it would feed us without lending us a slot: it has a free one, or one is ours already. */
export function hasSlot(standby: Standby): boolean {
  return isPartner(standby) || (standby.tip?.freeSlots ?? 0) > 0;
}

function canTakeOver({ state, nowMs }: Turn, standby: Standby): boolean {
  const { standing, heardMs, advancedMs, tip, goingSinceMs } = standby;
  if (standing !== 'live' || !tip || tip.epoch < state.progress.epoch) return false;
  if (goingSinceMs !== null && !hasSlot(standby) && nowMs - goingSinceMs < GUEST_AGAIN_MS) return false;
  const freshMs = Math.max(STANDBY_FRESH_MS, 4 * state.progress.intervalMs);
  return nowMs - heardMs < freshMs && nowMs - advancedMs < freshMs;
}

function isBetterPlaced(a: Standby, b: Standby, state: OverlayState): boolean {
  if (isPartner(a) !== isPartner(b)) return isPartner(a);
  if (hasSlot(a) !== hasSlot(b)) return hasSlot(a);
  const tier = (standby: Standby) => tierOf(state, standby.peer, standby.paths) ?? Infinity;
  if (tier(a) !== tier(b)) return tier(a) < tier(b);
  return isSooner(a, b);
}

/** The one to do without: never whom we are about to move to, nor one that feeds us while another doesn't; long unheard, then of little use by its place, then the older one. */
function worst({ state, nowMs }: Turn): Standby {
  const [first, ...others] = state.standbys.values();
  if (!first) throw new RangeError('no standby');
  const badness = ({ heardMs, peer, paths, goingSinceMs, mask, wantedUntilMs }: Standby) =>
    (wantedUntilMs !== null && nowMs < wantedUntilMs ? -100 : 0) +
    (mask === 0 ? 0 : -50) +
    (nowMs - heardMs >= STANDBY_FRESH_MS ? 10 : 0) +
    (goingSinceMs === null ? 0 : 5) +
    (tierOf(state, peer, paths) ?? 20);
  return others.reduce((least, one) => (badness(one) > badness(least) ? one : least), first);
}
