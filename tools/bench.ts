// `npm run bench -- NAME [--part P] [--json]`: runs one benchmark, both sides in the same run; without NAME it lists them.
// Everything for a person goes to stderr when `--json` asks for an object, which is then the last line.

import { parseArgs } from 'node:util';
import type { Benchmark } from '../tests/bench/benchmark.ts';
import { flood } from '../tests/bench/flood.ts';
import { hops } from '../tests/bench/hops.ts';
import { join } from '../tests/bench/join.ts';
import { kill } from '../tests/bench/kill.ts';
import { loss } from '../tests/bench/loss.ts';
import { record } from '../tests/bench/record.ts';
import { relay } from '../tests/bench/relay.ts';
import { signaling } from '../tests/bench/signaling.ts';

const BENCHMARKS: readonly Benchmark[] = [flood, hops, join, loss, kill, record, relay, signaling];

function list(): string {
  const lines = BENCHMARKS.map(({ name, summary, parts }) => {
    const named = parts ? ` (parts: ${parts.join(', ')})` : '';
    return `  ${name.padEnd(10)} ${summary}${named}`;
  });
  return ['npm run bench -- NAME [--part P]... [--json]', ...lines].join('\n');
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, part: { type: 'string', multiple: true } },
  });
  const [name] = positionals;
  if (name === undefined) {
    console.log(list());
    return 0;
  }
  const benchmark = BENCHMARKS.find((one) => one.name === name);
  if (!benchmark) {
    console.error(`There is no benchmark "${name}".\n${list()}`);
    return 1;
  }
  const parts = values.part ?? benchmark.parts ?? [];
  if (!parts.every((part) => benchmark.parts?.includes(part))) {
    console.error(`"${parts.join(', ')}" are no parts of ${name}.\n${list()}`);
    return 1;
  }
  const log = (line: string): void => (values.json ? console.error(line) : console.log(line));
  log(`${benchmark.name}: ${benchmark.summary}`);
  const result = await benchmark.run(log, parts);
  const { cpu, cores, browser, date, loadBefore } = result.machine;
  log(`${cores} x ${cpu}, ${browser}, ${date}; load before ${loadBefore}`);
  log(`ratio ours / peer: ${result.ratio}`);
  if (values.json) console.log(JSON.stringify(result));
  return Number.isFinite(result.ratio) ? 0 : 1;
}

process.exitCode = await main();
