// A viewer's copy through the real app: forbidden until the broadcaster allows it, kept while that is so, and found among the
// recordings as what it is: to play, to download, to verify and to delete, and never to go on with.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeErrors, probe } from './record-probe.ts';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
import { button, goLive, launchStudio, startStation, until, watchPictures, type Station } from './station.ts';

/** How much is kept, s. */
const KEPT_S = 6;

let station: Station;
let folder: string;
let browser: Browser;
let studio: Page;
let viewer: Page;
let link: string;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-copy-'));
  const context = await browser.newContext({ locale: 'en' });
  const live = await goLive(context, `${station.origin}/?children=1&source=testcard&quality=360p#/studio`);
  [studio, link] = [live.page, live.link];
  viewer = await watchPictures(browser, link, '?children=0&lang=en');
});

afterAll(async () => {
  await browser.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

const mayKeep = (): Locator => studio.getByRole('checkbox', { name: 'Viewers may keep a copy' });

async function keptSeconds(): Promise<number> {
  const text = await viewer.locator('lucarne-copy').getByText('Kept so far').innerText();
  const [, minutes, seconds] = /(\d+):(\d+)/.exec(text)!;
  return Number(minutes) * 60 + Number(seconds);
}

describe('a copy', () => {
  it('is offered only while the broadcaster allows it', async () => {
    // The room is there, and says nothing of copies.
    await viewer.getByRole('textbox', { name: 'Comment', exact: true }).waitFor();
    expect(await mayKeep().isChecked()).toBe(false);
    expect(await button(viewer, 'Keep a copy').count()).toBe(0);
    await mayKeep().check();
    await button(viewer, 'Keep a copy').waitFor();
    await mayKeep().uncheck();
    await button(viewer, 'Keep a copy').waitFor({ state: 'detached' });
    await mayKeep().check();
    await button(viewer, 'Keep a copy').click();
  });

  it('is kept while that is so, and ends when it is no longer', async () => {
    await viewer.locator('lucarne-copy').getByText('Kept so far').waitFor();
    await until(keptSeconds, (seconds) => seconds >= KEPT_S, 'some seconds of a copy');
    await mayKeep().uncheck();
    await viewer.getByText('The broadcaster no longer allows copies. What was kept by then').waitFor();
    expect(await button(viewer, 'Stop keeping').count()).toBe(0);
    await stopBroadcast(studio);
  });

  it('stands among the recordings as a copy, and offers nothing that only its broadcaster may do', async () => {
    await viewer.goto(`${station.origin}/?lang=en#/recordings`);
    const copy = viewer.locator('lucarne-recording');
    await copy.getByRole('heading', { name: 'A test of the main path' }).waitFor();
    expect(await copy.count()).toBe(1);
    await copy.getByText('Copy of somebody else’s broadcast').waitFor();
    for (const name of ['Play', 'Download', 'Rename', 'Delete'])
      expect(await copy.getByRole('button', { name, exact: true }).isVisible()).toBe(true);
    expect(await copy.getByRole('link', { name: 'Resume broadcast' }).count()).toBe(0);
    expect(await copy.getByRole('button', { name: 'Report', exact: true }).count()).toBe(0);
    expect(await copy.getByText('Interrupted').isVisible()).toBe(false);
  });

  it('is played, and downloaded as a file that any player decodes', async () => {
    await button(viewer, 'Play').click();
    const lengthS = await until(
      () =>
        viewer.locator('lucarne-playback video').evaluate((video) => (video as HTMLVideoElement).duration),
      (seconds) => seconds > 0,
      'a video that can be played',
    );
    expect(lengthS).toBeGreaterThan(KEPT_S - 1);
    await button(viewer, 'Close').first().click();
    const path = await downloadRecording(viewer, folder, 'Download');
    expect(decodeErrors(path)).toBe('');
    const { durationS, video, audio } = probe(path);
    console.log(`copy: ${durationS} s, ${video.length} pictures, ${audio.length} sounds`);
    expect(video[0]!.isKey).toBe(true);
    expect(durationS).toBeGreaterThan(KEPT_S - 1);
    expect(video.length).toBeGreaterThan(10 * (KEPT_S - 1));
    expect(audio.length).toBeGreaterThan(0);
    const proof = await downloadRecording(viewer, folder, 'Download proof');
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    await page.goto(`${station.origin}/?lang=en#/verify`);
    await page.locator('#video-input').setInputFiles(path);
    await page.locator('#proof-input').setInputFiles(proof);
    await page.getByRole('textbox').fill(link);
    await button(page, 'Verify').click();
    await page
      .getByRole('status')
      .filter({ has: page.getByRole('heading') })
      .waitFor({ timeout: 60_000 });
    const verdict = page.locator('lucarne-verdict');
    const words = await verdict.evaluate((element) => element.shadowRoot!.textContent.replace(/\s+/g, ' '));
    // Of a broadcast that went on before and after it.
    expect(words).toContain('Genuine');
    expect(words).not.toContain('Genuine and whole');
    expect(words).not.toContain('Altered');
  });

  it('is deleted alone: no link dies with it', async () => {
    await button(viewer, 'Delete').click();
    await viewer.getByText('“A test of the main path” is deleted.', { exact: true }).waitFor();
    // A page that is left deletes at once.
    await viewer.goto(`${station.origin}/?lang=en#/`);
    await until(
      () => viewer.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? '')),
      (names) => !names.some((name) => name.startsWith('lucarne-copy-')),
      'the end of the copy',
    );
    await viewer.goto(`${station.origin}/?lang=en#/recordings`);
    await viewer.getByText('Nothing here yet.').waitFor();
    await studio.goto(`${station.origin}/?lang=en#/recordings`);
    await studio.locator('lucarne-recording').getByRole('heading').waitFor();
  });
});
