// One direction of an impaired path: which packets are lost, and when the others arrive. Packets queue behind each other
// at the bottleneck, then travel. One rule: the same seed, packets and times give the same fate.

/** What one direction is like; what isn't named is as good as it gets. */
export interface LaneShape {
  /** Rate of the bottleneck, bit/s, headers included. */
  bitsPerSecond?: number;
  /** Longest queue at the bottleneck, ms; packets that would wait longer are lost. */
  queueMsMax?: number;
  /** One-way delay, ms. */
  delayMs?: number;
  /** Further delay, drawn evenly from 0 to this for each packet, ms; order is kept. */
  jitterMs?: number;
  /** Share of packets lost at random. */
  lossShare?: number;
  /** Share of packets held back for `reorderMs`, so that later ones overtake them. */
  reorderShare?: number;
  reorderMs?: number;
}

/** IPv4 and UDP headers, which a real link carries too. */
const HEADER_BYTES = 28;

/** A number in [0, 1) for each call, the same ones for the same seed (mulberry32). */
export function seededFraction(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** The fate of packets that go one way, in the order in which they are sent. */
export class LanePlan {
  readonly #fraction: () => number;
  #freeAtMs = 0;
  #lastAtMs = 0;

  constructor(seed: number) {
    this.#fraction = seededFraction(seed);
  }

  /** When a packet of `bytes` sent at `nowMs` arrives, ms; undefined when it is lost. */
  arrivalMs(shape: LaneShape, bytes: number, nowMs: number): number | undefined {
    const { bitsPerSecond = Infinity, queueMsMax = Infinity, delayMs = 0, jitterMs = 0 } = shape;
    const { lossShare = 0, reorderShare = 0, reorderMs = 0 } = shape;
    // All are drawn each time, so that a fate depends on the packet's number only.
    const [loss, jitter, reorder] = [this.#fraction(), this.#fraction(), this.#fraction()];
    const startMs = Math.max(nowMs, this.#freeAtMs);
    if (startMs - nowMs > queueMsMax) return undefined;
    this.#freeAtMs = startMs + ((bytes + HEADER_BYTES) * 8000) / bitsPerSecond;
    if (loss < lossShare) return undefined;
    const inOrderMs = Math.max(this.#lastAtMs, this.#freeAtMs + delayMs + jitter * jitterMs);
    if (reorder < reorderShare) return inOrderMs + reorderMs;
    this.#lastAtMs = inOrderMs;
    return inOrderMs;
  }
}

/** A lane at work: `deliver` is called when a packet has arrived, `lost` when it never will. */
export class Lane {
  readonly #plan: LanePlan;
  readonly #deliver: (packet: Buffer) => void;
  readonly #lost: () => void;
  /** In order of arrival. */
  readonly #travelling: { packet: Buffer; atMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(seed: number, deliver: (packet: Buffer) => void, lost: () => void) {
    this.#plan = new LanePlan(seed);
    this.#deliver = deliver;
    this.#lost = lost;
  }

  push(packet: Buffer, shape: LaneShape): void {
    const nowMs = performance.now();
    const atMs = this.#plan.arrivalMs(shape, packet.length, nowMs);
    if (atMs === undefined) {
      this.#lost();
      return;
    }
    const index = this.#travelling.findLastIndex((other) => other.atMs <= atMs) + 1;
    this.#travelling.splice(index, 0, { packet, atMs });
    if (index === 0) this.#setTimer(nowMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#travelling.length = 0;
  }

  #setTimer(nowMs: number): void {
    clearTimeout(this.#timer);
    const [next] = this.#travelling;
    if (next) this.#timer = setTimeout(() => this.#arrive(), next.atMs - nowMs);
  }

  #arrive(): void {
    const nowMs = performance.now();
    // Timers count whole ms: what is due within the next half arrives now, so that the mean rate holds.
    while (this.#travelling[0] && this.#travelling[0].atMs <= nowMs + 0.5) {
      this.#deliver(this.#travelling.shift()!.packet);
    }
    this.#setTimer(nowMs);
  }
}
