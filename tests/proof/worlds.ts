// The list of worlds that the overlay has to stand, at full size, with their figures in one table.

import { runWorld, SCENARIOS } from '../sim/run.ts';
import type { WorldName } from '../sim/worlds/scenario.ts';
import type { Proof } from './proof.ts';

/** How many viewers each of them has. */
const SIZES: readonly (readonly [WorldName, number])[] = [
  ['growth', 10_000],
  ['flash', 10_000],
  ['deaths', 60],
  ['massacre', 10_000],
  ['partition', 1000],
  ['riders', 1000],
  ['churn', 10_000],
];

/** `npm run proof -- worlds`. One run goes through all of them under one seed. */
export const worlds: Proof = {
  name: 'worlds',
  summary: 'growth, flash crowd, deaths, massacre, partition, free riders and churn, with their figures',
  runsDefault: 1,
  run(runs, log) {
    const figures = [];
    let violations = 0;
    for (let seed = 1; seed <= runs; seed++) {
      for (const [world, peers] of SIZES) {
        const report = runWorld({ world, seed, peers, minutes: SCENARIOS[world].minutes(peers) });
        const { depthMax, depthOptimal, rootMessagesPerSecond, joinP50Ms, joinP95Ms, loneJoinMs } = report;
        const { placed, viewers, packetsLost, stalledShare, recoveredMs, loops, orphans } = report;
        const row = { world, seed, peers, placed, viewers, depthMax, depthOptimal, rootMessagesPerSecond };
        const more = {
          joinP50Ms,
          joinP95Ms,
          loneJoinMs,
          packetsLost,
          stalledShare,
          recoveredMs,
          loops,
          orphans,
        };
        figures.push({ ...row, ...more });
        violations += report.violations.length;
        log(JSON.stringify({ ...row, ...more }));
        for (const { check, atMs, what } of report.violations) log(`${check} at ${atMs} ms: ${what}`);
      }
    }
    return Promise.resolve({ name: 'worlds', runs, passed: violations === 0, violations, figures });
  },
};
