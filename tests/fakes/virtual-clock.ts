// A clock that a test turns by hand. Real promises (WebCrypto) settle between its steps.

import type { Clock, Stop } from '../../src/ports.ts';

interface Alarm {
  atMs: number;
  run: () => void;
}

/** Virtual time: nothing passes until `pass` is called. */
export class VirtualClock implements Clock {
  #nowMs = 1000;
  readonly #alarms = new Set<Alarm>();

  nowMs(): number {
    return this.#nowMs;
  }

  wallUs(): number {
    return 1_795_000_000_000_000 + Math.round(this.#nowMs * 1000);
  }

  after(delayMs: number, run: () => void): Stop {
    const alarm = { atMs: this.#nowMs + delayMs, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  every(periodMs: number, run: () => void): Stop {
    let stop: Stop;
    const again = () => {
      stop = this.after(periodMs, again);
      run();
    };
    stop = this.after(periodMs, again);
    return () => stop();
  }

  /** Lets `durationMs` pass in steps of a millisecond, with a turn of the event loop after each. */
  async pass(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    while (this.#nowMs < endMs) {
      this.#nowMs = Math.min(endMs, this.#nowMs + 1);
      const due = [...this.#alarms].filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
      for (const alarm of due) if (this.#alarms.delete(alarm)) alarm.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
