// What the operator may know of the server, for Prometheus. One rule: sums only; no id, token, address or title.

import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** What the gauges are read from when somebody asks. */
export interface Load {
  peers: number;
  waitingBytes: number;
  addresses: number;
  /** No other process can be asked: none is configured, or Redis doesn't answer. */
  isAlone: boolean;
}

/** The figures of one server. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #arrivals = this.#counter(
    'arrivals_total',
    'WebSockets that were asked for, by what became of them.',
    ['outcome'],
  );
  readonly #closes = this.#counter('closes_total', 'Sockets closed by the server, by reason.', ['reason']);
  readonly #frames = this.#counter('frames_total', 'Frames received and sent.', ['direction']);

  constructor(readLoad: () => Load) {
    collectDefaultMetrics({ register: this.#registry });
    const gauges: [name: string, help: string, read: (load: Load) => number][] = [
      ['peers', 'Registered peers.', ({ peers }) => peers],
      ['waiting_bytes', 'Bytes that wait for absent peers.', ({ waitingBytes }) => waitingBytes],
      ['addresses', 'Addresses remembered for their limits.', ({ addresses }) => addresses],
      ['alone', '1 while no other process can be asked.', ({ isAlone }) => Number(isAlone)],
    ];
    for (const [name, help, read] of gauges) {
      const collect = function (this: Gauge): void {
        this.set(read(readLoad()));
      };
      new Gauge({ name: `lucarne_${name}`, help, registers: [this.#registry], collect });
    }
  }

  arrived(outcome: 'accepted' | 'crowded' | 'forbidden' | 'stopping'): void {
    this.#arrivals.inc({ outcome });
  }

  closed(reason: string): void {
    this.#closes.inc({ reason });
  }

  framed(direction: 'in' | 'out'): void {
    this.#frames.inc({ direction });
  }

  /** Prometheus' text format, and its media type. */
  async page(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `lucarne_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
