// The public list in real browsers: a broadcaster opts in, others find and zap, and what is over goes from the list.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { LISTING_MS } from '../../src/guide/guide-limits.ts';
import { goLive, launchStudio, startStation, until, type Station } from './station.ts';

interface Shown {
  id: string;
  title: string;
  still?: string;
  place?: { latitude: number; longitude: number };
}

let station: Station;
let browser: Browser;
/** Goes on air first, and its page is torn away. */
let torn: string;
let tornAtMs: number;
let page: Page;
let id: string;

async function listed(): Promise<Shown[]> {
  return ((await (await fetch(`${station.origin}/api/live`)).json()) as { entries: Shown[] }).entries;
}

function idOf(link: string): string {
  return link.slice(link.indexOf('#/') + 2);
}

async function goLiveListed(latitude?: number): Promise<{ page: Page; id: string }> {
  const position = latitude === undefined ? undefined : { latitude, longitude: 2.3522 };
  const context = await browser.newContext({
    ...(position && { geolocation: position, permissions: ['geolocation'] }),
  });
  const live = await goLive(context, `${station.origin}/?source=testcard&quality=360p#/studio`);
  const box = live.page.getByRole('checkbox', { name: 'Show on the public list' });
  // Nobody is in it who hasn't asked.
  expect(await box.isChecked()).toBe(false);
  expect((await listed()).map((entry) => entry.id)).not.toContain(idOf(live.link));
  await box.check();
  return { page: live.page, id: idOf(live.link) };
}

function untilListed(wanted: string, isThere: boolean): Promise<Shown[]> {
  return until(
    listed,
    (entries) => entries.some((entry) => entry.id === wanted) === isThere,
    `${wanted} to ${isThere ? 'be' : 'be no more'} in the list`,
    LISTING_MS + 30_000,
  );
}

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

describe('the public list', () => {
  it('has a broadcast with its still as soon as it is asked, and a place only after a tap of its own', async () => {
    const first = await goLiveListed();
    torn = first.id;
    const [entry] = await untilListed(torn, true);
    expect(entry).toMatchObject({ title: 'A test of the main path' });
    expect(entry?.place).toBeUndefined();
    const still = await fetch(`${station.origin}${entry?.still}`);
    expect([still.status, still.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    await first.page.context().close();
    tornAtMs = performance.now();

    ({ page, id } = await goLiveListed(48.8566));
    await untilListed(id, true);
    await page.getByRole('button', { name: 'Add a rounded place' }).click();
    await until(
      listed,
      (entries) => entries.some(({ id: one, place }) => one === id && place?.latitude === 49),
      'the rounded place',
    );
    await page.getByText('49° N, 2° E').waitFor();
  });

  it('is on the start page of others, who watch from there', async () => {
    const viewer = await (await browser.newContext()).newPage();
    await viewer.goto(station.origin);
    const link = viewer.locator(`lucarne-on-now a[href="#/${id}"]`);
    await link.waitFor();
    await link.locator('img').waitFor();
    await link.click();
    await viewer.locator('lucarne-player .stage:not([data-empty])').waitFor();
    await viewer.context().close();
  });

  it('is zapped through by key, muted, with a map and a list that say the same', async () => {
    const second = await goLiveListed();
    await untilListed(second.id, true);
    const viewer = await (await browser.newContext()).newPage();
    await viewer.goto(`${station.origin}/#/live`);
    const player = viewer.locator('lucarne-player');
    const playing = (): Promise<string | undefined> =>
      player.evaluate((element) => {
        const { watched, muted } = element as import('../../src/ui/watch/lucarne-player.ts').LucarnePlayer;
        return watched?.hasPicture && muted ? watched.broadcastId : undefined;
      });
    // The latest start comes first.
    await until(playing, (shown) => shown === second.id, 'the first picture, muted');
    const chosen = viewer.locator('button.entry[aria-current="true"]');
    expect(await chosen.count()).toBe(1);
    const mark = viewer.getByRole('button', { name: 'A test of the main path, 49° N, 2° E' });
    await mark.click();
    await until(playing, (shown) => shown === id, 'the picture of the mark on the map');
    await viewer.keyboard.press('PageUp');
    await until(playing, (shown) => shown === second.id, 'the picture before it');
    await viewer.context().close();
    await second.page.getByRole('button', { name: 'Stop broadcast' }).dblclick();
    await second.page.getByRole('button', { name: 'Resume broadcast' }).waitFor();
    // It has said so itself: nobody waits for an entry to grow old.
    expect((await listed()).map((entry) => entry.id)).not.toContain(second.id);
  });

  it('lets go of one whose switch is turned off, and of one that went without a word in its time', async () => {
    await page.getByRole('checkbox', { name: 'Show on the public list' }).uncheck();
    await untilListed(id, false);
    await untilListed(torn, false);
    // It stood for its time: it wasn't taken away by anything else.
    expect(performance.now() - tornAtMs).toBeGreaterThan(LISTING_MS / 3);
    await page.context().close();
  });
});
