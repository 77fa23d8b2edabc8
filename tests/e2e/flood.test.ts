// A small sample of the flood (M1): hostile peers shout at a real broadcaster and at a real relay. What a fast or slow machine can't change is
// asserted here; `npm run bench -- flood` and `npm run proof -- flood` print rates and times.

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHostile, type HostileAttack } from '../hostile/hostile.ts';
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

/** Comments a second: three times what makes a room approve first. */
const FLOOD_PER_SECOND = 300;
const SEATS = 4;
/** What the hostile peers say, whatever number follows. */
const ABUSE = 'Nobody wants to see this';
/** Rows that the desk and a viewer's list hold at most, each (SHOWN_MAX, HELD_MAX). */
const ROWS_MAX = 300;

let station: Station;
let browser: Browser;
let studio: Page;
let viewer: Page;
const hostile = startHostile();
let flooding: HostileAttack;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?children=2&source=testcard&quality=360p#/studio`;
  const live = await goLive(await browser.newContext({ locale: 'en' }), address);
  studio = live.page;
  viewer = await watch(browser, live.link, '?children=4&lang=en');
  await until(
    () => watchStats(viewer),
    ({ videoFrames }) => videoFrames > 5,
    'a picture',
  );
  flooding = await hostile.attack('flood', live.link, { seats: SEATS });
});

afterAll(async () => {
  await hostile.close();
  await browser.close();
  await station.close();
});

const log = (page: Page): Locator => page.getByRole('log', { name: 'Comments' });

async function say(text: string): Promise<void> {
  await viewer.getByRole('textbox', { name: 'Comment', exact: true }).fill(text);
  await viewer.getByRole('button', { name: 'Send', exact: true }).click();
}

describe('a flood of comments', () => {
  it('makes the room approve first, by itself', async () => {
    await flooding.set(FLOOD_PER_SECOND);
    await studio.getByText('A flood of comments is coming in').waitFor({ timeout: 60_000 });
    const { offered } = await flooding.figures();
    expect(offered).toBeGreaterThan(0);
  });

  it('under the shield shows nothing that was not approved, whoever says it', async () => {
    await studio.locator('body').press('s');
    await say('May I still speak?');
    await studio.locator('lucarne-desk .held').getByText('May I still speak?').waitFor({ timeout: 30_000 });
    for (const page of [studio, viewer]) {
      expect(await log(page).getByText('May I still speak?').count()).toBe(0);
      expect(await log(page).getByText(ABUSE).count()).toBe(0);
    }
  });

  it('costs nobody the picture, and no page more than it can show', async () => {
    const before = await watchStats(viewer);
    await until(
      () => watchStats(viewer),
      ({ videoFrames }) => videoFrames > before.videoFrames + 30,
      'the picture to go on',
    );
    expect((await watchStats(viewer)).state).toBe('live');
    expect((await studioStats(studio)).state).toBe('live');
    for (const [page, rows] of [
      [studio, 'lucarne-desk .row'],
      [viewer, 'lucarne-room .comment'],
    ] as const)
      expect(await page.locator(rows).count()).toBeLessThanOrEqual(ROWS_MAX);
    const { cut } = await flooding.figures();
    expect(cut).toBeGreaterThan(0);
  });
});
