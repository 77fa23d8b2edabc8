// Edges in memory, for sessions under test: all edges of one loopback meet by their descriptions, as peers meet by a server.
// Everything is delivered later, through the clock that was handed in, so that a simulated clock rules it completely.

import type { Bytes } from '../../src/base/bytes.ts';
import { CHANNEL_BUFFERED_BYTES_LOW, EDGE_OPEN_MS_MAX, MESSAGE_BYTES_MAX } from '../../src/base/limits.ts';
import { assert } from '../../src/base/assert.ts';
import type { Clock, Edge, EdgeEvents, EdgeMaker, EdgeSignal, Stop } from '../../src/ports.ts';

export interface LoopbackOptions {
  /** From one end to the other, ms. */
  delayMs?: number;
  /** How fast the media channel empties, bytes/ms: 1,000 is 8 Mbit/s. */
  bytesPerMs?: number;
}

/** A maker of edges in memory; every edge it makes can meet every other. */
export function loopbackEdges(
  clock: Pick<Clock, 'after'>,
  options: LoopbackOptions = {},
): EdgeMaker & Loopback {
  const loopback: Wiring = {
    clock,
    delayMs: options.delayMs ?? 1,
    bytesPerMs: options.bytesPerMs ?? 10_000,
    edges: [],
  };
  const open = (isOfferer: boolean, events: EdgeEvents) => new LoopbackEdge(loopback, isOfferer, events);
  return {
    offer: (events) => open(true, events),
    answer: (events) => open(false, events),
    silence: (edge) => {
      if (edge instanceof LoopbackEdge) edge.silence();
    },
  };
}

/** Faults that a test may cause. */
export interface Loopback {
  /** From now on nothing that this edge sends arrives, its end included: as when its peer is killed. */
  silence(edge: Edge): void;
}

interface Wiring {
  clock: Pick<Clock, 'after'>;
  delayMs: number;
  bytesPerMs: number;
  /** By the number in their descriptions. */
  edges: LoopbackEdge[];
}

const SDP = /^v=0 loopback (\d{1,9})$/;

class LoopbackEdge implements Edge {
  readonly #wiring: Wiring;
  readonly #isOfferer: boolean;
  readonly #events: EdgeEvents;
  readonly #number: number;
  readonly #stopDeadline: Stop;
  #other: LoopbackEdge | undefined;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #isSilent = false;
  #remoteSdp = '';
  #bufferedBytes = 0;
  /** How long the media channel is busy with what it has, counted from now. */
  #busyMs = 0;

  constructor(wiring: Wiring, isOfferer: boolean, events: EdgeEvents) {
    this.#wiring = wiring;
    this.#isOfferer = isOfferer;
    this.#events = events;
    this.#number = wiring.edges.push(this) - 1;
    this.#stopDeadline = wiring.clock.after(
      EDGE_OPEN_MS_MAX,
      () => this.#state === 'opening' && this.close(),
    );
    if (isOfferer) this.#describe();
  }

  get mediaBufferedBytes(): number {
    return this.#bufferedBytes;
  }

  signal(value: EdgeSignal): void {
    if (this.#state === 'closed') return;
    const signal = value as Partial<Record<string, unknown>> | null | undefined;
    const expected = this.#isOfferer ? 'answer' : 'offer';
    const sdp = signal?.['type'] === expected && typeof signal['sdp'] === 'string' ? signal['sdp'] : '';
    const number = SDP.exec(sdp)?.[1];
    const other = number === undefined ? undefined : this.#wiring.edges[Number(number)];
    if (
      !other ||
      other.#isOfferer === this.#isOfferer ||
      (this.#remoteSdp !== '' && this.#remoteSdp !== sdp)
    ) {
      this.close();
      return;
    }
    if (this.#remoteSdp === sdp) return;
    this.#remoteSdp = sdp;
    this.#other = other;
    if (!this.#isOfferer) this.#describe();
    else if (other.#other === this) this.#open(other);
  }

  sendMedia(bytes: Bytes): boolean {
    if (!this.#maySend(bytes)) return false;
    const sent = bytes.slice();
    this.#bufferedBytes += sent.length;
    this.#busyMs += sent.length / this.#wiring.bytesPerMs;
    this.#wiring.clock.after(this.#busyMs, () => {
      this.#busyMs = Math.max(0, this.#busyMs - sent.length / this.#wiring.bytesPerMs);
      this.#drain(sent.length);
      this.#deliver((other) => other.#events.media(sent));
    });
    return true;
  }

  sendControl(bytes: Bytes): boolean {
    if (!this.#maySend(bytes)) return false;
    const sent = bytes.slice();
    this.#deliver((other) => other.#events.control(sent));
    return true;
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#deliver((other) => other.close());
    this.#state = 'closed';
    this.#stopDeadline();
    queueMicrotask(() => this.#events.closed());
  }

  silence(): void {
    this.#isSilent = true;
  }

  #describe(): void {
    this.#wiring.clock.after(this.#wiring.delayMs, () => {
      if (this.#state === 'closed') return;
      this.#events.signal({
        type: this.#isOfferer ? 'offer' : 'answer',
        sdp: `v=0 loopback ${this.#number}`,
      });
    });
  }

  #open(other: LoopbackEdge): void {
    for (const edge of [this, other]) {
      this.#wiring.clock.after(this.#wiring.delayMs, () => {
        if (edge.#state !== 'opening') return;
        edge.#state = 'open';
        edge.#stopDeadline();
        edge.#events.opened();
      });
    }
  }

  #maySend(bytes: Bytes): boolean {
    assert(bytes.length <= MESSAGE_BYTES_MAX, 'a message fits one data-channel message');
    return this.#state === 'open';
  }

  #drain(length: number): void {
    const wasFull = this.#bufferedBytes > CHANNEL_BUFFERED_BYTES_LOW;
    this.#bufferedBytes -= length;
    if (wasFull && this.#bufferedBytes <= CHANNEL_BUFFERED_BYTES_LOW && this.#state === 'open')
      this.#events.drained();
  }

  #deliver(arrive: (other: LoopbackEdge) => void): void {
    const other = this.#other;
    if (!other || this.#isSilent || this.#state === 'closed') return;
    this.#wiring.clock.after(this.#wiring.delayMs, () => {
      if (!this.#isSilent && other.#state !== 'closed') arrive(other);
    });
  }
}
