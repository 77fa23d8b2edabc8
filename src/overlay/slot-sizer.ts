// How many viewers a peer can feed, learned while it feeds them: nobody knows a device's uplink beforehand, and what a
// browser says of it is a guess. Each newcomer's burst is a natural probe. Pure: the caller measures.
//
// Invariants: 1 it starts at one; 2 a burst that went through cleanly allows one more, never beyond SLOTS_MAX nor beyond the
// share of the uplink that may be used; 3 two late children halve it, since one late child says something about its own
// path, and two about what they share.

import { SLOTS_MAX } from '../base/limits.ts';

/** Of the uplink, so much is for children: the rest is for repairs, control and whoever else uses the line. */
const UPLINK_SHARE = 0.7;
/** Bursts remembered: the fastest of them is what the uplink can do at least. */
const BURSTS_KEPT = 4;
/** A burst smaller than this, bytes, fits the network's own buffers and tells no rate. */
const BURST_BYTES_MIN = 30_000;
/** A burst faster than this, ms, was never waited for: below it clocks tell more than networks. */
const BURST_MS_MIN = 10;
/** After halving nothing changes for so long, ms: what was late needs that time to be fed or to go elsewhere. */
const CALM_MS = 10_000;
const LATE_MIN = 2;

/** What a newcomer got at once. */
export interface Burst {
  /** All bytes that went out while it lasted, to whomever. */
  bytes: number;
  durationMs: number;
  /** Nothing was dropped meanwhile. */
  isClean: boolean;
}

/** The slots of one peer. */
export class SlotSizer {
  #allowed = 1;
  #rates: number[] = [];
  #calmUntilMs = -Infinity;

  /** Slots at a feed of so many bit/s; undefined: not known yet. */
  slots(feedBitsPerSecond: number | undefined): number {
    const uplink = this.uplinkBitsPerSecond;
    if (uplink === undefined || feedBitsPerSecond === undefined) return this.#allowed;
    return Math.min(this.#allowed, Math.floor((UPLINK_SHARE * uplink) / feedBitsPerSecond));
  }

  /** What the uplink can do at least, bit/s; undefined before the first burst that tells. */
  get uplinkBitsPerSecond(): number | undefined {
    return this.#rates.length === 0 ? undefined : Math.max(...this.#rates);
  }

  /** A newcomer's burst is through. */
  burst({ bytes, durationMs, isClean }: Burst, nowMs: number): void {
    if (bytes >= BURST_BYTES_MIN)
      this.#rates = [...this.#rates, (bytes * 8000) / Math.max(BURST_MS_MIN, durationMs)].slice(-BURSTS_KEPT);
    if (isClean && nowMs >= this.#calmUntilMs) this.#allowed = Math.min(SLOTS_MAX, this.#allowed + 1);
  }

  /** So many children are late now. */
  late(children: number, nowMs: number): void {
    if (children < LATE_MIN || nowMs < this.#calmUntilMs) return;
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#calmUntilMs = nowMs + CALM_MS;
  }
}
