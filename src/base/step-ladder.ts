// When to step down, and when to try a step up again: down at once, up after a calm time that doubles each time the step up proved too
// early. Pure: time comes in with each window that was judged.

/** What a window showed. 'calm': nothing at all spoke for a step down. */
export type Sight = 'bad' | 'uneasy' | 'calm';

/** How far something has stepped down. */
export class StepLadder {
  readonly #stepMax: number;
  readonly #calmMs: number;
  readonly #calmMsMax: number;
  #step = 0;
  #calmSinceMs = -Infinity;
  #calmNeededMs: number;
  #steppedUpAtMs = -Infinity;

  /** `calmMs`: before a step up; at most `calmMsMax` when it was too early again and again. */
  constructor(stepMax: number, calmMs: number, calmMsMax: number) {
    this.#stepMax = stepMax;
    this.#calmMs = this.#calmNeededMs = calmMs;
    this.#calmMsMax = calmMsMax;
  }

  /** 0: not stepped down at all. */
  get step(): number {
    return this.#step;
  }

  /** What came before says nothing: calm is counted from now. */
  begin(nowMs: number): void {
    this.#calmSinceMs = nowMs;
  }

  /** A window has ended. */
  judge(sight: Sight, nowMs: number): void {
    if (sight === 'bad') this.#stepDown(nowMs);
    if (sight !== 'calm') this.#calmSinceMs = nowMs;
    else if (this.#step > 0 && nowMs - this.#calmSinceMs >= this.#calmNeededMs) this.#stepUp(nowMs);
  }

  #stepDown(nowMs: number): void {
    if (this.#step === this.#stepMax) return;
    this.#step++;
    const wasTooEarly = nowMs - this.#steppedUpAtMs < this.#calmNeededMs;
    this.#calmNeededMs = wasTooEarly ? Math.min(2 * this.#calmNeededMs, this.#calmMsMax) : this.#calmMs;
  }

  #stepUp(nowMs: number): void {
    this.#step--;
    this.#steppedUpAtMs = nowMs;
    this.#calmSinceMs = nowMs;
  }
}
