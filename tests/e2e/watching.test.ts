// What a person may do with a picture that is there, with a real broadcast and the built app under its strict policy.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LucarnePlayer } from '../../src/ui/watch/lucarne-player.ts';
import { goLive, launchStudio, startStation, until, watchStats, type Station } from './station.ts';

const CIF = { width: 390, height: 844 };

let station: Station;
let browser: Browser;
let context: BrowserContext;
let link: string;
let page: Page;
const errors: string[] = [];

const player = () => page.locator('lucarne-player');
const button = (name: string) => page.getByRole('button', { name, exact: true });
const isMuted = (): Promise<boolean> => player().evaluate((one) => (one as LucarnePlayer).muted);
const isPaused = (): Promise<boolean> => player().evaluate((one) => (one as LucarnePlayer).paused);
const hearts = (): Promise<number> =>
  player().evaluate((one) => (one as LucarnePlayer).watched?.room?.hearts ?? -1);

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const studio = await browser.newContext();
  ({ link } = await goLive(studio, `${station.origin}/?source=testcard&quality=360p#/studio`));
  context = await browser.newContext({ viewport: CIF, hasTouch: true });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(link);
  await until(hearts, (count) => count >= 0, 'the room');
  await button('Full screen').waitFor();
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

describe('whoever watches', () => {
  it('mutes and pauses by keys, but not while typing, nor with the keys switched off', async () => {
    await page.keyboard.press('m');
    expect(await isMuted()).toBe(true);
    await page.keyboard.press('m');
    expect(await isMuted()).toBe(false);
    await page.keyboard.press('Space');
    expect(await isPaused()).toBe(true);
    await page.keyboard.press('k');
    expect(await isPaused()).toBe(false);
    await page.getByRole('textbox', { name: 'Comment' }).fill('');
    await page.getByRole('textbox', { name: 'Comment' }).press('m');
    expect(await isMuted()).toBe(false);
    expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('m');
    await page.getByRole('textbox', { name: 'Comment' }).fill('');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    const box = page.getByRole('checkbox', { name: 'Use these keys on this page' });
    await box.uncheck();
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    await page.locator('main').focus();
    await page.keyboard.press('m');
    expect(await isMuted()).toBe(false);
    await page.evaluate(() => localStorage.clear());
  });

  it('sends a heart by two taps on the picture, and none by one', async () => {
    const before = await hearts();
    const picture = await page.getByRole('img', { name: 'A test of the main path' }).boundingBox();
    const at = [picture!.x + picture!.width / 2, picture!.y + picture!.height / 2] as const;
    await Promise.all([page.touchscreen.tap(...at), page.touchscreen.tap(...at)]);
    await until(hearts, (count) => count === before + 1, 'one heart');
    await page.mouse.dblclick(...at);
    await until(hearts, (count) => count === before + 2, 'a second one');
    await page.touchscreen.tap(at[0], at[1] + 10);
    await page.touchscreen.tap(at[0], at[1] - 60);
    await page.mouse.click(...at);
    expect(await hearts()).toBe(before + 2);
  });

  it('hands the link on: copied, and as a code, where the system has no share sheet', async () => {
    await button('Share').first().click();
    const sheet = page.getByRole('dialog', { name: 'Share this broadcast' });
    await sheet.getByRole('button', { name: 'Copy link' }).click();
    await sheet.getByText('The link is copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    await sheet.getByRole('img', { name: 'The link as a code' }).waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  it('by the system’s share sheet where there is one', async () => {
    await page.evaluate(() => {
      Object.assign(navigator, {
        canShare: () => true,
        share: (data: ShareData) => Promise.resolve(Object.assign(globalThis, { shared: data })),
      });
    });
    await button('Share').click();
    await until(
      () => page.evaluate(() => (globalThis as { shared?: ShareData }).shared),
      (shared) => shared?.url === link && shared.title === 'A test of the main path',
      'what was shared',
    );
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('lets the picture float: what floats is the broadcast, and moves', async () => {
    await button('Picture in picture').click();
    const painted = (): Promise<number> =>
      page.evaluate(() => {
        const video = document.pictureInPictureElement as HTMLVideoElement | null;
        return video?.videoHeight === 360 ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
      });
    const first = await until(painted, (frames) => frames > 0, 'a picture that floats');
    await until(painted, (frames) => frames > first + 10, 'more of them');
    await button('Picture in picture').click();
    await until(
      () => page.evaluate(() => document.pictureInPictureElement === null),
      Boolean,
      'the end of the window',
    );
    const { videoFrames } = await watchStats(page);
    await until(
      () => watchStats(page),
      (stats) => stats.videoFrames > videoFrames + 5,
      'pictures in the page',
    );
  });

  it('is known to the system by its title, and obeys its keys', async () => {
    expect(await page.evaluate(() => navigator.mediaSession.metadata?.title)).toBe('A test of the main path');
    expect(await page.evaluate(() => navigator.mediaSession.playbackState)).toBe('playing');
    await page.keyboard.press('MediaPlayPause');
    await until(isPaused, Boolean, 'a pause');
    expect(await page.evaluate(() => navigator.mediaSession.playbackState)).toBe('paused');
    await page.keyboard.press('MediaPlayPause');
  });

  it('reads how good the picture is, and how far it came', async () => {
    await page.getByText('Watching shares your network address').click();
    await page.getByText(/^360p, \d+ a second$/).waitFor();
    await page.getByText('Hops to the camera').waitFor();
    await page.getByText('Watching shares your network address').click();
  });

  it('and nothing of all that was refused by the page’s policy', () => {
    expect(errors).toEqual([]);
  });
});
