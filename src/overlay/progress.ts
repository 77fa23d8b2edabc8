// Which packets this peer holds, as far as the overlay needs to know: where to go on after a change of parent, and how
// old the newest packet was when it came.

import { rootTimeUs } from './clock-sync.ts';
import type { OverlayEvent } from './event.ts';
import { createProgress, type OverlayState, type Progress } from './state.ts';
import { AHEAD_PACKETS_MAX } from './timing.ts';
import type { Turn } from './turn.ts';

const DELAY_MS_MAX = 65_535;
/** The root is never silent for longer than its beat, ms. */
const INTERVAL_MS_MAX = 100;
/** Packets over which their interval is averaged. */
const INTERVAL_SMOOTHING = 16;

/** A newer epoch: what was held of the one before means nothing now. */
export function beginEpoch(state: OverlayState, epoch: number): void {
  if (epoch <= state.progress.epoch) return;
  const { newestAtMs } = state.progress;
  state.progress = { ...createProgress(epoch), newestAtMs };
  state.isEnded = false;
}

/** Notes a verified packet. */
export function notePacket(turn: Turn, packet: OverlayEvent & { type: 'packet' }): void {
  const { state, nowMs } = turn;
  beginEpoch(state, packet.epoch);
  const { progress } = state;
  if (packet.epoch !== progress.epoch || !packet.isNew) return;
  state.hasFed = true;
  // Media comes in any order: what comes first needn't be what its group starts with.
  if (progress.nextSeq < 0) progress.nextSeq = packet.groupSeq;
  hold(turn, packet.seq, packet.seq);
  if (packet.seq <= progress.newestSeq) return;
  if (progress.newestSeq >= 0) noteInterval(progress, packet);
  progress.newestSeq = packet.seq;
  progress.newestAtMs = nowMs;
  progress.newestTimeUs = packet.timeUs;
  const rootUs = rootTimeUs(state, nowMs);
  if (rootUs !== null)
    progress.delayMs = Math.min(DELAY_MS_MAX, Math.max(0, (rootUs - packet.timeUs) / 1000)) | 0;
}

/** Notes seqs that will never come. */
export function noteSkipped(turn: Turn, { epoch, fromSeq, toSeq }: OverlayEvent & { type: 'skipped' }): void {
  const { progress } = turn.state;
  if (epoch !== progress.epoch) return;
  for (const seq of progress.holes.keys()) if (seq >= fromSeq && seq <= toSeq) progress.holes.delete(seq);
  hold(turn, fromSeq, toSeq);
}

/** Whether a seq is held, or will never come. */
export function isHeld({ nextSeq, ahead }: Progress, seq: number): boolean {
  return seq < nextSeq || ahead.has(seq);
}

/** Where a new parent should begin. */
export function nextWanted({ progress }: OverlayState): number | 'group' {
  return progress.nextSeq < 0 ? 'group' : progress.nextSeq;
}

/** The same, without what was asked for packet by packet: that comes on its own. */
export function nextUnasked(state: OverlayState): number | 'group' {
  const { nextSeq, newestSeq, holes, ahead } = state.progress;
  if (nextSeq < 0) return 'group';
  let seq = nextSeq;
  while (seq <= newestSeq && (ahead.has(seq) || (holes.get(seq)?.askedMs ?? null) !== null)) seq++;
  return seq;
}

/** Smooths the time between packets as they were made: a burst says nothing about it when it arrives. */
function noteInterval(progress: Progress, { seq, timeUs }: OverlayEvent & { type: 'packet' }): void {
  const gapMs = (timeUs - progress.newestTimeUs) / 1000 / (seq - progress.newestSeq);
  const boundedMs = Math.min(INTERVAL_MS_MAX, Math.max(0, gapMs));
  progress.intervalMs += (boundedMs - progress.intervalMs) / INTERVAL_SMOOTHING;
}

/** Takes seqs for held, both ends included. */
export function hold({ state, effects }: Turn, fromSeq: number, toSeq: number): void {
  const { progress } = state;
  const { ahead } = progress;
  if (progress.nextSeq < 0 || fromSeq >= progress.nextSeq + AHEAD_PACKETS_MAX) {
    // The first word of this epoch, or a jump that no request could fill: begin anew behind it.
    if (progress.nextSeq >= 0)
      effects.push({ type: 'gave-up', fromSeq: progress.nextSeq, toSeq: fromSeq - 1 });
    ahead.clear();
    progress.holes.clear();
    progress.nextSeq = toSeq + 1;
    return;
  }
  if (fromSeq <= progress.nextSeq) progress.nextSeq = Math.max(progress.nextSeq, toSeq + 1);
  else for (let seq = fromSeq; seq <= Math.min(toSeq, fromSeq + AHEAD_PACKETS_MAX); seq++) ahead.add(seq);
  while (ahead.delete(progress.nextSeq)) progress.nextSeq++;
  for (const seq of ahead) if (seq < progress.nextSeq) ahead.delete(seq);
}
