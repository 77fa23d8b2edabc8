// `npm run proof -- mutants` (TESTS.md A21): each check of a signature, a digest or a key, each rule of the room and each bound of what
// strangers send is taken out in a copy of the project, one at a time, and its tests must go red. Untouched they must be green.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTANTS } from './mutant-list.ts';
import type { Mutant } from './mutant.ts';
import { BOUND_MUTANTS } from './mutants-of-bounds.ts';
import { RULE_MUTANTS } from './mutants-of-rules.ts';
import type { Proof } from './proof.ts';

const ALL: readonly Mutant[] = [...MUTANTS, ...RULE_MUTANTS, ...BOUND_MUTANTS];
const HOME = resolve(import.meta.dirname, '../..');
const COPIED = ['src', 'tests', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** Tests that go on for longer, ms, have noticed a mutant: it never ends. */
const TESTS_MS_MAX = 180_000;

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lucarne-mutants-'));
  for (const name of COPIED) cpSync(join(HOME, name), join(folder, name), { recursive: true });
  symlinkSync(join(HOME, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Whether these tests pass in the copy. */
function passes(folder: string, files: readonly string[]): boolean {
  const args = ['vitest', 'run', '--project', 'unit', '--bail', '1', ...files];
  return spawnSync('npx', args, { cwd: folder, stdio: 'ignore', timeout: TESTS_MS_MAX }).status === 0;
}

/** Whether the tests notice that the check is gone. */
function isKilled(folder: string, { file, check, spoiled, killers }: Mutant): boolean {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    source.replace(check, () => spoiled),
  );
  try {
    return !passes(folder, killers);
  } finally {
    writeFileSync(path, source);
  }
}

/** `npm run proof -- mutants`. */
export const mutants: Proof = {
  name: 'mutants',
  summary: `each of ${ALL.length} checks taken out in turn: the tests must notice every time`,
  runsDefault: 1,
  run(runs, log) {
    const folder = copyProject();
    try {
      const killers = [...new Set(ALL.flatMap((mutant) => mutant.killers))];
      if (!passes(folder, killers)) throw new Error('The tests fail without any mutant');
      const survivors: string[] = [];
      for (const mutant of ALL) {
        const killed = isKilled(folder, mutant);
        log(`${killed ? 'killed  ' : 'SURVIVED'} ${mutant.name} (${mutant.file})`);
        if (!killed) survivors.push(mutant.name);
      }
      const passed = survivors.length === 0;
      return Promise.resolve({ name: 'mutants', runs, passed, mutants: ALL.length, survivors });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
