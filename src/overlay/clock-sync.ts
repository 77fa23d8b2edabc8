// The root's clock, hop by hop: each peer asks its parent, and believes the answer with the shortest way (least round
// trip). Serves the display of latency only; nothing is decided by it.

import type { Ping, Pong } from './message.ts';
import type { OverlayState } from './state.ts';
import { CLOCK_SAMPLE_MS_MAX, CLOCK_SAMPLES_MAX, PING_FIRST_MS, PING_MS } from './timing.ts';
import { send, type Turn } from './turn.ts';

/** The root's wall clock now, µs since 1970, as well as we know it; null before the first sample. */
export function rootTimeUs(state: OverlayState, nowMs: number): number | null {
  return state.clockOffsetUs === null ? null : Math.round(nowMs * 1000 + state.clockOffsetUs);
}

/** Asks the parent for the time when that is due. */
export function tickClock(turn: Turn): void {
  const { state, nowMs } = turn;
  if (!state.parent) return;
  const isFirst = state.clockSamples.length < CLOCK_SAMPLES_MAX / 2;
  if (nowMs - state.pingedMs < (isFirst ? PING_FIRST_MS : PING_MS)) return;
  state.pingedMs = nowMs;
  send(turn, state.parent.edge, { type: 'ping', t0Us: Math.round(nowMs * 1000) });
}

/** Answers a child. */
export function answerPing(turn: Turn, edge: string, { t0Us }: Ping): void {
  const rootUs = Math.max(0, rootTimeUs(turn.state, turn.nowMs) ?? 0);
  send(turn, edge, { type: 'pong', t0Us, rootUs });
}

/** Takes the parent's answer as a sample. */
export function receivePong({ state, nowMs }: Turn, { t0Us, rootUs }: Pong): void {
  const rttUs = Math.round(nowMs * 1000) - t0Us;
  if (rootUs === 0 || rttUs < 0 || rttUs > CLOCK_SAMPLE_MS_MAX * 1000) return;
  const fresh = state.clockSamples.filter((sample) => nowMs - sample.atMs < CLOCK_SAMPLE_MS_MAX);
  fresh.push({ offsetUs: rootUs + rttUs / 2 - nowMs * 1000, rttUs, atMs: nowMs });
  state.clockSamples = fresh.slice(-CLOCK_SAMPLES_MAX);
  const best = state.clockSamples.reduce((least, sample) => (sample.rttUs < least.rttUs ? sample : least));
  state.clockOffsetUs = best.offsetUs;
}
