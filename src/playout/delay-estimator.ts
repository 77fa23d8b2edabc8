// Measures how unevenly packets arrive, and says how long to hold them. Delay = arrival - capture, on two clocks that
// were never compared; only differences count. The shortest delay of the last 20 s is the base, what a packet took
// longer is its jitter, and the target is the 98th percentile of jitter over 10 s plus a margin, for picture and sound
// apart: raised at once, lowered slowly. Nobody waits for sound that can't be heard. Packets captured before the first one
// arrived (the burst at the start) had no chance to be in time and say nothing about jitter; the same after a break that
// no buffer would have bridged.

import type { MediaChunk } from '../ports.ts';
import {
  BASE_WINDOW_MS,
  BURST_CALM_MS,
  BURST_FALL_MS,
  BURST_MS_MAX,
  JITTER_ALLOWANCE,
  JITTER_QUANTILE,
  JITTER_SAMPLES_MAX,
  JITTER_WINDOW_MS,
  LONGER_PATH_SPREAD_MS,
  PICTURE_MARGIN_MS,
  SOUND_LEAD_MS_MAX,
  SOUND_LEAD_MS_START,
  SOUND_MARGIN_MS,
  TARGET_FALL_MS_PER_S,
  TARGET_MS_MAX,
  TARGET_MS_MIN,
  TARGET_MS_RAISED,
  TARGET_MS_START,
} from './playout-limits.ts';

interface Sample {
  track: MediaChunk['track'];
  atMs: number;
  /** Its own length and its jitter with an allowance, ms. */
  spanMs: number;
}

type Timing = Pick<MediaChunk, 'track' | 'timeUs' | 'durationUs'>;

const SLICE_MS = 1000;
const MEASURE_INTERVAL_MS = 250;
const SAMPLES_MIN = 20;
/** Silence beyond the longest target is a break. */
const BREAK_MS = TARGET_MS_MAX;
/** A packet that took no longer than this more than the shortest delay, ms, shows that its track's burst is over. */
const IN_TIME_MS = 60;

export class DelayEstimator {
  #targetMs = TARGET_MS_START;
  #baseMs: number | undefined;
  #slices: { startMs: number; leastMs: number }[] = [];
  #samples: Sample[] = [];
  #soundLeadMs = SOUND_LEAD_MS_START;
  #isSoundHeard = true;
  #firstMs: number | undefined;
  #latestMs = -Infinity;
  readonly #seen = new Set<MediaChunk['track']>();
  readonly #inTime = new Set<MediaChunk['track']>();
  #fellMs = 0;
  #measuredMs = 0;

  /** How long after the shortest delay a packet is to be presented, ms. */
  get targetMs(): number {
    return this.#targetMs;
  }

  /** The shortest delay, ms; undefined before the first packet. */
  get baseMs(): number | undefined {
    return this.#baseMs;
  }

  /** A media packet arrived. */
  observe({ track, timeUs, durationUs }: Timing, arrivedMs: number): void {
    const delayMs = arrivedMs - timeUs / 1000;
    if (arrivedMs - this.#latestMs > BREAK_MS) {
      this.#firstMs = arrivedMs;
      this.#inTime.clear();
      this.#seen.clear();
    }
    this.#seen.add(track);
    this.#latestMs = arrivedMs;
    this.#lowerBase(delayMs, arrivedMs);
    const baseMs = this.#baseMs ?? delayMs;
    if (!this.#isTelling(track, timeUs, delayMs - baseMs, arrivedMs)) return;
    // A sound leaves when its last sample was captured.
    const ownMs = track === 'audio' ? durationUs / 1000 : 0;
    const jitterMs = Math.max(0, delayMs - baseMs - ownMs);
    const sample = { track, atMs: arrivedMs, spanMs: ownMs + jitterMs * JITTER_ALLOWANCE };
    this.#samples.push(sample);
    if (this.#samples.length > JITTER_SAMPLES_MAX) this.#samples.shift();
    if (this.#counts(track))
      this.#targetMs = Math.max(this.#targetMs, Math.min(this.#neededMs(sample), TARGET_MS_RAISED));
  }

  /** The sound's device is given samples this long before they are heard, ms. */
  setSoundLead(leadMs: number): void {
    this.#soundLeadMs = Math.min(SOUND_LEAD_MS_MAX, Math.max(0, leadMs));
  }

  /** Whether sound is being heard: only then does the target wait for it, and at once. */
  setSoundHeard(isHeard: boolean, nowMs: number): void {
    this.#isSoundHeard = isHeard;
    if (isHeard) this.#adapt(0, nowMs);
  }

  /** Whether the burst at the start has been delivered. */
  isSettled(nowMs: number): boolean {
    if (this.#firstMs === undefined) return false;
    if (nowMs - this.#firstMs >= BURST_MS_MAX) return true;
    return this.#inTime.size === this.#seen.size && nowMs - this.#fellMs >= BURST_CALM_MS;
  }

  /** Adapts the target to what has been observed. */
  measure(nowMs: number): void {
    const elapsedMs = nowMs - this.#measuredMs;
    if (elapsedMs < MEASURE_INTERVAL_MS) return;
    this.#measuredMs = nowMs;
    this.#adapt((Math.min(elapsedMs, 1000) / 1000) * TARGET_FALL_MS_PER_S, nowMs);
  }

  /** Raises the target to what is needed, or lowers it by `fallMs` at most. */
  #adapt(fallMs: number, nowMs: number): void {
    this.#samples = this.#samples.filter((sample) => sample.atMs > nowMs - JITTER_WINDOW_MS);
    const counted = this.#samples.filter(({ track }) => this.#counts(track));
    if (counted.length < SAMPLES_MIN) return;
    const sorted = counted.map((sample) => this.#neededMs(sample)).sort((a, b) => a - b);
    const neededMs = sorted[Math.floor((sorted.length - 1) * JITTER_QUANTILE)] ?? 0;
    const wantedMs = Math.min(TARGET_MS_MAX, Math.max(TARGET_MS_MIN, neededMs));
    this.#targetMs = Math.max(wantedMs, this.#targetMs - fallMs);
  }

  /** What the sound's device holds counts as it is now, however it was when the sound came. */
  #neededMs({ track, spanMs }: Sample): number {
    return spanMs + (track === 'audio' ? SOUND_MARGIN_MS + this.#soundLeadMs : PICTURE_MARGIN_MS);
  }

  #counts(track: MediaChunk['track']): boolean {
    return track === 'video' || this.#isSoundHeard;
  }

  /** What queued behind the burst, track by track, says no more than the burst itself. */
  #isTelling(track: MediaChunk['track'], timeUs: number, jitterMs: number, arrivedMs: number): boolean {
    const firstMs = this.#firstMs ?? arrivedMs;
    if (jitterMs < IN_TIME_MS || arrivedMs - firstMs > BURST_MS_MAX) this.#inTime.add(track);
    return this.#inTime.has(track) && timeUs / 1000 + (this.#baseMs ?? 0) >= firstMs;
  }

  /** Forgets every delay, as when the capture clock was another; the target stays. */
  reset(): void {
    this.#baseMs = undefined;
    this.#slices = [];
    this.#samples = [];
    this.#firstMs = undefined;
    this.#latestMs = -Infinity;
    this.#inTime.clear();
    this.#seen.clear();
  }

  /** Beyond any target for two seconds, and no burst, whose delays fall: what is older says nothing any more. */
  #followLongerPath(nowMs: number): void {
    const [first, second] = this.#slices.slice(-2);
    if (!first || !second || nowMs - first.startMs > 4 * SLICE_MS) return;
    const isBeyond = first.leastMs > (this.#baseMs ?? Infinity) + TARGET_MS_MAX;
    if (!isBeyond || second.leastMs < first.leastMs - LONGER_PATH_SPREAD_MS) return;
    this.#slices = [first, second];
    this.#samples = [];
  }

  #lowerBase(delayMs: number, arrivedMs: number): void {
    const last = this.#slices.at(-1);
    if (last && arrivedMs - last.startMs < SLICE_MS) {
      last.leastMs = Math.min(last.leastMs, delayMs);
    } else {
      this.#followLongerPath(arrivedMs);
      this.#slices.push({ startMs: arrivedMs, leastMs: delayMs });
      this.#slices = this.#slices.filter((slice) => slice.startMs > arrivedMs - BASE_WINDOW_MS);
    }
    const beforeMs = this.#baseMs ?? Infinity;
    this.#baseMs = Math.min(...this.#slices.map((slice) => slice.leastMs));
    if (this.#baseMs < beforeMs - BURST_FALL_MS) this.#fellMs = arrivedMs;
  }
}
