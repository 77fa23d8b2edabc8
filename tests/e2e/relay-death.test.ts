// A relay's renderer is killed while others are fed through it: they lose nothing, because somebody stands by.
// Stalls are printed: everything here shares one machine.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

let station: Station;
let browser: Browser;
let link: string;
const viewers: Page[] = [];

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const context = await browser.newContext();
  ({ link } = await goLive(context, `${station.origin}/?children=1&source=testcard&quality=360p#/studio`));
  for (let depth = 1; depth <= 3; depth++) {
    const page = await watch(browser, link, '?children=1');
    await until(
      () => watchStats(page),
      ({ videoFrames }) => videoFrames > 0,
      'a picture',
    );
    viewers.push(page);
  }
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

it('a killed relay costs those below it no packet', async () => {
  const [killed, ...below] = viewers;
  for (const page of below) {
    await until(
      () => watchStats(page),
      ({ standbyIds }) => standbyIds.length > 0,
      'a standby',
    );
  }
  const before = await Promise.all(below.map(watchStats));
  const crashed = killed!.waitForEvent('crash');
  void killed!.goto('chrome://crash').catch(() => undefined);
  await crashed;
  for (const [i, page] of below.entries()) {
    const after = await until(
      () => watchStats(page),
      ({ state, videoFrames }) => state === 'live' && videoFrames > before[i]!.videoFrames + 90,
      'pictures again',
    );
    const stallMs = after.stallMs - before[i]!.stallMs;
    const reparents = after.reparents - before[i]!.reparents;
    console.log(`depth ${before[i]!.depth}: stalled ${stallMs.toFixed(0)} ms, ${reparents} new parents`);
    // What a busy machine cost before is another matter.
    const { packetsMissing } = before[i]!;
    expect(after).toMatchObject({ packetsMissing, rejected: 0 });
  }
  expect((await watchStats(below[0]!)).reparents).toBeGreaterThan(before[0]!.reparents);
});
