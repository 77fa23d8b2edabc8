// Holds the house rules of .dependency-cruiser.cjs, and fails when fewer modules were seen than exist:
// a cruiser that resolves nothing would otherwise report success on an empty graph.
// `tsx tools/layers.ts [DIR]`: DIR holds `src` and a tsconfig.json; without it, this project.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

interface Report {
  modules: { source: string }[];
  summary: { violations: { from: string; to: string; rule: { name: string; severity: string } }[] };
}

const HOME = resolve(import.meta.dirname, '..');
const CRUISER = resolve(HOME, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const RULES = resolve(HOME, '.dependency-cruiser.cjs');

function cruise(directory: string): Report {
  const args = [CRUISER, '--config', RULES, '--output-type', 'json', 'src'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser failed: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

const directory = resolve(process.argv[2] ?? HOME);
const existing = readdirSync(resolve(directory, 'src'), { recursive: true }).filter((name) =>
  String(name).endsWith('.ts'),
).length;
const report = cruise(directory);
const seen = report.modules.filter(({ source }) => source.startsWith('src/')).length;
const errors = report.summary.violations.filter(({ rule }) => rule.severity === 'error');
for (const { from, to, rule } of errors) console.error(`${rule.name}: ${from} -> ${to}`);
console.log(`layers: ${seen} modules of src seen (at least ${existing} exist), ${errors.length} errors`);
if (seen < existing || existing === 0 || errors.length > 0) process.exit(1);
