// The clock that playback follows: the sound's where it runs, the wall's where it doesn't (autoplay refused, no sound
// device). One rule: it never goes back and never leaps when one takes over from the other.

/** Share of a new measurement in the estimate: what the sound's clock reports is uneven by a device buffer or so. */
const SMOOTHING = 0.1;
/** A measurement this far off, ms, is a real slip of the sound (a device that starved), and taken at once. */
const SLIP_MS = 80;
/** Beyond this, ms, the machine stood still, and time doesn't wait for the sound: it is the sound that leaps. */
const LOST_MS = 400;
/** Without a sign of life from the sound for this long, ms, the wall clock takes over. */
const SILENT_MS = 400;

export class MasterClock {
  /** Master time minus wall time, ms. */
  #offsetMs = 0;
  /** Master time minus sound time, ms; undefined while the wall clock rules. */
  #soundMs: number | undefined;
  #aliveMs = -Infinity;
  #contextS = -Infinity;
  #lastMs = -Infinity;

  /** Whether the sound's clock rules. */
  get isSound(): boolean {
    return this.#soundMs !== undefined;
  }

  /** The sound's engine renders the sample at `contextS`: it runs when that advances. */
  observeAlive(contextS: number, wallMs: number): void {
    if (contextS > this.#contextS) this.#aliveMs = wallMs;
    this.#contextS = contextS;
  }

  /** At `wallMs` the sample at `contextS` was heard. */
  observeHeard(contextS: number, wallMs: number): void {
    if (!this.#isAlive(wallMs)) return;
    if (this.#soundMs === undefined) {
      this.#soundMs = wallMs + this.#offsetMs - contextS * 1000;
      return;
    }
    const errorMs = contextS * 1000 + this.#soundMs - (wallMs + this.#offsetMs);
    if (Math.abs(errorMs) > LOST_MS) this.#soundMs -= errorMs;
    else this.#offsetMs += Math.abs(errorMs) > SLIP_MS ? errorMs : errorMs * SMOOTHING;
  }

  /** Master time at `wallMs`, ms. */
  at(wallMs: number): number {
    if (this.#soundMs !== undefined && !this.#isAlive(wallMs)) this.#soundMs = undefined;
    this.#lastMs = Math.max(this.#lastMs, wallMs + this.#offsetMs);
    return this.#lastMs;
  }

  /** The time at which a master time's sample is heard, in seconds of the sound's clock; undefined on the wall clock. */
  contextAt(masterMs: number): number | undefined {
    return this.#soundMs === undefined ? undefined : (masterMs - this.#soundMs) / 1000;
  }

  #isAlive(wallMs: number): boolean {
    return wallMs - this.#aliveMs < SILENT_MS;
  }
}
