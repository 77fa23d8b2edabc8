// A headless relay between real browsers: broadcaster (Chromium) -> relay (Node) -> viewer (Chromium), all of one feed.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHeadlessRelay, type HeadlessRelay } from './headless-relay.ts';
import {
  goLive,
  launchStudio,
  startStation,
  studioStats,
  until,
  watch,
  watchStats,
  type Station,
} from './station.ts';

const PICTURES = 60;

let station: Station;
let browser: Browser;
let studio: Page;
let viewer: Page;
let relay: HeadlessRelay;
let link: string;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?children=1&source=testcard&quality=360p#/studio`;
  ({ page: studio, link } = await goLive(await browser.newContext(), address));
});

afterAll(async () => {
  await relay.end('SIGKILL');
  await browser.close();
  await station.close();
});

/** Waits until all name the same newest group, and gives its digests. */
async function commonGroup(): Promise<string[]> {
  const all = async () => [
    (await studioStats(studio)).group,
    (await relay.stats()).group,
    (await watchStats(viewer)).group,
  ];
  const groups = await until(
    all,
    ([first, ...others]) => first != null && others.every((group) => group?.seq === first.seq),
    'the same group everywhere',
  );
  return groups.map((group) => group!.sha256);
}

describe('a headless relay', () => {
  it('is fed by the broadcaster', async () => {
    relay = await startHeadlessRelay(link, { args: ['--children', '1'] });
    const stats = await until(
      () => relay.stats(),
      ({ state, videoFrames }) => state === 'live' && videoFrames > PICTURES,
      'the feed at the relay',
    );
    expect(stats).toMatchObject({ depth: 1, packetsMissing: 0, rejected: 0 });
    expect((await studioStats(studio)).childIds).toHaveLength(1);
  });

  it('feeds a browser with the same bytes', async () => {
    viewer = await watch(browser, link);
    const stats = await until(
      () => watchStats(viewer),
      ({ videoFrames }) => videoFrames > PICTURES,
      'pictures behind the relay',
    );
    expect(stats).toMatchObject({ depth: 2, packetsMissing: 0, rejected: 0 });
    const { childIds, bytesRelayed } = await relay.stats();
    expect(childIds).toHaveLength(1);
    expect(bytesRelayed).toBeGreaterThan(0);
    expect(new Set(await commonGroup()).size).toBe(1);
    expect((await relay.stats()).packetsMissing).toBe(0);
  });

  it('passes on the proof that the picture is of now', async () => {
    await until(
      () => watchStats(viewer),
      ({ freshness }) => freshness === 'live',
      'a proof behind the relay',
    );
    await viewer.locator('lucarne-live-badge').waitFor();
    expect((await relay.stats()).freshness).toBe('live');
  });

  it('prints its figures when asked by a signal', async () => {
    const before = relay.lines.length;
    process.kill(relay.pid, 'SIGUSR2');
    const lines = await until(
      () => Promise.resolve(relay.lines.slice(before)),
      (lines) => lines.some(({ event }) => event === 'figures'),
      'a line of figures',
    );
    expect(lines.find(({ event }) => event === 'figures')).toMatchObject({ state: 'live', depth: 1 });
  });

  it('leaves in good order, and the viewer goes on without it, with nothing missing', async () => {
    expect(await relay.end('SIGTERM')).toBe(0);
    expect(relay.lines.at(-1)).toMatchObject({ event: 'stopped', why: 'SIGTERM' });
    const before = await watchStats(viewer);
    const after = await until(
      () => watchStats(viewer),
      ({ depth, videoFrames }) => depth === 1 && videoFrames > before.videoFrames + PICTURES,
      'pictures without the relay',
    );
    console.log(`the viewer stalled for ${after.stallMs.toFixed(0)} ms when the relay left`);
    expect(after).toMatchObject({ packetsMissing: 0, rejected: 0 });
  });

  it('says what is wrong with a link, and ends', async () => {
    const command = spawn('npm', ['run', '--silent', 'relay', '--', `${station.origin}/#/tooshort`]);
    const said = createInterface(command.stderr)[Symbol.asyncIterator]().next();
    const code = await new Promise((resolve) => command.once('exit', resolve));
    expect(code).toBe(1);
    expect((await said).value).toContain('is no link to a broadcast');
  });
});
