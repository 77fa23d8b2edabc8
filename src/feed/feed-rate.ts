// How many bits a second a feed has, measured by its own capture times: a burst on joining doesn't look like a fast feed.

/** Span of capture time that is looked at, µs: five groups, so that key chunks weigh as they should. */
const SPAN_US_MAX = 10_000_000;
/** Below this span nothing is said, µs: one key chunk would count for too much. */
const SPAN_US_MIN = 1_000_000;
/** Packets looked at, at most: 10 s at 100 a second. */
const PACKETS_MAX = 1000;
/** Head, signature and message of a packet beside its payload, bytes (docs/wire.md, one fragment). */
const PACKET_OVERHEAD_BYTES = 32 + 16 + 64 + 1;

interface Sample {
  timeUs: number;
  bytes: number;
}

/** The rate of the newest stretch of one feed. */
export class FeedRate {
  #samples: Sample[] = [];
  #newestUs = -Infinity;

  /** Notes a packet with a payload of so many bytes, captured at `timeUs`. */
  note(timeUs: number, payloadBytes: number): void {
    this.#newestUs = Math.max(this.#newestUs, timeUs);
    this.#samples.push({ timeUs, bytes: payloadBytes + PACKET_OVERHEAD_BYTES });
    if (this.#samples.length > PACKETS_MAX) this.#samples.shift();
  }

  /** Bits a second; undefined until a second of the feed is known. */
  get bitsPerSecond(): number | undefined {
    if (this.#samples.length === 0) return undefined;
    this.#samples = this.#samples.filter(({ timeUs }) => timeUs > this.#newestUs - SPAN_US_MAX);
    let oldestUs = this.#newestUs;
    let bytes = 0;
    for (const sample of this.#samples) {
      oldestUs = Math.min(oldestUs, sample.timeUs);
      bytes += sample.bytes;
    }
    const spanUs = this.#newestUs - oldestUs;
    return spanUs < SPAN_US_MIN ? undefined : (bytes * 8 * 1_000_000) / spanUs;
  }

  /** Another epoch began. */
  clear(): void {
    this.#samples = [];
    this.#newestUs = -Infinity;
  }
}
