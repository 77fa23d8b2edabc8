// Firefox beside Chromium: at the end of a chain, and as the broadcaster (no MediaStreamTrackProcessor there).

import type { Browser as Firefox, Page as FirefoxPage } from 'puppeteer-core';
import type { Browser } from 'playwright-core';
import { launchFirefox } from '../browsers.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BroadcastStats, WatchStats } from '../../src/session/session-api.ts';
import { inviteGuest, moving } from './guest-steps.ts';
import {
  button,
  goLive,
  launchStudio,
  startStation,
  studioStats,
  until,
  watch,
  watchStats,
  type Station,
} from './station.ts';

let station: Station;
let browser: Browser;
let firefox: Firefox;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  firefox = await launchFirefox();
});

afterAll(async () => {
  await firefox.close();
  await browser.close();
  await station.close();
});

async function foxStats(page: FirefoxPage): Promise<WatchStats> {
  const player = await page.waitForSelector('>>> lucarne-player');
  return player!.evaluate((element) => element.getStats());
}

async function foxStudioStats(page: FirefoxPage): Promise<BroadcastStats> {
  const studio = await page.waitForSelector('>>> lucarne-studio');
  return studio!.evaluate((element) => element.getStats() as Promise<BroadcastStats>);
}

/**
 * Waits for an element in any shadow root and uses it. Firefox's accessibility tree is out of the protocol's reach, and the
 * protocol's own wait sees no change inside shadow roots.
 */
async function whenThere(
  page: FirefoxPage,
  selector: string,
  text: string,
  use: 'click' | 'value',
): Promise<string> {
  const found = await page.waitForFunction(
    (wantedSelector, wantedText, wantedUse) => {
      const roots: ParentNode[] = [document];
      for (const root of roots) {
        for (const element of root.querySelectorAll('*'))
          if (element.shadowRoot) roots.push(element.shadowRoot);
        for (const element of root.querySelectorAll<HTMLInputElement>(wantedSelector)) {
          if (element.textContent.trim() !== wantedText) continue;
          if (wantedUse === 'click') element.click();
          return element.value || wantedText;
        }
      }
      return undefined;
    },
    { timeout: 60_000 },
    selector,
    text,
    use,
  );
  return (await found.jsonValue()) ?? '';
}

/** Waits until this video in any shadow root has moved on. */
function foxMoving(page: FirefoxPage, selector: string): Promise<unknown> {
  let firstS = 0;
  return until(
    async () => {
      const video = await page.$(`>>> ${selector}`);
      return video?.evaluate((element) => (element as HTMLVideoElement).currentTime);
    },
    (timeS) => timeS !== undefined && timeS > 0 && timeS > (firstS ||= timeS) + 0.5,
    `a moving picture in Firefox's ${selector}`,
  );
}

describe('Firefox', () => {
  it('watches at the end of a chain, with the same bytes as the broadcaster sent', async () => {
    const context = await browser.newContext();
    const { page: studio, link } = await goLive(
      context,
      `${station.origin}/?children=1&source=testcard&quality=360p#/studio`,
    );
    const relay = await watch(browser, link, '?children=1');
    await until(
      () => watchStats(relay),
      ({ videoFrames }) => videoFrames > 0,
      'a picture in Chromium',
    );
    const fox = await firefox.newPage();
    await fox.goto(link);
    const stats = await until(
      () => foxStats(fox),
      ({ videoFrames, group }) => videoFrames > 60 && group !== null,
      'pictures in Firefox',
    );
    console.log(
      `Firefox at depth ${stats.depth}: join ${stats.joinMs?.toFixed(0)} ms, latency ${stats.latencyMs?.toFixed(0)} ms`,
    );
    expect(stats).toMatchObject({ depth: 2, packetsMissing: 0, rejected: 0 });
    const pair = async () => [(await studioStats(studio)).group, (await foxStats(fox)).group];
    const [sent, shown] = await until(pair, ([a, b]) => a !== null && a?.seq === b?.seq, 'the same group');
    expect(shown).toEqual(sent);
    await fox.close();
    await context.close();
  });

  it.each(['testcard', 'camera'])('broadcasts the %s, and Chromium shows it', async (source) => {
    const fox = await firefox.newPage();
    await fox.goto(`${station.origin}/?source=${source}&quality=360p#/studio`);
    await whenThere(fox, 'button:enabled', 'Start broadcast', 'click');
    const link = await whenThere(fox, 'input[readonly]', '', 'value');
    const page = await watch(browser, link);
    const stats = await until(
      () => watchStats(page),
      ({ videoFrames, group }) => videoFrames > 60 && group !== null,
      'pictures from Firefox',
    );
    expect(stats).toMatchObject({ depth: 1, packetsMissing: 0, rejected: 0 });
    const pair = async () => [(await foxStudioStats(fox)).group, (await watchStats(page)).group];
    const [sent, shown] = await until(pair, ([a, b]) => a !== null && a?.seq === b?.seq, 'the same group');
    expect(shown).toEqual(sent);
    await page.context().close();
    await fox.close();
  });

  it('comes on air as a guest, both see each other, and it leaves', async () => {
    const { studio, asked } = await inviteGuest(
      browser,
      `${station.origin}/?source=camera&quality=360p#/studio`,
    );
    const fox = await firefox.newPage();
    await fox.goto(asked.replace('#', '?lang=en#'));
    await whenThere(fox, 'button:enabled', 'Join with camera', 'click');
    await button(studio, 'Put on air').click();
    await whenThere(fox, 'button:enabled', 'Leave the stage', 'value');
    await Promise.all([moving(studio, 'lucarne-guests video'), foxMoving(fox, '.host')]);
    await whenThere(fox, 'button:enabled', 'Leave the stage', 'click');
    await studio.getByText('is on air.').waitFor({ state: 'detached' });
    await fox.close();
    await studio.context().close();
  });
});
