// When a parent is left for a standby: silence measured against somebody who goes on, and never while we slept ourselves.
// The peer next to a break is quickest; those below it wait, and see only a burst.

import { isAhead, bestStandby, switchTo } from './standbys.ts';
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
} from './timing.ts';
import type { Turn } from './turn.ts';

/** Switches to a standby when the parent is silent, withholds or lags; without a parent, as soon as one goes on. */
export function tickSilence(turn: Turn): void {
  const { state } = turn;
  if (state.standbys.size === 0 || state.isEnded || !state.hasFed) return;
  const standby = bestStandby(turn);
  if (standby && isAhead(state, standby) && (!state.parent || isWorse(turn, state.parent, standby)))
    switchTo(turn, standby);
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

function isWorse({ state, nowMs }: Turn, parent: Parent, standby: Standby): boolean {
  const allowedMs = patienceMs(state, parent, nowMs);
  const silentMs = nowMs - Math.max(state.awakeMs, parent.sinceMs, parent.heardMs);
  if (silentMs >= Math.max(SILENCE_MS_MIN, allowedMs)) return true;
  const extraMs = isUpstream(state, parent) ? upstreamMs(state) : 0;
  // What was asked of a new parent is on its way for a while.
  const sinceMs = Math.max(state.awakeMs, parent.sinceMs + FIRST_BURST_MS);
  const dryMs = nowMs - Math.max(sinceMs, state.progress.newestAtMs);
  const aheadMs = nowMs - Math.max(sinceMs, standby.aheadSinceMs ?? nowMs);
  if (aheadMs >= AHEAD_MS + extraMs && dryMs >= Math.max(AHEAD_MS, allowedMs) + extraMs) return true;
  const lagMs = standby.markSeq > state.progress.newestSeq ? nowMs - Math.max(sinceMs, standby.markedMs) : 0;
  return lagMs >= LAG_MS_MAX + extraMs;
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
