// A crowd of headless peers: real sessions on real edges without pictures, in one process of their own.

import type { WatchStats } from '../../src/session/session-api.ts';
import { startAsked } from './asked-process.ts';

/** What the crowd's process is asked. */
export type CrowdAsk =
  | { ask: 'join'; link: string; children: number }
  | { ask: 'leave'; name: number }
  | { ask: 'stats' }
  | { ask: 'cost' };

/** One peer of the crowd. */
export interface CrowdMember {
  name: number;
  stats: WatchStats;
}

/** What it answers: the part that was asked for. */
export interface CrowdAnswer {
  name?: number;
  members?: CrowdMember[];
  cpuUs?: number;
  heapBytes?: number;
}

/** A running crowd. */
export interface Crowd {
  /** Of the process, for signals. */
  pid: number;
  /** A new peer that feeds up to `children` others; its name. */
  join(link: string, children: number): Promise<number>;
  /** Says `bye` and goes. */
  leave(name: number): Promise<void>;
  stats(): Promise<CrowdMember[]>;
  /** CPU time used so far, µs, and the heap, bytes. */
  cost(): Promise<{ cpuUs: number; heapBytes: number }>;
  /** Ends all of them at once, without a word. */
  close(): Promise<void>;
}

/** Starts an empty crowd. */
export function startCrowd(): Crowd {
  const running = startAsked<CrowdAsk, CrowdAnswer>('./crowd-process.ts');
  const ask = (what: CrowdAsk): Promise<CrowdAnswer> => running.ask(what);
  return {
    pid: running.pid,
    join: async (link, children) => (await ask({ ask: 'join', link, children })).name!,
    async leave(name) {
      await ask({ ask: 'leave', name });
    },
    stats: async () => (await ask({ ask: 'stats' })).members!,
    cost: async () => {
      const { cpuUs, heapBytes } = await ask({ ask: 'cost' });
      return { cpuUs: cpuUs!, heapBytes: heapBytes! };
    },
    close: () => running.close(),
  };
}
