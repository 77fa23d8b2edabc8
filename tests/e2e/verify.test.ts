// A recording and its proof through the real app: on air, stopped, both downloaded, verified by a page that knows nothing
// of them; then the file with one byte flipped, and another link.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunksOf } from '../unit/record/proven-broadcast.ts';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
import { goLive, launchStudio, startStation, studioStats, until, type Station } from './station.ts';

const FRAMES = 150;

let station: Station;
let folder: string;
let browser: Browser;
let page: Page;
let link: string;
let video: string;
let proof: string;

beforeAll(async () => {
  station = await startStation();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-verify-'));
  browser = await launchStudio();
  const live = await goLive(
    await browser.newContext(),
    `${station.origin}/?source=testcard&quality=360p#/studio`,
  );
  link = live.link;
  await until(
    () => studioStats(live.page),
    ({ videoFrames }) => videoFrames > FRAMES,
    'some seconds on air',
  );
  await stopBroadcast(live.page);
  video = await downloadRecording(live.page, folder);
  proof = await downloadRecording(live.page, folder, 'Download proof');
  page = await (await browser.newContext()).newPage();
});

afterAll(async () => {
  await browser.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the page says of a file. */
async function answer(path: string, to = link): Promise<string> {
  await page.goto(`${station.origin}/#/verify`);
  await page.locator('#video-input').setInputFiles(path);
  await page.locator('#proof-input').setInputFiles(proof);
  await page.getByRole('textbox').fill(to);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  const answer = page.getByRole('status').filter({ has: page.getByRole('heading') });
  await answer.waitFor({ timeout: 60_000 });
  const words = page.locator('lucarne-verdict').evaluate((verdict) => verdict.shadowRoot!.textContent);
  const text = (await words).replace(/\s+/g, ' ');
  // The next one begins with an empty page.
  await page.goto('about:blank');
  return text;
}

test('the proof is small, and called like its recording', async () => {
  expect(basename(proof)).toBe(basename(video).replace(/\.(mp4|webm)$/, '.proof'));
  const share = (await readFile(proof)).length / (await readFile(video)).length;
  console.log(`proof: ${(share * 100).toFixed(1)} % of the recording`);
  expect(share).toBeLessThan(0.2);
});

test('what was downloaded is genuine and whole', async () => {
  const text = await answer(video);
  expect(text).toContain('Genuine and whole');
  expect(text).toContain('A test of the main path');
  expect(text).toContain(link.split('#/')[1]);
});

test('one flipped byte in the middle is found at its time', async () => {
  const bytes = await readFile(video);
  const chunks = await chunksOf(new Blob([bytes]));
  const pictures = chunks.filter(({ track }) => track === 'video');
  const victim = pictures[Math.floor(pictures.length / 2)]!;
  const at = bytes.indexOf(victim.bytes);
  expect(at).toBeGreaterThan(0);
  bytes[at + (victim.bytes.length >> 1)]! ^= 1;
  const path = join(folder, 'flipped.mp4');
  await writeFile(path, bytes);
  expect(await answer(path)).toContain(`Altered from 0:0${Math.floor(victim.timeUs / 1e6)}`);
});

test('for another link it is of another broadcast', async () => {
  expect(await answer(video, link.replace(/#.*/, `#/${'a'.repeat(26)}`))).toContain('From another broadcast');
});
