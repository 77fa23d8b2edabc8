// The room of a broadcaster who reloads: what was hidden, muted, pinned, blocked and chosen is so again, on every screen (M10).

import { networkInterfaces } from 'node:os';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowLeaving } from './recording-steps.ts';
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

/** Two viewers of this machine have two addresses where it has both protocols; a mute holds for an address. */
const hasTwoAddresses = Object.values(networkInterfaces()).some((them) =>
  them?.some(({ address }) => address === '::1'),
);

let station: Station;
let browser: Browser;
let studio: Page;
/** One who is muted, one who isn't. */
let eve: Page;
let zoe: Page;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?children=2&source=testcard&quality=360p#/studio`;
  const live = await goLive(await browser.newContext({ locale: 'en' }), address);
  studio = live.page;
  allowLeaving(studio);
  // Browsers take localhost to be ::1: she comes from another address, and her mute is hers alone.
  const elsewhere = `&server=http://127.0.0.1:${new URL(station.origin).port}`;
  [eve, zoe] = [await openViewer(live.link, elsewhere), await openViewer(live.link)];
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

async function openViewer(link: string, query = ''): Promise<Page> {
  const page = await watch(browser, link, `?children=0&lang=en${query}`);
  await hasPicture(page, 5);
  return page;
}

async function hasPicture(page: Page, frames: number, epoch = 0): Promise<void> {
  await until(
    () => watchStats(page),
    (stats) => stats.videoFrames > frames && (stats.epoch ?? 0) >= epoch,
    'a picture',
  );
}

const log = (page: Page): Locator => page.getByRole('log', { name: 'Comments' });
const said = (page: Page, text: string): Locator => log(page).getByText(text, { exact: true });
const deskRow = (text: string): Locator =>
  studio.locator('lucarne-desk .list .row').filter({ hasText: text });

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Comment', exact: true }).fill(text);
  await button(page, 'Send').click();
}

/** In slow mode: whoever has just spoken waits first, and what was typed is kept. */
async function sayInTurn(page: Page, text: string): Promise<void> {
  await say(page, text);
  const kept = page.getByRole('textbox', { name: 'Comment', exact: true });
  const sayAgain = async (): Promise<string> => {
    if ((await kept.inputValue()) !== '') await button(page, 'Send').click();
    return kept.inputValue();
  };
  await until(sayAgain, (left) => left === '', 'its turn to speak');
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('checkbox', { name: 'This is a question' }).check();
  await say(page, text);
}

function texts(page: Page): Promise<string[]> {
  return log(page).locator('.comment').allInnerTexts();
}

describe('the room of a broadcaster who reloads', () => {
  let before: string[];

  it('has seen something of everything', async () => {
    await say(zoe, 'This stays');
    await say(zoe, 'This goes');
    await say(eve, 'This is rude');
    for (const page of [studio, zoe, eve]) await said(page, 'This is rude').waitFor();
    await ask(zoe, 'Why is it so?');
    await button(zoe, 'Heart').click();
    await studio.locator('lucarne-desk').getByText('♥ 1').waitFor();
    await studio.locator('lucarne-board summary').click();
    await button(studio, 'Answer now (1)').click();
    await studio.getByText('Blocked words and people').click();
    const words = studio.getByLabel('Hold comments with these words');
    await words.fill('ornithorynque');
    await words.press('Enter');
    await studio.getByRole('radio', { name: 'Slow' }).check();
    await deskRow('This is rude').getByRole('button', { name: 'Mute' }).click();
    await deskRow('This goes').getByRole('button', { name: 'Hide' }).click();
    for (const page of [studio, zoe, eve]) {
      await said(page, 'This goes').waitFor({ state: 'detached' });
      await page.getByText('Answering now').waitFor();
    }
    before = await texts(zoe);
    expect(before.join()).toContain('This stays');
  });

  it('is as it was, on every screen, at once after the last thing was hidden', async () => {
    const { epoch } = await studioStats(studio);
    await studio.reload();
    await studio.getByRole('textbox', { name: 'Link' }).waitFor({ timeout: 30_000 });
    for (const page of [zoe, eve]) await hasPicture(page, 5, epoch + 1);
    for (const page of [studio, zoe, eve]) {
      await said(page, 'This stays').waitFor();
      await page.getByText('Answering now').waitFor();
      for (const gone of ['This goes', 'This is rude']) expect(await said(page, gone).count()).toBe(0);
    }
    for (const page of [zoe, eve]) {
      expect(await texts(page)).toEqual(before);
      await page.getByLabel('1 hearts').waitFor();
    }
    await eve.getByText('Slow mode: one comment every 10 seconds.').waitFor();
    expect(await studio.getByRole('radio', { name: 'Slow' }).isChecked()).toBe(true);
    await studio.getByText('Blocked words and people').click();
    expect(await studio.getByLabel('Hold comments with these words').inputValue()).toBe('ornithorynque');
    await button(studio, 'Unmute person').waitFor();
  });

  it.runIf(hasTwoAddresses)(
    'still hears nothing of who was muted, and holds what it was told to hold',
    async () => {
      await sayInTurn(eve, 'I am back');
      await sayInTurn(zoe, 'Un ornithorynque');
      await button(studio, 'Approve').waitFor();
      for (const page of [studio, zoe]) expect(await page.getByText('I am back').count()).toBe(0);
      await button(studio, 'Approve').click();
      for (const page of [studio, zoe, eve]) await said(page, 'Un ornithorynque').waitFor();
    },
  );
});
