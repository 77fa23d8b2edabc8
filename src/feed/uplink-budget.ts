// What a peer may send in all, when its owner set a bound: a bucket that fills at that rate. Pure: the caller tells the time.

/** What an idle uplink may catch up on at once, s of its rate: two ticks of whoever sends. */
const BURST_S = 0.1;
/** One message must always fit, or nothing would ever be sent, bytes. */
const BURST_BYTES_MIN = 16 * 1024;

/** An allowance of bytes that refills with time. */
export class UplinkBudget {
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  #leftBytes: number;
  #atMs: number | undefined;

  constructor(bitsPerSecond: number) {
    this.#bytesPerMs = bitsPerSecond / 8000;
    this.#burstBytes = Math.max(BURST_BYTES_MIN, (bitsPerSecond / 8) * BURST_S);
    this.#leftBytes = this.#burstBytes;
  }

  /** Bytes that may be sent now; negative after a message that was longer than what was left. */
  leftBytes(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs));
    this.#atMs = nowMs;
    this.#leftBytes = Math.min(this.#burstBytes, this.#leftBytes + passedMs * this.#bytesPerMs);
    return this.#leftBytes;
  }

  /** So many were sent. */
  spend(bytes: number): void {
    this.#leftBytes -= bytes;
  }
}
