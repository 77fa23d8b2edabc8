// How many bits the picture may have so that the broadcaster's uplink carries it to all of its children. One child that is late says
// something of its own path; most of them being late says something of what they share. Pure: the caller counts and tells the time.

import { StepLadder } from '../base/step-ladder.ts';

/** Part of the chosen bitrate at each step: below a third a face is no face any more, and fewer pictures do better. */
const SHARES = [1, 0.7, 0.5, 0.35] as const;
/** Length of a window, ms: what a step down does shows after about as long. */
const WINDOW_MS = 2000;
/** Looks in a window that must find most children late: a single one may be a hiccup of this page. */
const LATE_LOOKS_MIN = 2;
/** Calm time before a step up, ms. */
const CALM_MS = 15_000;
const CALM_MS_MAX = 120_000;

/** The fit of one broadcast. */
export class UplinkFit {
  readonly #ladder = new StepLadder(SHARES.length - 1, CALM_MS, CALM_MS_MAX);
  #windowStartMs: number | undefined;
  #lateLooks = 0;
  #isCalm = true;

  /** Part of the chosen bitrate to spend, 0 to 1. */
  get share(): number {
    return SHARES[this.#ladder.step] ?? 1;
  }

  /** `children` are fed, and for so many of them something was left out since the last look. To be called several times a second. */
  look(children: number, late: number, nowMs: number): void {
    this.#windowStartMs ??= nowMs;
    if (2 * late > children) this.#lateLooks++;
    // Nobody to feed is no calm: that says nothing of the uplink.
    if (late > 0 || children === 0) this.#isCalm = false;
    if (nowMs - this.#windowStartMs < WINDOW_MS) return;
    const isBad = this.#lateLooks >= LATE_LOOKS_MIN;
    this.#ladder.judge(isBad ? 'bad' : this.#isCalm ? 'calm' : 'uneasy', nowMs);
    this.#windowStartMs = nowMs;
    this.#lateLooks = 0;
    this.#isCalm = true;
  }
}
