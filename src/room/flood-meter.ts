// How many comments come a second, shown or not, and since when that is too much or no longer so.

import {
  FLOOD_APPROVE_PER_SECOND,
  FLOOD_DOWN_MS,
  FLOOD_OVER_SHARE,
  FLOOD_SLOW_PER_SECOND,
  FLOOD_UP_MS,
} from './room-limits.ts';

/** How far a room has stepped up by itself: not at all, to slow, to approve first. */
export type FloodStep = 0 | 1 | 2;

/** At which rate a step is taken; index is the step. */
const RATES = [0, FLOOD_SLOW_PER_SECOND, FLOOD_APPROVE_PER_SECOND] as const;
/** What is averaged over, ms: a second of applause is no flood. */
const WINDOW_MS = 1000;

/** Measures; `note` and `step` are to be told times that don't go back. */
export class FloodMeter {
  #perSecond = 0;
  #count = 0;
  #windowMs = -Infinity;
  /** Since when each step would be right, and since when it is over. */
  readonly #sinceMs = [0, Infinity, Infinity];
  readonly #overMs = [0, Infinity, Infinity];
  #step: FloodStep = 0;

  /** Comments a second, averaged. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /** So many came. */
  note(count: number): void {
    this.#count += count;
  }

  /** The step that is right now. To be called several times a second. */
  step(nowMs: number): FloodStep {
    const passedMs = nowMs - this.#windowMs;
    if (passedMs < WINDOW_MS) return this.#step;
    this.#perSecond = Number.isFinite(passedMs) ? this.#count / (passedMs / 1000) : 0;
    this.#count = 0;
    this.#windowMs = nowMs;
    for (const step of [1, 2] as const) this.#weigh(step, nowMs);
    return this.#step;
  }

  /** The broadcaster has decided: measuring begins anew. */
  reset(): void {
    this.#step = 0;
    for (const step of [1, 2]) this.#sinceMs[step] = this.#overMs[step] = Infinity;
  }

  #weigh(step: 1 | 2, nowMs: number): void {
    const rate = RATES[step];
    const since = this.#perSecond >= rate ? Math.min(this.#sinceMs[step] ?? Infinity, nowMs) : Infinity;
    const isOver = this.#perSecond < rate * FLOOD_OVER_SHARE;
    const over = isOver ? Math.min(this.#overMs[step] ?? Infinity, nowMs) : Infinity;
    this.#sinceMs[step] = since;
    this.#overMs[step] = over;
    if (step > this.#step && nowMs - since >= FLOOD_UP_MS) this.#step = step;
    else if (step === this.#step && nowMs - over >= FLOOD_DOWN_MS) this.#step = (step - 1) as FloodStep;
  }
}
