// One simulated world: `npm run sim -- --world NAME --seed S --peers N --minutes M [--json]`. The same seed gives the
// same world. The seed is printed first; with `--json` everything but the last line goes to stderr.

import { parseArgs } from 'node:util';
import { createRun, replayCommand, runToEnd, SCENARIOS } from '../tests/sim/run.ts';
import type { SimOptions, Stage, WorldName } from '../tests/sim/worlds/scenario.ts';

const PROGRESS_MS = 5000;

function usage(): string {
  const worlds = Object.entries(SCENARIOS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  const command = 'npm run sim -- [--world NAME] [--seed S] [--peers N] [--minutes M] [--json]';
  return [
    command,
    ...worlds,
    'S: a whole number; N and M: more than 0; M is chosen to fit when left out',
  ].join('\n');
}

function read(): (SimOptions & { isJson: boolean }) | undefined {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      peers: { type: 'string', default: '200' },
      minutes: { type: 'string' },
      world: { type: 'string', default: 'churn' },
      json: { type: 'boolean', default: false },
    },
  });
  const scenario = Object.hasOwn(SCENARIOS, values.world) ? SCENARIOS[values.world as WorldName] : undefined;
  const seed = Number(values.seed);
  const peers = Number(values.peers);
  const minutes = Number(values.minutes ?? scenario?.minutes(peers));
  if (!scenario || !Number.isInteger(seed) || !Number.isInteger(peers) || peers < 1) return undefined;
  if (!(minutes > 0)) return undefined;
  return { world: values.world as WorldName, seed, peers, minutes, isJson: values.json };
}

function progress({ world, endMs }: Stage, say: (line: string) => void): () => void {
  let saidAtMs = performance.now();
  let doneBefore = 0;
  return () => {
    const sinceMs = performance.now() - saidAtMs;
    if (sinceMs < PROGRESS_MS) return;
    saidAtMs += sinceMs;
    const { nowMs, done } = world.queue;
    const perSecond = Math.round((done - doneBefore) / sinceMs) * 1000;
    doneBefore = done;
    const megabytes = Math.round(process.memoryUsage().rss / 1e6);
    const seconds = `${Math.round(nowMs / 1000)} of ${Math.round(endMs / 1000)} s`;
    say(`${seconds}, ${world.peers.length - 1} viewers, ${perSecond} events/s, ${megabytes} MB`);
  };
}

const asked = read();
if (!asked) {
  console.error(usage());
  process.exit(2);
}
const { isJson, ...options } = asked;
const say = (line: string): void => (isJson ? console.error(line) : console.log(line));
say(`seed ${options.seed}: ${replayCommand(options)}`);
const stage = createRun(options);
const startedAtMs = performance.now();
const { violations, ...figures } = runToEnd(options, stage, progress(stage, say));
say(`took ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
if (!isJson) console.table(figures);
for (const { check, atMs, what } of violations) console.error(`${check} at ${atMs} ms: ${what}`);
if (isJson) console.log(JSON.stringify({ ...figures, violations }));
if (violations.length > 0) process.exitCode = 1;
