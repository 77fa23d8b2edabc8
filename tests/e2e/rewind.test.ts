// Going back while a broadcast is on, in a real browser: what is shown is what was on then. That nobody below notices is told by
// tests/unit/session/rewind.test.ts.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  goLive,
  launchStudio,
  startStation,
  until,
  watchPictures,
  watchStats,
  type Station,
} from './station.ts';

/** What has to have come before one can go so far back, ms of capture time. */
const WATCHED_MS = 16_000;
/** "10 seconds back", less what a cache is about to drop. */
const THEN_MS = 6000;
const NOW_MS = 3000;

let station: Station;
let browser: Browser;
let viewer: Page;

const button = (name: string) => viewer.getByRole('button', { name, exact: true });

function untilLatency(isDone: (latencyMs: number) => boolean, what: string): Promise<unknown> {
  return until(
    () => watchStats(viewer),
    ({ latencyMs }) => latencyMs !== null && isDone(latencyMs),
    what,
  );
}

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?source=testcard&quality=360p#/studio`;
  const { link } = await goLive(await browser.newContext(), address);
  viewer = await watchPictures(browser, link, '', 1);
  const begun = performance.now();
  await until(
    () => watchStats(viewer),
    () => performance.now() - begun > WATCHED_MS,
    'something to go back in',
  );
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

describe('a viewer who goes back', () => {
  it('sees pictures of then, that move, and no badge that says live', async () => {
    await viewer.locator('lucarne-live-badge').waitFor();
    await button('10 seconds back').click();
    await untilLatency((latencyMs) => latencyMs > THEN_MS, 'a picture of then');
    await viewer.locator('lucarne-live-badge').waitFor({ state: 'hidden' });
    const { videoFrames, freshness, state, packetsReceived } = await watchStats(viewer);
    expect([freshness, state]).toEqual(['behind', 'live']);
    const later = await until(
      () => watchStats(viewer),
      (stats) => stats.videoFrames > videoFrames + 40,
      'more of them',
    );
    expect(later.latencyMs).toBeGreaterThan(THEN_MS);
    expect(later.packetsReceived).toBeGreaterThan(packetsReceived + 40);
    expect(later.packetsMissing).toBe(0);
  });

  it('is live again when asked, by button and by key', async () => {
    await button('Back to live').click();
    await button('Back to live').waitFor({ state: 'detached' });
    await untilLatency((latencyMs) => latencyMs < NOW_MS, 'a picture of now');
    await viewer.locator('lucarne-live-badge').waitFor();
    await viewer.locator('main').focus();
    await viewer.keyboard.press('ArrowLeft');
    await untilLatency((latencyMs) => latencyMs > THEN_MS, 'a picture of then');
    await viewer.keyboard.press('End');
    await untilLatency((latencyMs) => latencyMs < NOW_MS, 'a picture of now');
    expect((await watchStats(viewer)).packetsMissing).toBe(0);
  });
});
