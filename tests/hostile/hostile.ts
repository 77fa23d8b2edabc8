// Starts the hostile peer (hostile-process.ts) and lets attacks loose with it, for tests, proofs and benchmarks.

import { startAsked } from '../bench/asked-process.ts';
import type { Figures } from './attack.ts';
import type { AttackName } from './attacks.ts';

type Options = Readonly<Record<string, number>>;

/** What the hostile process is asked. */
export type HostileAsk =
  | { ask: 'attack'; attack: AttackName; link: string; options: Options }
  | { ask: 'set'; name: number; value: number }
  | { ask: 'figures' | 'stop'; name: number };

/** What it answers each time. */
export interface HostileAnswer {
  name: number;
  figures: Figures;
}

/** An attack under way. */
export interface HostileAttack {
  figures(): Promise<Figures>;
  set(value: number): Promise<Figures>;
  /** Lets go of every edge. */
  stop(): Promise<void>;
}

/** A running hostile process. */
export interface Hostile {
  /** For signals. */
  pid: number;
  /** Lets an attack loose on the broadcast behind a link; resolves once it holds what it needs. */
  attack(name: AttackName, link: string, options?: Options): Promise<HostileAttack>;
  close(): Promise<void>;
}

/** Starts one that does nothing yet. */
export function startHostile(): Hostile {
  const running = startAsked<HostileAsk, HostileAnswer>('../hostile/hostile-process.ts');
  const ask = (what: HostileAsk): Promise<HostileAnswer> => running.ask(what);
  return {
    pid: running.pid,
    close: () => running.close(),
    async attack(attack, link, options = {}) {
      const { name } = await ask({ ask: 'attack', attack, link, options });
      return {
        figures: async () => (await ask({ ask: 'figures', name })).figures,
        set: async (value) => (await ask({ ask: 'set', name, value })).figures,
        async stop() {
          await ask({ ask: 'stop', name });
        },
      };
    },
  };
}
