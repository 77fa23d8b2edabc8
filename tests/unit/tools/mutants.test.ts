// The list of mutants covers every check of a signature in the sources (TESTS.md A21); `npm run proof -- mutants` lets each loose.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MUTANTS } from '../../proof/mutant-list.ts';
import { BOUND_MUTANTS } from '../../proof/mutants-of-bounds.ts';
import { RULE_MUTANTS } from '../../proof/mutants-of-rules.ts';

const sourceOf = (file: string): string => readFileSync(file, 'utf8');
/** The interface, the wrapper around the primitives, and certificates of the machine's own authority, which prove nothing to a peer. */
const NO_CHECKS = ['src/ports.ts', 'src/server/certificate-store.ts'];
const CALL = /\b(?:V|v)erifier\.verify\(|crypto\.subtle\.verify\(|\bverify\(null/g;

it('each mutant takes out one check that is there', () => {
  for (const { file, check, spoiled } of [...MUTANTS, ...BOUND_MUTANTS, ...RULE_MUTANTS]) {
    expect([file, check, sourceOf(file).split(check).length]).toEqual([file, check, 2]);
    expect(spoiled).not.toBe(check);
  }
});

it('each call that checks a signature has a mutant', () => {
  const files = readdirSync('src', { recursive: true })
    .map((name) => join('src', String(name)))
    .filter((name) => name.endsWith('.ts') && !NO_CHECKS.includes(name));
  const calls = files.map((file) => [file, [...sourceOf(file).matchAll(CALL)].length] as const);
  const found = calls.filter(([, count]) => count > 0);
  expect(found.length).toBeGreaterThan(5);
  for (const [file, count] of found)
    expect([file, MUTANTS.filter((mutant) => mutant.file === file).length >= count]).toEqual([file, true]);
});
