// Time of the platform. One alarm at a time is set, for the earliest thing due, so that a page that was frozen or
// slept wakes to one call of each timer and never to a burst of missed ones.

import { assert } from '../base/assert.ts';
import type { Clock, Stop } from '../ports.ts';
import { TrustedWorker as Worker } from '../trusted-worker.ts';

/** The longest delay that a platform's timer keeps, ms. */
const ALARM_MS_MAX = 2 ** 31 - 1;
/** The worker starts this much later: a page that has just been opened has better things to do, and isn't hidden yet. */
const WORKER_DELAY_MS = 1000;

/** Calls `ring` once, `delayMs` after `set`, which replaces an alarm that was set before. */
interface Alarm {
  set(delayMs: number): void;
}

interface Timer {
  atMs: number;
  /** Undefined: runs once. */
  periodMs: number | undefined;
  run: () => void;
}

/** The clock of this page, worker or process. In pages its ticks come from a worker, since page timers are slowed in hidden tabs. */
export function openClock(): Clock {
  return new AlarmClock(typeof document === 'undefined' ? timerAlarm : workerAlarm);
}

class AlarmClock implements Clock {
  readonly #anchorUs = Math.round(Date.now() * 1000 - performance.now() * 1000);
  readonly #timers = new Set<Timer>();
  readonly #alarm: Alarm;
  /** When the alarm that is set will ring. */
  #ringsAtMs = Infinity;

  constructor(openAlarm: (ring: () => void) => Alarm) {
    this.#alarm = openAlarm(() => this.#ring());
  }

  nowMs(): number {
    return performance.now();
  }

  wallUs(): number {
    return this.#anchorUs + Math.round(performance.now() * 1000);
  }

  every(periodMs: number, run: () => void): Stop {
    assert(periodMs > 0, 'a period is longer than nothing');
    return this.#add({ atMs: performance.now() + periodMs, periodMs, run });
  }

  after(delayMs: number, run: () => void): Stop {
    return this.#add({ atMs: performance.now() + Math.max(0, delayMs), periodMs: undefined, run });
  }

  #add(timer: Timer): Stop {
    this.#timers.add(timer);
    this.#setAlarm(timer.atMs);
    return () => void this.#timers.delete(timer);
  }

  #setAlarm(atMs: number): void {
    if (atMs >= this.#ringsAtMs) return;
    this.#ringsAtMs = atMs;
    this.#alarm.set(Math.min(Math.max(0, atMs - performance.now()), ALARM_MS_MAX));
  }

  #ring(): void {
    this.#ringsAtMs = Infinity;
    const nowMs = performance.now();
    const due = [...this.#timers].filter((timer) => timer.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
    for (const timer of due) this.#run(timer, nowMs);
    let nextMs = Infinity;
    for (const timer of this.#timers) nextMs = Math.min(nextMs, timer.atMs);
    if (nextMs < Infinity) this.#setAlarm(nextMs);
  }

  #run(timer: Timer, nowMs: number): void {
    if (!this.#timers.has(timer)) return;
    if (timer.periodMs === undefined) this.#timers.delete(timer);
    // Periods that were missed are left out; the rhythm stays.
    else timer.atMs += timer.periodMs * (1 + Math.floor((nowMs - timer.atMs) / timer.periodMs));
    try {
      timer.run();
    } catch (error) {
      // One timer's failure is reported as uncaught and doesn't stop the others.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** An alarm on the own timers: in workers and Node, which nobody slows. */
function timerAlarm(ring: () => void): Alarm & { clear(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    set(delayMs) {
      clearTimeout(timer);
      timer = setTimeout(ring, delayMs);
    },
    clear: () => clearTimeout(timer),
  };
}

/** Starts the worker: `use` gets its alarm once it answers, `giveUp` is called when it fails. */
function startWorker(rung: () => void, use: (alarm: Alarm) => void, giveUp: () => void): void {
  try {
    const worker = new Worker(new URL('./clock.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = () => {
      worker.onmessage = rung;
      use({ set: (delayMs) => worker.postMessage(delayMs) });
    };
    worker.onerror = () => {
      worker.terminate();
      giveUp();
    };
  } catch {
    // The page's own timers it is, then.
  }
}

/** An alarm on a worker's timer; on the page's own until the worker is there, and where none may be started (a page of another origin). */
function workerAlarm(ring: () => void): Alarm {
  let ringsAtMs = Infinity;
  const rung = () => {
    ringsAtMs = Infinity;
    ring();
  };
  const own = timerAlarm(rung);
  let alarm: Alarm = own;
  const use = (next: Alarm) => {
    alarm = next;
    if (ringsAtMs < Infinity) alarm.set(Math.max(0, ringsAtMs - performance.now()));
  };
  const useWorker = (worker: Alarm) => {
    own.clear();
    use(worker);
  };
  setTimeout(() => startWorker(rung, useWorker, () => use(own)), WORKER_DELAY_MS);
  return {
    set(delayMs) {
      ringsAtMs = performance.now() + delayMs;
      alarm.set(delayMs);
    },
  };
}
