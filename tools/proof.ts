// `npm run proof -- NAME [--runs N | --minutes M] [--json]`: runs one long proof; without NAME it lists them.
// Everything for a person goes to stderr when `--json` asks for an object, which is then the last line.

import { parseArgs } from 'node:util';

import { arrivals } from '../tests/proof/arrivals.ts';
import { flood } from '../tests/proof/flood.ts';
import { fuzzWire } from '../tests/proof/fuzz-wire.ts';
import { hostile } from '../tests/proof/hostile.ts';
import { killRecording } from '../tests/proof/kill-recording.ts';
import { kills } from '../tests/proof/kills.ts';
import { lighthouseScores } from '../tests/proof/lighthouse.ts';
import { longRecording } from '../tests/proof/long-recording.ts';
import { mutants } from '../tests/proof/mutants.ts';
import { newcomer } from '../tests/proof/newcomer.ts';
import { outage } from '../tests/proof/outage.ts';
import { polluters } from '../tests/proof/polluters.ts';
import { powerCut } from '../tests/proof/power-cut.ts';
import type { Proof } from '../tests/proof/proof.ts';
import { serverBomb, serverCrowd, serverFrames } from '../tests/proof/server-attacks.ts';
import { serverId } from '../tests/proof/server-id.ts';
import { serverOffers } from '../tests/proof/server-offers.ts';
import { seeds } from '../tests/proof/seeds.ts';
import { siege } from '../tests/proof/siege.ts';
import { smallTrees } from '../tests/proof/small-trees.ts';
import { soak } from '../tests/proof/soak.ts';
import { worlds } from '../tests/proof/worlds.ts';

const PROOFS: readonly Proof[] = [
  killRecording,
  powerCut,
  longRecording,
  fuzzWire,
  flood,
  hostile,
  polluters,
  mutants,
  kills,
  outage,
  soak,
  seeds,
  arrivals,
  smallTrees,
  siege,
  worlds,
  newcomer,
  serverFrames,
  serverBomb,
  serverCrowd,
  serverId,
  serverOffers,
  lighthouseScores,
];

function list(): string {
  const lines = PROOFS.map(
    ({ name, summary, runsDefault, unit = 'runs' }) =>
      `  ${name.padEnd(16)} ${summary} (${runsDefault} ${unit})`,
  );
  return ['npm run proof -- NAME [--runs N | --minutes M] [--json]', ...lines].join('\n');
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      minutes: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name] = positionals;
  if (name === undefined) {
    console.log(list());
    return 0;
  }
  const proof = PROOFS.find((one) => one.name === name);
  const option = proof?.unit ?? 'runs';
  const runs = Number(values[option] ?? proof?.runsDefault);
  if (!proof || !Number.isInteger(runs) || runs < 1) {
    console.error(
      proof ? `--${option} takes a whole number from 1` : `There is no proof "${name}".\n${list()}`,
    );
    return 2;
  }
  const log = (line: string): void => (values.json ? console.error(line) : console.log(line));
  log(`${proof.name}: ${proof.summary}`);
  const result = await proof.run(runs, log);
  log(`${result.passed ? 'passed' : 'FAILED'} in ${result.runs} ${option}`);
  if (values.json) console.log(JSON.stringify(result));
  return result.passed ? 0 : 1;
}

process.exitCode = await main();
