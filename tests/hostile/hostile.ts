// Starts the hostile peer (tests/hostile/hostile-process.ts) against a broadcast, for tests, proofs and benchmarks.

import { startAsked } from '../bench/asked-process.ts';
import type { Figures } from './attack.ts';
import type { AttackName } from './attacks.ts';

/** What the hostile process is asked. */
export type HostileAsk =
  | { ask: 'attack'; attack: AttackName; link: string; options: Readonly<Record<string, number>> }
  | { ask: 'set'; value: number }
  | { ask: 'figures' };

/** What it answers each time. */
export interface HostileAnswer {
  figures: Figures;
}

/** An attack under way. */
export interface Hostile {
  /** Of its process, for signals. */
  pid: number;
  figures(): Promise<Figures>;
  set(value: number): Promise<Figures>;
  close(): Promise<void>;
}

/** Lets an attack loose on the broadcast behind a link; resolves once it holds what it needs. */
export async function startHostile(
  attack: AttackName,
  link: string,
  options: Readonly<Record<string, number>> = {},
): Promise<Hostile> {
  const running = startAsked<HostileAsk, HostileAnswer>('../hostile/hostile-process.ts');
  try {
    await running.ask({ ask: 'attack', attack, link, options });
  } catch (error) {
    await running.close();
    throw error;
  }
  return {
    pid: running.pid,
    figures: async () => (await running.ask({ ask: 'figures' })).figures,
    set: async (value) => (await running.ask({ ask: 'set', value })).figures,
    close: () => running.close(),
  };
}
