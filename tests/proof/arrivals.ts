// Whether any order of arrival can fill the tree up with peers that give nothing: small crowds that come at once, many
// times, each with other uplinks in another order.

import { createRun, replayCommand, runToEnd } from '../sim/run.ts';
import { range } from '../sim/seeds.ts';
import type { Proof } from './proof.ts';

const PEERS = 200;

/** `npm run proof -- arrivals`. */
export const arrivals: Proof = {
  name: 'arrivals',
  summary: `${PEERS} viewers at once, in one order of arrival after another: everybody is placed`,
  runsDefault: 200,
  run(runs, log) {
    let deadlocks = 0;
    for (const seed of range(1, runs)) {
      const options = { world: 'flash', seed, peers: PEERS, minutes: 1.5 } as const;
      const { placed, viewers } = runToEnd(options, createRun(options));
      if (placed === viewers) continue;
      deadlocks++;
      log(`${viewers - placed} of ${viewers} have no place: ${replayCommand(options)}`);
    }
    return Promise.resolve({ name: 'arrivals', runs, passed: deadlocks === 0, deadlocks });
  },
};
