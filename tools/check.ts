// The fast part of the gate: `npm run check`. Every step runs; a missing tool is a failure, not a skip.

import { spawnSync } from 'node:child_process';

/** Name and command of each step, in the order in which they are cheapest to fail. */
const STEPS: readonly (readonly [name: string, command: string])[] = [
  ['types', 'npx tsc --noEmit -p .'],
  ['lint', 'npx eslint . --max-warnings 0'],
  ['templates', 'npx lit-analyzer "src/ui/**/*.ts" --quiet'],
  ['format', 'npx prettier --check --log-level warn .'],
  ['layers', 'npx tsx tools/layers.ts'],
  ['words', 'npx tsx tools/words.ts'],
  ['element manifest', 'npx tsx tools/manifest.ts --check'],
  ['dead code', 'npx knip'],
  ['unit and simulation', 'npx vitest run --project unit --project sim'],
  ['build', 'npx tsx tools/build.ts'],
  ['sizes', 'npx size-limit'],
];

const failed: string[] = [];
for (const [name, command] of STEPS) {
  const startMs = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0) failed.push(name);
}
console.log(`${STEPS.length - failed.length} checks passed, ${failed.length} failed`);
for (const name of failed) console.error(`check failed: ${name}`);
process.exitCode = failed.length > 0 ? 1 : 0;
