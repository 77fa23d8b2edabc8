// A private broadcast through the real app: seen with the whole link, below a page that has only half of it; back under the same link
// after a reload; proven and downloaded like any other.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchFirefox } from '../browsers.ts';
import { decodeErrors } from './record-probe.ts';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
import { launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

const TITLE = 'Among ourselves';
const COMMENT = 'Under the rose';

let station: Station;
let folder: string;
let browser: Browser;
let context: BrowserContext;
let studio: Page;
let half: Page;
let viewer: Page;
let link: string;
/** What went through the signaling server, or was asked of any server. */
const said: string[] = [];

function listen(page: Page): void {
  page.on('request', (request) => said.push(request.url(), JSON.stringify(request.headers())));
  page.on('websocket', (socket) => {
    said.push(socket.url());
    socket.on('framesent', ({ payload }) => said.push(payload.toString()));
    socket.on('framereceived', ({ payload }) => said.push(payload.toString()));
  });
}

/** Opens a link in a context of its own, whose talk with servers is heard. */
async function open(address: string, query: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  listen(page);
  await page.goto(address.replace('#', `${query}#`));
  return page;
}

const lockText = (page: Page): Promise<string> =>
  page.locator('lucarne-locked').evaluate((element) => element.shadowRoot!.textContent.replace(/\s+/g, ' '));

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-private-'));
  context = await browser.newContext({ locale: 'en' });
  studio = await context.newPage();
  listen(studio);
  await studio.goto(`${station.origin}/?children=1&source=testcard&quality=360p#/studio`);
  await studio.getByRole('textbox', { name: 'Title' }).fill(TITLE);
  await studio.getByRole('checkbox', { name: 'Private: only who has the link' }).check();
  await studio.getByRole('button', { name: 'Start broadcast' }).click();
  const box = studio.getByRole('textbox', { name: 'Link' });
  await box.waitFor({ timeout: 60_000 });
  link = await box.inputValue();
});

afterAll(async () => {
  await browser.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a private broadcast', () => {
  it('is passed on by a page that has half the link, which says what it lacks', async () => {
    expect(link).toMatch(/#\/[a-z2-7]{26}\/[a-z2-7]{26}$/);
    half = await open(link.replace(/\/[a-z2-7]{26}$/, ''), '?children=1');
    await half.locator('lucarne-locked').waitFor({ timeout: 60_000 });
    const text = await lockText(half);
    expect(text).toContain('This broadcast is private: ask for the whole link.');
    expect(text).toContain('The link that you opened lacks its last part, the key.');
    viewer = await open(link, '?children=1');
    const stats = await until(
      () => watchStats(viewer),
      ({ videoFrames, latencyMs }) => videoFrames > 20 && latencyMs !== null,
      'a picture with the whole link',
    );
    console.log(`private: joined in ${stats.joinMs} ms, ${stats.latencyMs} ms behind, depth ${stats.depth}`);
    expect(stats.depth).toBe(2);
    await viewer.getByRole('heading', { name: TITLE }).waitFor();
    const relayed = await watchStats(half);
    expect(relayed).toMatchObject({ state: 'failed', videoFrames: 0, rejected: 0 });
    expect(relayed.bytesRelayed).toBeGreaterThan(10_000);
    expect(await half.getByRole('heading', { name: TITLE }).count()).toBe(0);
  });

  it('says so when the key is another one, and when it isn’t whole', async () => {
    const wrong = await watch(browser, `${link.slice(0, -26)}${'b'.repeat(25)}a`, '?children=0&lang=en');
    await wrong.locator('lucarne-locked').waitFor({ timeout: 60_000 });
    expect(await lockText(wrong)).toContain('The key in this link doesn’t open it.');
    expect((await watchStats(wrong)).videoFrames).toBe(0);
    await wrong.goto(link.replace('#', '?lang=en#').slice(0, -1));
    await wrong.getByText('The key at the end of this private link isn’t whole.').waitFor();
    await wrong.context().close();
  });

  it('is seen in Firefox', async () => {
    const firefox = await launchFirefox();
    try {
      const page = await firefox.newPage();
      await page.goto(link.replace('#', '?children=0#'));
      const player = await page.waitForSelector('>>> lucarne-player');
      await until(
        () => player!.evaluate((element) => element.getStats()),
        ({ videoFrames }) => videoFrames > 10,
        'a picture in Firefox',
      );
    } finally {
      await firefox.close();
    }
  });

  it('carries comments, and no server hears of key, title or comment (A15)', async () => {
    await viewer.getByRole('textbox', { name: 'Comment', exact: true }).fill(COMMENT);
    await viewer.getByRole('button', { name: 'Send', exact: true }).click();
    await studio.getByRole('log', { name: 'Comments' }).getByText(COMMENT).waitFor({ timeout: 30_000 });
    const key = link.slice(-26);
    expect(said.length).toBeGreaterThan(20);
    expect(said.some((text) => text.includes(link.slice(-53, -27)))).toBe(true);
    for (const secret of [key, TITLE, COMMENT])
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
  });

  it('comes back after a reload under the same link, with its key', async () => {
    studio.on('dialog', (dialog) => void dialog.accept());
    const before = await watchStats(viewer);
    await studio.reload();
    const box = studio.getByRole('textbox', { name: 'Link' });
    await box.waitFor({ timeout: 60_000 });
    expect(await box.inputValue()).toBe(link);
    await until(
      () => watchStats(viewer),
      ({ epoch, state }) => state === 'live' && epoch !== null && epoch > before.epoch!,
      'the next epoch',
    );
  });

  it('is downloaded as a file that any player decodes, and proven with the whole link alone', async () => {
    await stopBroadcast(studio);
    const path = await downloadRecording(studio, folder, 'Download recording');
    expect(decodeErrors(path)).toBe('');
    const proof = await downloadRecording(studio, folder, 'Download proof');
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    await page.goto(`${station.origin}/?lang=en#/verify`);
    await page.locator('#video-input').setInputFiles(path);
    await page.locator('#proof-input').setInputFiles(proof);
    for (const [address, heading] of [
      [link.slice(0, -27), 'This recording is of a private broadcast'],
      [link, 'Genuine'],
    ] as const) {
      await page.getByRole('textbox').fill(address);
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByRole('heading', { name: heading }).waitFor({ timeout: 60_000 });
    }
    await page.getByText(TITLE).waitFor();
  });
});
