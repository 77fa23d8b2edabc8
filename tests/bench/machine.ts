// The machine that a benchmark ran on, as printed with its figures: what matters for them, and no name of host or person.

import { constants, cpus, loadavg, release, setPriority, totalmem, type } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  browser: string;
  /** Load average of the minute before the start: above 0.5 others were at work too. */
  loadBefore: number;
  date: string;
}

/** Describes this machine; `browser` is the version that the browser itself names. */
export function describeMachine(browser: string, loadBefore: number): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    browser,
    loadBefore: Math.round(loadBefore * 100) / 100,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Load average of the last minute. */
export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

/** These would have machines of their own: what they do on this one takes its time from nobody. */
export function setApart(...processes: readonly { pid: number }[]): void {
  for (const { pid } of processes) setPriority(pid, constants.priority.PRIORITY_LOW);
}
