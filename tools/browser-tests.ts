// The tests in real browsers. On shared cores a moment's slowness can fail what isn't broken, and most files tell one story
// from test to test, so whole files are tried a second time. A file that fails twice fails; one that did once is named.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** As many files as this may have had a slow moment; more of them are a defect. */
const SECOND_TRIES_MAX = 4;

interface Report {
  testResults: {
    name: string;
    status: 'passed' | 'failed';
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs `files`, or all browser tests; gives the files that failed, or undefined when the run itself did. */
function failedFiles(files: readonly string[], reportPath: string): string[] | undefined {
  const command = `npx vitest run --project e2e --reporter default --reporter json --outputFile ${reportPath}`;
  const { status } = spawnSync(`${command} ${files.join(' ')}`, { shell: true, stdio: 'inherit' });
  if (status === 0) return [];
  try {
    const { testResults } = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
    const failed = testResults.filter((file) => file.status === 'failed');
    for (const file of failed) tell(file);
    // Nothing failed, and yet it did not pass: an error outside the tests.
    return failed.length > 0 ? failed.map(({ name }) => relative('.', name)) : undefined;
  } catch {
    return undefined;
  }
}

/** One line for each test that failed: what comes last is what is seen of a long log. */
function tell({ name, message, assertionResults }: Report['testResults'][number]): void {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const lines = failed.map(({ fullName, failureMessages: [first] }) => `${fullName}: ${firstLine(first)}`);
  // A file can fail before its first test.
  for (const line of lines.length > 0 ? lines : [firstLine(message)])
    console.log(`failed: ${relative('.', name)}: ${line}`);
}

function firstLine(text = ''): string {
  return text.split('\n', 1)[0]?.slice(0, 500) ?? '';
}

/** Whether all browser tests pass, a file at the second try at the latest. */
export function passBrowserTests(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'lucarne-browser-tests-'));
  try {
    const failed = failedFiles([], join(folder, 'first.json'));
    if (!failed || failed.length > SECOND_TRIES_MAX) return false;
    if (failed.length === 0) return true;
    console.log(`Failed at the first try, now once more: ${failed.join(', ')}`);
    return failedFiles(failed, join(folder, 'second.json'))?.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
