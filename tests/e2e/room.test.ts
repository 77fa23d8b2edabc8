// The room in real browsers: a broadcaster, a viewer fed by it, and one fed by that viewer.

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  button,
  goLive,
  launchStudio,
  startStation,
  until,
  watch,
  watchPictures,
  watchStats,
  type Station,
} from './station.ts';

const HOSTILE = '<img src=x onerror="document.title=\'hacked\'">';

let station: Station;
let browser: Browser;
let studio: Page;
let near: Page;
let far: Page;
let link: string;
/** By the clock of the far viewer's page, when all rooms were there, ms. */
let roomsSinceMs: number;
const violations: string[] = [];

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?children=1&source=testcard&quality=360p#/studio`;
  const live = await goLive(await browser.newContext({ locale: 'en' }), address);
  ({ page: studio, link } = live);
  near = await watchPictures(browser, live.link, '?children=1&lang=en');
  far = await watchPictures(browser, live.link, '?children=1&lang=en', 2);
  for (const page of [studio, near, far])
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text());
    });
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

const log = (page: Page): Locator => page.getByRole('log', { name: 'Comments' });
const said = (page: Page, text: string): Locator => log(page).getByText(text, { exact: true });
const everywhere = (): Page[] => [studio, near, far];

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Comment', exact: true }).fill(text);
  await button(page, 'Send').click();
}

describe('the room', () => {
  it('shows a comment of a viewer at depth 2 to the broadcaster and to both viewers', async () => {
    await say(far, 'Bonjour de loin');
    for (const page of everywhere()) await said(page, 'Bonjour de loin').waitFor();
    roomsSinceMs = await far.evaluate(() => performance.now());
    expect(await far.getByRole('textbox', { name: 'Comment', exact: true }).inputValue()).toBe('');
  });

  it('shows hostile text as the text it is', async () => {
    await say(near, HOSTILE);
    for (const page of everywhere()) {
      await said(page, HOSTILE).waitFor();
      expect(await page.locator('lucarne-room img, lucarne-desk img').count()).toBe(0);
      expect(await page.title()).not.toBe('hacked');
    }
    expect(violations).toEqual([]);
  });

  it('never lets a comment grow taller than six lines', async () => {
    await studio.getByRole('textbox', { name: 'Comment', exact: true }).fill('W'.repeat(200));
    await button(studio, 'Send').click();
    const row = far.locator('lucarne-room .list .comment').filter({ hasText: 'WWWW' });
    await row.waitFor();
    const { height, line } = await row.evaluate((element) => ({
      height: element.getBoundingClientRect().height,
      line: parseFloat(getComputedStyle(element).lineHeight),
    }));
    expect(height).toBeLessThanOrEqual(6 * line + 1);
  });

  it('counts a heart everywhere', async () => {
    await button(far, 'Heart').click();
    await button(near, 'Heart').click();
    for (const page of [near, far]) await page.getByLabel('2 hearts').waitFor();
    await studio.locator('lucarne-desk').getByText('♥ 2').waitFor();
  });

  it('is cleared on every screen by the key S, and comes back with the undo', async () => {
    await studio.locator('body').press('s');
    for (const page of everywhere()) await said(page, 'Bonjour de loin').waitFor({ state: 'detached' });
    await button(studio, 'Undo shield').click();
    for (const page of everywhere()) await said(page, 'Bonjour de loin').waitFor();
  });

  it('holds comments for approval, and shows them once approved', async () => {
    await studio
      .getByRole('radiogroup', { name: 'Comments' })
      .getByRole('radio', { name: 'Approve first' })
      .check();
    await far.getByText('The broadcaster reads comments before they appear.').waitFor();
    await say(far, 'May I?');
    await button(studio, 'Approve').waitFor();
    for (const page of [near, far]) expect(await said(page, 'May I?').count()).toBe(0);
    await button(studio, 'Approve').click();
    for (const page of everywhere()) await said(page, 'May I?').waitFor();
  });

  it('is hidden and muted at the desk', async () => {
    const row = studio.locator('lucarne-desk .list .row').filter({ hasText: 'May I?' });
    await row.getByRole('button', { name: 'Mute' }).click();
    for (const page of everywhere()) {
      await said(page, 'May I?').waitFor({ state: 'detached' });
      await said(page, 'Bonjour de loin').waitFor({ state: 'detached' });
      await said(page, HOSTILE).waitFor();
    }
  });

  it('keeps the typed text while one has to wait', async () => {
    await studio.getByRole('radio', { name: 'Slow' }).check();
    await near.getByText('Slow mode: one comment every 10 seconds.').waitFor();
    await say(near, 'first');
    // Whether or not a while had passed before the first one, none has since.
    await say(near, 'second');
    await near.getByText(/You can write again in \d+ s\./).waitFor();
    expect(await near.getByRole('textbox', { name: 'Comment', exact: true }).inputValue()).toBe('second');
  });

  it('says that somebody has joined, to those who were there', async () => {
    const notice = (page: Page): Locator =>
      page.locator('.joined:visible').filter({ hasText: '1 person has joined' }).first();
    // To whoever came within 7 s nothing is said, since it may be of oneself, and what is said of several stands 5 s apart.
    await far.waitForFunction((sinceMs) => performance.now() > sinceMs + 12_500, roomsSinceMs, {
      timeout: 0,
    });
    // It stands for seconds only, and may be gone when the newcomer's page has loaded.
    const seen = Promise.all([studio, near, far].map((page) => notice(page).waitFor({ timeout: 90_000 })));
    const late = await watch(browser, link, '?children=0&lang=en');
    try {
      await seen;
      await notice(near).waitFor({ state: 'detached' });
      expect(await notice(late).count()).toBe(0);
    } finally {
      // It would take the place of whoever comes later.
      await late.close();
    }
  });

  it('hears nothing of a muted person who comes back with a new key, until that is taken back', async () => {
    await studio.getByRole('radio', { name: 'Open', exact: true }).check();
    await far.reload();
    await until(
      () => watchStats(far),
      ({ videoFrames }) => videoFrames > 5,
      'a picture after the reload',
    );
    await say(far, 'I am back');
    await until(
      () => far.getByRole('textbox', { name: 'Comment', exact: true }).inputValue(),
      (text) => text === '',
      'a comment on its way',
    );
    await studio.getByText('Blocked words and people').click();
    await button(studio, 'Unmute person').click();
    // What comes after it on the same way is heard: so it was heard too, and dropped.
    await until(
      async () => {
        await say(far, 'Thank you');
        return said(studio, 'Thank you').count();
      },
      (count) => count > 0,
      'somebody who is muted no more',
    );
    for (const page of everywhere()) expect(await said(page, 'I am back').count()).toBe(0);
    expect(await studio.locator('lucarne-desk').getByText('I am back').count()).toBe(0);
  });

  it('mutes an address, and nobody at another one', async () => {
    const row = studio.locator('lucarne-desk .list .row').filter({ hasText: 'Thank you' }).first();
    await row.getByRole('button', { name: 'Mute' }).click();
    await said(near, 'Thank you').first().waitFor({ state: 'detached' });
    // Browsers take localhost to be ::1.
    const { port } = new URL(station.origin);
    await far.context().close();
    far = await watch(browser, link, `?children=0&lang=en&server=http://127.0.0.1:${port}`);
    await until(
      () => watchStats(far),
      ({ videoFrames }) => videoFrames > 5,
      'a picture for who came from another address',
    );
    await say(far, 'Hello from elsewhere');
    for (const page of everywhere()) await said(page, 'Hello from elsewhere').waitFor();
  });
});
