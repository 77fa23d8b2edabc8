// The player in real browsers, from a real build (workers and worklet as they are shipped): a page encodes its own
// stream and delivers it with faults.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, preview } from 'vite';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, launchFirefox } from '../browsers.ts';
import type { Report, Scenario } from './pages/player-page.ts';

const SCENARIO: Scenario = {
  codec: 'avc1.42E01F',
  layers: 1,
  seconds: 7,
  groupS: 2,
  hasAudio: true,
  burstS: 1.5,
  jitterMs: 60,
};

let folder: string;
let server: PreviewServer;
let url: string;
let audible: Browser;
let silent: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucarne-player-'));
  const root = join(import.meta.dirname, 'pages');
  const input = join(root, 'player.html');
  const configFile = join(import.meta.dirname, '../../vite.config.ts');
  await build({
    root,
    configFile,
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input } },
  });
  server = await preview({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  url = `${server.resolvedUrls!.local[0]!}player.html`;
  audible = await launchChromium('--autoplay-policy=no-user-gesture-required');
  silent = await launchChromium('--autoplay-policy=document-user-activation-required');
});

afterAll(async () => {
  await audible.close();
  await silent.close();
  await server.close();
  await rm(folder, { recursive: true });
});

async function openPage(browser: Browser, scenario: Scenario): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.evaluate((wanted) => window.page.prepare(wanted), scenario);
  await page.evaluate(() => window.page.open());
  return page;
}

async function play(browser: Browser, scenario: Scenario): Promise<{ page: Page; report: Report }> {
  const page = await openPage(browser, scenario);
  return { page, report: await page.evaluate(() => window.page.run()) };
}

test('a newcomer sees the burst at once and then everything, in step with the sound', async () => {
  const { page, report } = await play(audible, SCENARIO);
  const { firstMs, stats, samples, events } = report;
  expect(firstMs).toBeLessThan(1000);
  expect(stats).toMatchObject({ packetsLate: 0, clock: 'sound' });
  expect(stats.buckets).toMatchObject({ lost: 0, undecodable: 0 });
  expect(stats.videoFrames).toBeGreaterThan(100);
  expect(stats.audioChunks).toBeGreaterThan(100);
  expect(events).toContain('firstFrame');
  expect(events).toContain('audible');
  const offsets = samples.flatMap(({ soundAheadMs }) => soundAheadMs ?? []).map(Math.abs);
  console.log(
    `first picture after ${firstMs.toFixed(0)} ms; sound off by at most ${Math.max(...offsets).toFixed(2)} ms`,
  );
  expect(offsets.length).toBeGreaterThan(20);
  expect(offsets.sort((a, b) => a - b).at(Math.floor(offsets.length * 0.95))).toBeLessThan(20);
  await page.close();
});

test('the canvas shows the very frame that the figures name, also with two temporal layers', async () => {
  const { page, report } = await play(audible, { ...SCENARIO, codec: 'vp8', layers: 2, seconds: 4 });
  expect(report.stats.buckets).toMatchObject({ lost: 0, undecodable: 0 });
  // The stream has ended: once the buffer has run dry, the last picture stays.
  await page.waitForFunction(() => window.page.events.includes('stalled'));
  const { painted, claimed } = await page.evaluate(() => window.page.numbers());
  expect(painted).toBe(claimed);
  expect(painted).toBe(119);
  await page.screenshot({ path: join(folder, 'player.png') });
  await page.close();
});

test('a lost picture freezes until the next key chunk while the sound goes on', async () => {
  // Packet 131 of 55 a second is a picture of the second group, well before its end.
  const lost = [131, 132, 133];
  const { page, report } = await play(audible, { ...SCENARIO, lost });
  const { undecodable = 0, soundsDropped = 0 } = report.stats.buckets;
  expect(undecodable).toBeGreaterThan(5);
  expect(soundsDropped).toBeLessThan(50);
  expect(report.stats.stalls).toBe(0);
  expect(report.stats.videoFrames).toBeGreaterThan(60);
  expect(report.events).not.toContain('keyNeeded');
  await page.close();
});

test('two seconds after a break of ten seconds everything is live again', async () => {
  const gap = { atS: 4, forS: 10 };
  const { page, report } = await play(audible, { ...SCENARIO, seconds: 22, burstS: 1, jitterMs: 10, gap });
  const { stats, latencies } = report;
  const after = latencies.filter(({ atMs }) => atMs > (gap.atS + gap.forS + 2) * 1000);
  const sorted = after.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const before = latencies.filter(({ atMs }) => atMs < gap.atS * 1000).at(-1)!;
  console.log(
    `latency before the break ${before.latencyMs.toFixed(0)} ms, after it at most ${sorted.at(-1)!.toFixed(0)} ms, p50 ${sorted[sorted.length >> 1]!.toFixed(0)} ms; target ${stats.targetMs.toFixed(0)} ms`,
  );
  expect(after.length).toBeGreaterThan(20);
  expect(sorted.at(-1)).toBeLessThan(stats.targetMs + 300);
  expect(stats.stalls).toBeGreaterThan(0);
  expect(stats.buckets).toMatchObject({ undecodable: 0 });
  await page.close();
});

test('where sound is forbidden the picture runs by the wall clock, and a click starts the sound', async () => {
  const page = await silent.newPage();
  const said = (text: string): Promise<unknown> =>
    page.waitForEvent('console', { predicate: (message) => message.text() === text });
  const blocked = said('blocked');
  const playing = said('playing wall muted');
  const wanted = JSON.stringify({ ...SCENARIO, seconds: 9, burstS: 0 });
  await page.goto(`${url}#${encodeURIComponent(wanted)}`);
  await blocked;
  await playing;
  const audibleNow = said('audible');
  await page.mouse.click(300, 200);
  await audibleNow;
  const { samples, stats, events } = await page.evaluate(() => window.page.byItself!);
  expect(samples.some(({ clock, videoFrames }) => clock === 'wall' && videoFrames > 20)).toBe(true);
  expect(stats.clock).toBe('sound');
  expect(Math.abs(stats.soundAheadMs ?? 1000)).toBeLessThan(20);
  expect(events.indexOf('blocked')).toBeLessThan(events.indexOf('audible'));
  expect(await page.evaluate(() => window.page.player!.muted)).toBe(false);
  await page.close();
});

test('pausing keeps the picture, and playing goes on at the live edge', async () => {
  const page = await openPage(audible, { ...SCENARIO, seconds: 8, burstS: 0 });
  const run = page.evaluate(() => window.page.run());
  await page.waitForFunction(async () => (await window.page.player!.stats()).videoFrames > 20);
  await page.evaluate(() => window.page.player!.pause());
  const atPause = await page.evaluate(() => window.page.player!.stats());
  await page.waitForFunction(
    (seq) => window.page.player!.stats().then((stats) => stats.nextSeq > seq + 100),
    atPause.nextSeq,
  );
  const still = await page.evaluate(() => window.page.player!.stats());
  expect(still.videoFrames).toBe(atPause.videoFrames);
  await page.evaluate(() => window.page.player!.play());
  const { stats } = await run;
  expect(stats.videoFrames).toBeGreaterThan(still.videoFrames + 30);
  expect(stats.stalls).toBe(0);
  await page.close();
});

test('a codec that nobody has fails as an event, and so do bytes that are no picture', async () => {
  const page = await audible.newPage();
  await page.goto(url);
  const video = { codedWidth: 640, codedHeight: 360, frameRate: 30, bitrate: 1e6, layers: 1 } as const;
  const unknown = await page.evaluate((format) => window.page.failing(format), {
    video: { ...video, codec: 'nope.1' },
  });
  expect(unknown.at(-1)).toBe('decoder-failed');
  const broken = await page.evaluate((format) => window.page.failing(format), {
    video: { ...video, codec: 'vp8' },
  });
  expect(broken.at(-1)).toBe('decoder-failed');
  await page.close();
});

test('Firefox without a sound device plays by the wall clock', async () => {
  const firefox = await launchFirefox();
  try {
    const page = await firefox.newPage();
    await page.goto(url);
    await page.evaluate((wanted) => window.page.prepare(wanted), { ...SCENARIO, codec: 'vp8' });
    await page.evaluate(() => window.page.open());
    const { stats, firstMs } = await page.evaluate(() => window.page.run());
    expect(firstMs).toBeLessThan(1500);
    expect(stats).toMatchObject({ packetsLate: 0, clock: 'wall' });
    expect(stats.buckets).toMatchObject({ lost: 0, undecodable: 0 });
    expect(stats.videoFrames).toBeGreaterThan(60);
  } finally {
    await firefox.close();
  }
});
