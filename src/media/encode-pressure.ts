// Steps the encoder down when it can't keep up with real time, and slowly up again. Bitrate goes first (fewer bits
// cost less work and nobody sees it at once), then every other picture. Pure: time comes in with each observation.

import { StepLadder } from '../base/step-ladder.ts';

/** How far the encoder has stepped down. */
export type PressureLevel = 'none' | 'bitrate' | 'framerate';

const LEVELS: readonly PressureLevel[] = ['none', 'bitrate', 'framerate'];

/** Frames waiting in the encoder from which it counts as behind: one is being encoded, one may wait its turn. */
export const QUEUE_BEHIND = 3;
/** Part of the observations in a window that must be behind before anything is done: a single hiccup is no reason. */
const BEHIND_SHARE = 0.5;
/** Length of a window, ms. */
const WINDOW_MS = 1000;
/** Calm time before a step up, ms. */
const CALM_MS = 10_000;
const CALM_MS_MAX = 80_000;

/** Watches the encoder's queue and says how far to step down. */
export class PressureControl {
  readonly #ladder = new StepLadder(LEVELS.length - 1, CALM_MS, CALM_MS_MAX);
  #windowStartMs = -Infinity;
  #observed = 0;
  #behind = 0;

  /** The present level. */
  get level(): PressureLevel {
    return LEVELS[this.#ladder.step] as PressureLevel;
  }

  /** Part of the target bitrate to spend. */
  get bitrateShare(): number {
    return this.#ladder.step === 0 ? 1 : 0.6;
  }

  /** Of how many pictures one is encoded. */
  get keepEvery(): 1 | 2 {
    return this.#ladder.step === 2 ? 2 : 1;
  }

  /** Takes the encoder's queue length before a picture is encoded; returns the level that follows from it. */
  observe(queueLength: number, nowMs: number): PressureLevel {
    if (nowMs - this.#windowStartMs > 2 * WINDOW_MS) this.#open(nowMs, this.#observed === 0);
    this.#observed++;
    if (queueLength >= QUEUE_BEHIND) this.#behind++;
    if (nowMs - this.#windowStartMs >= WINDOW_MS) this.#judge(nowMs);
    return this.level;
  }

  /** A window that was cut by a pause in the source says nothing. */
  #open(nowMs: number, isFirst: boolean): void {
    this.#windowStartMs = nowMs;
    this.#observed = 0;
    this.#behind = 0;
    if (isFirst) this.#ladder.begin(nowMs);
  }

  #judge(nowMs: number): void {
    const isBehind = this.#behind >= this.#observed * BEHIND_SHARE;
    const isCalm = this.#behind === 0;
    this.#open(nowMs, false);
    this.#ladder.judge(isBehind ? 'bad' : isCalm ? 'calm' : 'uneasy', nowMs);
  }
}
