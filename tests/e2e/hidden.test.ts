// Tabs that nobody looks at, in a browser that slows them as a person's does: a broadcaster goes on, a relay lets go.

import type { Browser } from 'playwright-core';
import type { Browser as Tabs, Page as Tab } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchTabs } from '../browsers.ts';
import type { BroadcastStats, WatchStats } from '../../src/session/session-api.ts';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

/** Long enough for timers of once a second to show: of 30 pictures a second they would leave 10. */
const HIDDEN_MS = 10_000;
const THROTTLED_PICTURES_MAX = HIDDEN_MS / 1000 + 2;

let station: Station;
let browser: Browser;
let tabs: Tabs;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  tabs = await launchTabs();
});

afterAll(async () => {
  await tabs.close();
  await browser.close();
  await station.close();
});

async function tabStats(tab: Tab): Promise<BroadcastStats> {
  const studio = await tab.waitForSelector('>>> lucarne-studio');
  return studio!.evaluate((element) => element.getStats() as Promise<BroadcastStats>);
}

async function tabWatchStats(tab: Tab): Promise<WatchStats> {
  const player = await tab.waitForSelector('>>> lucarne-player');
  return player!.evaluate((element) => element.getStats());
}

async function goLiveInTab(source: string): Promise<{ tab: Tab; link: string }> {
  const tab = await tabs.newPage();
  await tab.goto(`${station.origin}/?source=${source}&quality=360p#/studio`);
  await tab.locator('>>> ::-p-aria([name="Start broadcast"][role="button"])').setTimeout(30_000).click();
  const box = await tab.waitForSelector('>>> ::-p-aria([name="Link"][role="textbox"])', { timeout: 30_000 });
  return { tab, link: await box!.evaluate((element) => (element as HTMLInputElement).value) };
}

/** Puts another tab in front, and proves that the browser slows the hidden one. */
async function hide(tab: Tab): Promise<void> {
  const front = await tabs.newPage();
  await front.bringToFront();
  await tab.waitForFunction(() => document.visibilityState === 'hidden');
}

describe('a broadcaster’s hidden tab', () => {
  it.each(['testcard', 'camera'])('stays on air with picture and sound from the %s', async (source) => {
    const { tab, link } = await goLiveInTab(source);
    const viewer = await watch(browser, link);
    await until(
      () => watchStats(viewer),
      ({ videoFrames }) => videoFrames > 0,
      'a picture',
    );
    await hide(tab);
    const [before, recorded] = [await watchStats(viewer), await tabStats(tab)];
    const hiddenAtMs = performance.now();
    await until(
      () => Promise.resolve(performance.now() - hiddenAtMs),
      (passedMs) => passedMs > HIDDEN_MS,
      'time to pass',
    );
    const after = await watchStats(viewer);
    console.log(
      `hidden for 10 s: ${after.videoFrames - before.videoFrames} pictures, ${after.audioChunks - before.audioChunks} chunks of sound`,
    );
    expect(after.videoFrames - before.videoFrames).toBeGreaterThan(THROTTLED_PICTURES_MAX);
    expect(after.audioChunks - before.audioChunks).toBeGreaterThan(THROTTLED_PICTURES_MAX);
    expect(after).toMatchObject({ state: 'live', packetsMissing: 0, rejected: 0 });
    expect((await tabStats(tab)).recordedSeq).toBeGreaterThan(recorded.recordedSeq);
    await viewer.context().close();
    await tab.close();
  });
});

describe('a viewer’s hidden tab', () => {
  it('passes nothing on: its child moves to the broadcaster and misses nothing', async () => {
    const context = await browser.newContext();
    const { link } = await goLive(
      context,
      `${station.origin}/?children=2&source=testcard&quality=360p#/studio`,
    );
    const relay = await tabs.newPage();
    await relay.goto(link);
    await until(
      () => tabWatchStats(relay),
      ({ depth }) => depth === 1,
      'the relay below the broadcaster',
    );
    const filler = await watch(browser, link, '?children=0');
    await until(
      () => watchStats(filler),
      ({ depth }) => depth === 1,
      'the other slot taken',
    );
    const child = await watch(browser, link, '?children=0');
    await until(
      () => watchStats(child),
      ({ depth, videoFrames }) => depth === 2 && videoFrames > 0,
      'a child of the relay',
    );
    await filler.context().close();
    await hide(relay);
    const moved = await until(
      () => watchStats(child),
      ({ depth }) => depth === 1,
      'the child below the broadcaster',
    );
    expect(moved).toMatchObject({ packetsMissing: 0, rejected: 0, state: 'live' });
    await until(
      () => tabWatchStats(relay),
      ({ childIds }) => childIds.length === 0,
      'a relay without children',
    );
    await child.context().close();
    await relay.close();
    await context.close();
  });
});
