// When a parent is left for a standby: silence measured against somebody who goes on, and never while we slept ourselves.
// The peer next to a break is quickest; those below it wait, and see only a burst.

import { isPartner, partnerOf } from './feeders.ts';
import { isAhead, bestStandby, switchTo } from './standbys.ts';
import { beginSplit, endSplit } from './striping.ts';
import type { OverlayState, Parent, Standby } from './state.ts';
import { NO_SEQ } from './message.ts';
import {
  AHEAD_MS,
  AHEAD_PACKETS,
  FIRST_BURST_MS,
  LAG_MS_MAX,
  PAUSE_HALF_LIFE_MS,
  SILENCE_INTERVALS,
  SILENCE_MS_MAX,
  SILENCE_MS_MIN,
  UPSTREAM_LEVEL_MS,
  UPSTREAM_LEVELS_MAX,
  UPSTREAM_MS,
  WITHHELD_INTERVALS,
} from './timing.ts';
import type { Turn } from './turn.ts';

/** Switches to a standby when the parent is silent, withholds or lags; without a parent, as soon as one goes on or feeds us again. */
export function tickSilence(turn: Turn): void {
  const { state } = turn;
  if (state.standbys.size === 0 || state.isEnded || !state.hasFed) return;
  const partner = partnerOf(state);
  if (state.parent && partner) {
    tickTwo(turn, state.parent, partner);
    return;
  }
  const standby = bestStandby(turn);
  if (!standby || !(isAhead(state, standby) || isPartner(standby))) return;
  if (!state.parent || isAbsent(turn, state.parent, standby)) switchTo(turn, standby);
  // It brings everything, but late: half of it may be in time. One more parent of this kind would be no better.
  else if (isLate(turn, state.parent, standby) && !beginSplit(turn)) switchTo(turn, standby);
}

/** Two feed us: whoever is silent or stuck while the other goes on is left, and the other brings everything. */
function tickTwo(turn: Turn, parent: Parent, partner: Standby): void {
  const [isParentStill, isPartnerStill] = [isStill(turn, parent), isStill(turn, partner)];
  if (isPartnerStill && !isParentStill) endSplit(turn);
  if (!isParentStill) return;
  const standby = bestStandby(turn, { isFit: (one) => one !== partner || !isPartnerStill });
  if (standby) switchTo(turn, standby);
}

/** Nothing is heard of it, or it brings no part of anything, though as long as anything is made half of the stripes bring something. */
function isStill({ state, nowMs }: Turn, feeder: Parent): boolean {
  const sinceMs = Math.max(state.awakeMs, feeder.sinceMs);
  const allowedMs = Math.max(SILENCE_MS_MIN, patienceMs(state, state.parent ?? feeder, nowMs));
  if (nowMs - Math.max(sinceMs, feeder.heardMs) >= allowedMs) return true;
  const askedMs = Math.max(sinceMs, state.split.sinceMs) + FIRST_BURST_MS;
  const extraMs = isUpstream(state, feeder) ? upstreamMs(state) : 0;
  const partMs = Math.max(SILENCE_MS_MAX, WITHHELD_INTERVALS * state.progress.intervalMs);
  return nowMs - Math.max(askedMs, feeder.broughtMs) >= partMs + extraMs;
}

/** Notes that the feed went on after `sinceMs` without anything new: such pauses are normal on this path. */
export function notePause({ state, nowMs }: Turn, sinceMs: number): void {
  const { parent } = state;
  if (!parent) return;
  const pauseMs = nowMs - Math.max(sinceMs, state.awakeMs, parent.sinceMs);
  if (pauseMs < usualPauseMs(parent, nowMs)) return;
  parent.pauseMs = pauseMs;
  parent.pausedAtMs = nowMs;
}

/** Silent, or it brings nothing of what a standby holds. */
function isAbsent({ state, nowMs }: Turn, parent: Parent, standby: Standby): boolean {
  const allowedMs = patienceMs(state, parent, nowMs);
  const silentMs = nowMs - Math.max(state.awakeMs, parent.sinceMs, parent.heardMs);
  if (silentMs >= Math.max(SILENCE_MS_MIN, allowedMs)) return true;
  const extraMs = isUpstream(state, parent) ? upstreamMs(state) : 0;
  const sinceMs = expectedMs(state, parent);
  const dryMs = nowMs - Math.max(sinceMs, state.progress.newestAtMs);
  const aheadMs = nowMs - Math.max(sinceMs, standby.aheadSinceMs ?? nowMs);
  return aheadMs >= AHEAD_MS + extraMs && dryMs >= Math.max(AHEAD_MS, allowedMs) + extraMs;
}

/** What a standby held a while ago still isn't here. */
function isLate({ state, nowMs }: Turn, parent: Parent, { markSeq, markedMs }: Standby): boolean {
  if (markSeq <= state.progress.newestSeq) return false;
  const extraMs = isUpstream(state, parent) ? upstreamMs(state) : 0;
  return nowMs - Math.max(expectedMs(state, parent), markedMs) >= LAG_MS_MAX + extraMs;
}

/** What was asked of a new parent is on its way for a while. */
function expectedMs({ awakeMs }: OverlayState, { sinceMs }: Parent): number {
  return Math.max(awakeMs, sinceMs + FIRST_BURST_MS);
}

/** How long a pause may be: some packets, or what is usual here. */
function patienceMs({ progress }: OverlayState, parent: Parent, nowMs: number): number {
  const usualMs = Math.min(SILENCE_MS_MAX, 1.5 * usualPauseMs(parent, nowMs));
  return Math.max(SILENCE_INTERVALS * progress.intervalMs, usualMs);
}

function usualPauseMs({ pauseMs, pausedAtMs }: Parent, nowMs: number): number {
  return pauseMs * 0.5 ** ((nowMs - pausedAtMs) / PAUSE_HALF_LIFE_MS);
}

/** Whether the parent has no more than we: it doesn't withhold, it starves. */
function isUpstream({ progress }: OverlayState, { tip, standing }: Parent): boolean {
  if (standing !== 'live' || !tip || tip.seq === NO_SEQ) return true;
  return tip.epoch <= progress.epoch && tip.seq < progress.newestSeq + AHEAD_PACKETS;
}

function upstreamMs({ paths }: OverlayState): number {
  const depth = Math.max(0, ...paths.map((path) => path.depth));
  return UPSTREAM_MS + UPSTREAM_LEVEL_MS * Math.min(depth, UPSTREAM_LEVELS_MAX);
}
