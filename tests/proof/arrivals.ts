// Whether any order of arrival can fill the tree up with peers that give nothing: small crowds that come at once, many
// times, each with other uplinks in another order.

import { createRun, replayCommand, runToEnd } from '../sim/run.ts';
import { range } from '../sim/seeds.ts';
import type { Proof } from './proof.ts';

const PEERS = 200;
/** Where not everybody has a place soon after the last came, a longer look tells who waits from who never gets one. */
const SOON_MINUTES = 1.5;
const LATE_MINUTES = 5;

/** `npm run proof -- arrivals`. */
export const arrivals: Proof = {
  name: 'arrivals',
  summary: `${PEERS} viewers at once, in one order of arrival after another: everybody is placed in the end`,
  runsDefault: 200,
  run(runs, log) {
    let [late, deadlocks] = [0, 0];
    for (const seed of range(1, runs)) {
      if (arePlaced(seed, SOON_MINUTES, log)) continue;
      late++;
      if (!arePlaced(seed, LATE_MINUTES, log)) deadlocks++;
    }
    return Promise.resolve({ name: 'arrivals', runs, passed: deadlocks === 0, late, deadlocks });
  },
};

/** Whether everybody has a place when the world ends. */
function arePlaced(seed: number, minutes: number, log: (line: string) => void): boolean {
  const options = { world: 'flash', seed, peers: PEERS, minutes } as const;
  const { placed, viewers } = runToEnd(options, createRun(options));
  if (placed < viewers) log(`${viewers - placed} of ${viewers} have no place: ${replayCommand(options)}`);
  return placed === viewers;
}
