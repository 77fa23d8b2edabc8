// `npm run proof -- newcomer`: what a person does who has never seen this: clones the repository, types the README's command, goes live in one
// window by its buttons and watches in another. Needs everything committed: a clone holds nothing else.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchStudio, startStation, watchPictures, watchStats, until } from '../e2e/station.ts';
import type { Proof, ProofResult } from './proof.ts';

const run = promisify(execFile);
const WALL_MS_MAX = 120_000;
const PICTURES_MIN = 90;

/** What was done, and when it was done, ms from the start. */
type Steps = [what: string, atMs: number][];

/** From the start page to the link, as a person finds the way. */
async function goLiveFromHome(
  studio: Browser,
  origin: string,
  done: (what: string) => void,
): Promise<string> {
  const page = await studio.newPage();
  await page.goto(origin);
  await page.getByRole('link', { name: 'Go live' }).click();
  await page.getByRole('button', { name: 'Start broadcast' }).click();
  done('on the start page "Go live", in the studio "Start broadcast"');
  const link = page.getByRole('textbox', { name: 'Link' });
  await link.waitFor({ timeout: WALL_MS_MAX });
  return link.inputValue();
}

async function walk(folder: string): Promise<Steps> {
  const startMs = performance.now();
  const steps: Steps = [];
  const done = (what: string): void => void steps.push([what, Math.round(performance.now() - startMs)]);
  await run('git', ['clone', '--quiet', '.', folder]);
  done('git clone');
  await run('npm', ['ci'], { cwd: folder, env: { ...process.env, NODE_ENV: undefined } });
  done('npm ci');
  const station = await startStation({}, folder);
  done('npm start has built the app and printed its address');
  const studio = await launchStudio();
  try {
    const link = await goLiveFromHome(studio, station.origin, done);
    done('live, with a link to share');
    const viewer = await watchPictures(studio, link, '');
    done('the link opened elsewhere shows the broadcast');
    await until(
      () => watchStats(viewer),
      ({ videoFrames }) => videoFrames > PICTURES_MIN,
      'some seconds of pictures',
    );
    done(`${PICTURES_MIN} pictures later`);
  } finally {
    await studio.close();
    await station.close();
  }
  return steps;
}

async function walkOften(runs: number, log: (line: string) => void): Promise<ProofResult> {
  const walks: Steps[] = [];
  for (let i = 0; i < runs; i++) {
    const folder = await mkdtemp(join(tmpdir(), 'lucarne-newcomer-'));
    try {
      const steps = await walk(folder);
      for (const [what, atMs] of steps) log(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${what}`);
      walks.push(steps);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const passed = walks.every((steps) => steps.every(([, atMs]) => atMs < WALL_MS_MAX));
  return { name: 'newcomer', runs, passed, walks };
}

/** From a clone to a broadcast that somebody watches. */
export const newcomer: Proof = {
  name: 'newcomer',
  summary: 'clone, the README’s command, live and watched in under two minutes, step by step',
  runsDefault: 1,
  run: walkOften,
};
