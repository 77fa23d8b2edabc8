// What the end report tells of one stretch on air: how many watched, when and how long in all. Bounded however long it lasts: when there
// are too many steps, two become one.

import type { AirStretch, RoomSums } from './session-api.ts';

/** How long a step is at first, ms, and how many there may be: a line of a hand's width has no more points. */
const STEP_MS = 5000;
const STEPS_MAX = 240;

/** Measures from its making on. */
export class AirMeter {
  readonly #startedAtMs: number;
  readonly #beganMs: number;
  #lastMs: number;
  #viewers = 0;
  #viewersMax = 0;
  #watchedMs = 0;
  #stepMs = STEP_MS;
  #steps: number[] = [];

  /** `startedAtMs`: Unix time; `nowMs`: monotonic, as in `note`. */
  constructor(startedAtMs: number, nowMs: number) {
    this.#startedAtMs = startedAtMs;
    this.#beganMs = this.#lastMs = nowMs;
  }

  /** So many watch now; they were as many as before until now. To be called several times a second. */
  note(nowMs: number, viewers: number): void {
    this.#watchedMs += this.#viewers * Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    this.#viewers = viewers;
    this.#viewersMax = Math.max(this.#viewersMax, viewers);
    const step = Math.floor((this.#lastMs - this.#beganMs) / this.#stepMs);
    while (this.#steps.length <= step) this.#steps.push(0);
    this.#steps[step] = Math.max(this.#steps[step] ?? 0, viewers);
    if (this.#steps.length > STEPS_MAX) this.#widen();
  }

  /** Up to now. */
  stretch(sums: RoomSums): AirStretch {
    return {
      version: 1,
      startedAtMs: this.#startedAtMs,
      durationMs: Math.round(this.#lastMs - this.#beganMs),
      viewersMax: this.#viewersMax,
      watchedMs: Math.round(this.#watchedMs),
      stepMs: this.#stepMs,
      viewers: [...this.#steps],
      ...sums,
    };
  }

  #widen(): void {
    const steps = this.#steps;
    this.#steps = [];
    for (let i = 0; i < steps.length; i += 2) this.#steps.push(Math.max(steps[i] ?? 0, steps[i + 1] ?? 0));
    this.#stepMs *= 2;
  }
}
