// The whole way without a mouse, on the real app: on air and off again, watching, and what becomes of the recording. Each step on the
// way must show where the focus is (`tabTo` throws otherwise), and what goes away must leave it somewhere.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../browsers.ts';
import { hasFocus, tabRound, tabTo } from './focus.ts';
import { button, goLive, launchStudio, startStation, until, watchStats } from './station.ts';
import type { Station } from './station.ts';

const DESKTOP = { locale: 'en', viewport: { width: 1280, height: 800 } } as const;

let station: Station;
let studioBrowser: Browser;
let browser: Browser;

beforeAll(async () => {
  station = await startStation();
  [studioBrowser, browser] = await Promise.all([launchStudio(), launchChromium()]);
});

afterAll(async () => {
  await studioBrowser.close();
  await browser.close();
  await station.close();
});

const link = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('link', { name, exact: true });
const field = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('textbox', { name, exact: true });

/** Goes to a button or link by Tab, and presses it. */
async function press(page: Page, target: ReturnType<Page['getByRole']>, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

const expectFocus = (target: ReturnType<Page['getByRole']>): Promise<void> =>
  expect.poll(() => hasFocus(target)).toBe(true);

describe('by keyboard alone', () => {
  test('one goes live, changes what goes out, hands the link on, stops, and keeps the recording', async () => {
    const context = await studioBrowser.newContext({
      ...DESKTOP,
      permissions: ['clipboard-read', 'clipboard-write', 'camera', 'microphone'],
    });
    const page = await context.newPage();
    await page.goto(`${station.origin}/?quality=360p#/`);
    await press(page, link(page, 'Go live'));
    await tabTo(page, field(page, 'Title'));
    await page.keyboard.type('By hand');

    await button(page, 'Start broadcast').waitFor();
    await tabTo(page, page.getByRole('checkbox', { name: 'Count down from 3 first' }));
    await page.keyboard.press('Space');
    await press(page, button(page, 'Start broadcast'));
    await expectFocus(button(page, 'Cancel'));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, 'Start broadcast'));
    await tabTo(page, page.getByRole('checkbox', { name: 'Count down from 3 first' }), 'Shift+Tab');
    await page.keyboard.press('Space');
    await press(page, button(page, 'Start broadcast'));

    await field(page, 'Link').waitFor({ timeout: 30_000 });
    const stage = await tabRoundOf(page, ['Mute microphone', 'Copy link']);
    expect(stage.filter((name) => STUDIO_ORDER.includes(name))).toEqual(STUDIO_ORDER);
    for (const name of ['Mute microphone', 'Hide picture']) {
      await press(page, button(page, name), 'Space');
      expect(await button(page, name).getAttribute('aria-pressed')).toBe('true');
      await page.keyboard.press('Space');
      expect(await button(page, name).getAttribute('aria-pressed')).toBe('false');
    }
    await press(page, button(page, 'Change the title'));
    await page.keyboard.type('By hand, still');
    await page.keyboard.press('Enter');
    await expectFocus(button(page, 'Change the title'));
    await press(page, button(page, 'Copy link'));
    await page.getByText('The link is copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      await field(page, 'Link').inputValue(),
    );

    await press(page, link(page, 'Lucarne'));
    await expectFocus(button(page, 'Stay on air'));
    await page.keyboard.press('Enter');
    await expectFocus(link(page, 'Lucarne'));
    await press(page, button(page, 'Stop broadcast'));
    await press(page, button(page, 'Keep broadcasting'));
    await expectFocus(button(page, 'Stop broadcast'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');

    const download = button(page, 'Download recording');
    await download.waitFor({ timeout: 30_000 });
    const downloading = page.waitForEvent('download');
    await press(page, download);
    await downloading;
    await press(page, link(page, 'My recordings'));
    await keepRecording(page);
    await context.close();
  });

  test('one watches, speaks up, looks at everything that opens, and leaves', async () => {
    const context = await studioBrowser.newContext();
    const { link: address } = await goLive(
      context,
      `${station.origin}/?source=testcard&quality=360p#/studio`,
    );
    const page = await browser.newPage(DESKTOP);
    await page.goto(address);
    await until(
      () => watchStats(page),
      ({ videoFrames }) => videoFrames > 0,
      'a picture',
    );
    await field(page, 'Comment').waitFor();
    await press(page, button(page, 'Mute'));
    await expectFocus(button(page, 'Unmute'));
    await page.keyboard.press('m');
    await expectFocus(button(page, 'Mute'));

    await tabTo(page, field(page, 'Comment'));
    await page.keyboard.type('From a keyboard');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('From a keyboard').waitFor();
    await expectFocus(field(page, 'Comment'));
    await press(page, button(page, 'Heart'));
    await expectFocus(button(page, 'Heart'));
    await press(page, page.getByText('Comments and name'));
    await press(page, button(page, 'Larger text'));
    expect(await button(page, 'Larger text').getAttribute('aria-pressed')).toBe('true');

    // Once round the whole page and out of it, and the same way back.
    const forth = (await tabRoundOf(page, WATCH_ORDER)).filter((name) => WATCH_ORDER.includes(name));
    expect(forth).toEqual(WATCH_ORDER);
    const back = (await tabRound(page, 'Shift+Tab')).map(({ name }) => name);
    expect(back.filter((name) => WATCH_ORDER.includes(name))).toEqual(WATCH_ORDER.toReversed());

    await press(page, button(page, 'Keys'));
    await expectFocus(page.getByRole('checkbox', { name: 'Use these keys on this page' }));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, 'Keys'));
    await tabTo(page, button(page, '10 seconds back'), 'Shift+Tab');
    await page.keyboard.press('?');
    await expectFocus(page.getByRole('checkbox', { name: 'Use these keys on this page' }));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, '10 seconds back'));

    await press(page, button(page, 'Share'));
    await expectFocus(button(page, 'Close'));
    await tabTo(page, button(page, 'Copy link'));
    await page.keyboard.press('Escape');
    await expectFocus(button(page, 'Share'));

    await press(page, button(page, 'Full screen'));
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBe(null);
    await expectFocus(button(page, 'Full screen'));

    await press(page, link(page, 'Lucarne'));
    await link(page, 'Go live').waitFor();
    await page.close();
    await context.close();
  });
});

const STUDIO_ORDER = [
  'Mute microphone',
  'Hide picture',
  'Change the title',
  'Link',
  'Copy link',
  'Share',
  'Stop broadcast',
  'Shield',
  'Comment',
];
const WATCH_ORDER = [
  'Lucarne',
  'Pause',
  '10 seconds back',
  'Keys',
  'Share',
  'Full screen',
  'Comment',
  'Send',
  'Heart',
];

/** From where the focus is out of the page, then the names of all stops of one round. */
async function tabRoundOf(page: Page, needed: readonly string[]): Promise<string[]> {
  await tabRound(page);
  const stops = await tabRound(page);
  expect(stops.filter(({ trouble }) => trouble)).toEqual([]);
  const names = stops.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...needed]));
  return names;
}

/** Plays it, gives it a name, deletes it and takes that back. */
async function keepRecording(page: Page): Promise<void> {
  await press(page, button(page, 'Play'));
  await expectFocus(button(page, 'Close'));
  await page.getByRole('combobox', { name: 'Speed' }).waitFor({ timeout: 30_000 });
  await page.keyboard.press('Enter');
  await expectFocus(button(page, 'Play'));
  await press(page, button(page, 'Rename'));
  await expectFocus(field(page, 'Title'));
  await page.keyboard.type('Another name');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Another name' }).waitFor();
  await expectFocus(button(page, 'Rename'));
  await press(page, button(page, 'Delete'));
  await expectFocus(button(page, 'Undo'));
  await page.keyboard.press('Enter');
  await expectFocus(button(page, 'Delete'));
}
