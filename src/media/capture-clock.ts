// Maps a device's own timestamps to the root's wall clock. A frame can be delivered late but never early, so the
// smallest (arrival - timestamp) of the last seconds is the true offset, and the jitter of delivery doesn't show.
// Each track has a clock of its own: in Chromium a camera counts from the start of the machine and a microphone from
// its own start, and what a stream had queued before it was handed to a worker may count from yet another moment.

/** Wall time in integer Unix µs, anchored at the start of the page or worker: it never steps when the clock is set. */
export function wallUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** Length of a bucket of arrivals, and how many are kept: long enough to meet an undelayed frame, short enough to follow drift. */
const BUCKET_US = 1_000_000;
const BUCKETS_MAX = 5;
/** How fast the offset may follow its target once settled: 1 ms a second, ten times the drift of a bad crystal. */
const SLEW_SHARE = 0.001;
/** A target further away than this, µs, is lost time (a device that counts none while it starves, a machine that
 * slept): jump. It is more than what a track's queue holds, so that a busy reader isn't taken for it. */
const JUMP_US = 150_000;
/** An arrival that far off the last ones begins a new clock: what was seen before says nothing. */
const RESTART_US = 2_000_000;
/** While the first frames come in the offset follows at once: a starting machine delivers late for a second or two. */
const SETTLING_US = 3_000_000;
/** What comes this soon after the first arrival may have been queued before anybody read: it only sets the clock. */
const STALE_US = 100_000;

/** The mapping of one track. All times in µs. */
export class CaptureClock {
  #buckets: { startUs: number; leastUs: number }[] = [];
  #offsetUs: number | undefined;
  #firstUs = -Infinity;
  #readyUs = Infinity;
  #lastSourceUs = -Infinity;
  #lastArrivalUs = -Infinity;

  /** Whether the clock has seen enough to be believed: what was mapped before may be stale, and its time wrong. */
  get isReady(): boolean {
    return this.#lastArrivalUs >= this.#readyUs;
  }

  /** The wall time of what the device stamped `sourceUs` and delivered at wall time `arrivalUs`. */
  map(sourceUs: number, arrivalUs: number): number {
    // A clock doesn't run backwards: this is another one.
    if (sourceUs < this.#lastSourceUs || this.#lastSourceUs === -Infinity) this.#restart(arrivalUs);
    const target = this.#observe(sourceUs, arrivalUs);
    const passedUs = Math.max(0, sourceUs - this.#lastSourceUs);
    this.#lastSourceUs = sourceUs;
    this.#lastArrivalUs = arrivalUs;
    if (this.#offsetUs === undefined || Math.abs(target - this.#offsetUs) > JUMP_US) {
      this.#firstUs = arrivalUs;
      this.#offsetUs = target;
    } else if (arrivalUs - this.#firstUs < SETTLING_US) {
      this.#offsetUs = Math.min(this.#offsetUs, target);
    } else {
      const most = passedUs * SLEW_SHARE;
      this.#offsetUs += Math.min(most, Math.max(-most, target - this.#offsetUs));
    }
    return Math.round(sourceUs + this.#offsetUs);
  }

  #restart(arrivalUs: number): void {
    this.#buckets = [];
    this.#offsetUs = undefined;
    this.#readyUs = arrivalUs + STALE_US;
  }

  /** Files the arrival and returns the least offset in sight. */
  #observe(sourceUs: number, arrivalUs: number): number {
    const offsetUs = arrivalUs - sourceUs;
    const least = Math.min(...this.#buckets.map(({ leastUs }) => leastUs));
    if (Number.isFinite(least) && Math.abs(offsetUs - least) > RESTART_US) this.#buckets = [];
    const newest = this.#buckets.at(-1);
    if (newest && arrivalUs - newest.startUs < BUCKET_US) newest.leastUs = Math.min(newest.leastUs, offsetUs);
    else this.#buckets.push({ startUs: arrivalUs, leastUs: offsetUs });
    if (this.#buckets.length > BUCKETS_MAX) this.#buckets.shift();
    return Math.min(...this.#buckets.map(({ leastUs }) => leastUs));
  }
}
