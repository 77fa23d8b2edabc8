// `npm run proof -- lighthouse [--runs N]`: Lighthouse on the start page and on a watch page with a broadcast on air, as on a middling phone
// with a slow line. The median run counts: one that shares its processor with somebody else says little. Lighthouse is fetched by npx when
// it is asked for: it would be a fifth of all packages here, for one command.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { launchTabs } from '../browsers.ts';
import { goLive, launchStudio, startStation } from '../e2e/station.ts';
import type { Proof, ProofResult } from './proof.ts';

const LIGHTHOUSE = 'lighthouse@12.8.2';
/** A report with its pictures and traces, bytes. */
const REPORT_BYTES_MAX = 64_000_000;
/** Least score in each category, of 100. */
const SCORE_MIN: Readonly<Record<string, number>> = {
  performance: 95,
  accessibility: 100,
  'best-practices': 100,
};
/** An audit that has less than this of 1 is named. */
const AUDIT_MIN = 0.9;

/** What is read of a report. */
interface Report {
  runtimeError?: { message: string };
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; displayValue?: string }>;
}

/** Scores by category, and the audits that cost some of it. */
interface Verdict {
  scores: Record<string, number>;
  lost: string[];
}

async function judge(address: string, port: number): Promise<Verdict> {
  const options = [
    ...[address, `--port=${port}`, '--output=json', '--quiet', '--no-enable-error-reporting'],
    `--only-categories=${Object.keys(SCORE_MIN).join(',')}`,
  ];
  const { stdout } = await promisify(execFile)('npx', ['--yes', LIGHTHOUSE, ...options], {
    maxBuffer: REPORT_BYTES_MAX,
  });
  const { runtimeError, categories, audits } = JSON.parse(stdout) as Report;
  if (runtimeError) throw new Error(runtimeError.message);
  const scores: Record<string, number> = {};
  const lost = new Set<string>();
  for (const [name, { score, auditRefs }] of Object.entries(categories)) {
    scores[name] = Math.round((score ?? 0) * 100);
    for (const { id, weight } of auditRefs) {
      const { score: part, displayValue = '' } = audits[id] ?? {};
      if (weight > 0 && typeof part === 'number' && part < AUDIT_MIN)
        lost.add(`${id} ${displayValue}`.trim());
    }
  }
  return { scores, lost: [...lost] };
}

/** Of several runs the middle one by performance, with the worst of what doesn't depend on time. */
function medianOf(verdicts: Verdict[]): Verdict {
  const sorted = verdicts.toSorted((a, b) => (a.scores['performance'] ?? 0) - (b.scores['performance'] ?? 0));
  const { scores = {} } = sorted[Math.floor(sorted.length / 2)] ?? {};
  const steady = Object.keys(scores).filter((name) => name !== 'performance');
  for (const name of steady) scores[name] = Math.min(...verdicts.map((verdict) => verdict.scores[name] ?? 0));
  return { scores, lost: [...new Set(verdicts.flatMap(({ lost }) => lost))] };
}

async function run(runs: number, log: (line: string) => void): Promise<ProofResult> {
  const station = await startStation();
  const studio = await launchStudio();
  const tabs = await launchTabs();
  try {
    const address = `${station.origin}/?source=testcard&quality=360p#/studio`;
    const { link } = await goLive(await studio.newContext(), address);
    const port = Number(new URL(tabs.wsEndpoint()).port);
    const pages: Record<string, Verdict> = {};
    for (const [name, page] of Object.entries({ home: `${station.origin}/`, watch: link })) {
      const verdicts: Verdict[] = [];
      for (let i = 0; i < runs; i++) verdicts.push(await judge(page, port));
      const verdict = (pages[name] = medianOf(verdicts));
      const all = verdicts.map(({ scores }) => scores['performance']).join(' ');
      log(`${name}: ${JSON.stringify(verdict.scores)}; performance of each run: ${all}`);
      log(`${name}: below ${AUDIT_MIN}: ${verdict.lost.join(', ') || 'nothing'}`);
    }
    const passed = Object.values(pages).every(({ scores }) =>
      Object.entries(SCORE_MIN).every(([name, least]) => (scores[name] ?? 0) >= least),
    );
    return { name: 'lighthouse', runs, passed, pages };
  } finally {
    await tabs.close();
    await studio.close();
    await station.close();
  }
}

/** What Lighthouse says of the two pages that strangers open. */
export const lighthouseScores: Proof = {
  name: 'lighthouse',
  summary: 'home and watch: at least 95 for performance, 100 for accessibility and best practices',
  runsDefault: 3,
  run,
};
