// A guest on air, in real browsers: asked by a link or by a tap on a comment, let in, seen and heard by the broadcaster and the other way
// round, gone again.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LucarneOnAir } from '../../src/ui/studio/lucarne-on-air.ts';
import type { LucarnePlayer } from '../../src/ui/watch/lucarne-player.ts';
import { findingsOf } from './axe.ts';
import { inviteGuest, moving } from './guest-steps.ts';
import { allowLeaving } from './recording-steps.ts';
import { startStock } from './signaling-servers.ts';
import { button, goLive, launchStudio, startStation, until, watchPictures, type Station } from './station.ts';

let station: Station;
let browser: Browser;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

/** Goes live and asks a guest. */
const openStage = (source: string, query = ''): ReturnType<typeof inviteGuest> =>
  inviteGuest(browser, `${station.origin}/?source=${source}&quality=360p${query}#/studio`);

/** Opens a guest's link, gives a name and knocks. */
async function knock(asked: string, name: string): Promise<Page> {
  const page = await watchPictures(browser, asked, asked.includes('?') ? '&lang=en' : '?lang=en');
  await page.getByLabel('Your name', { exact: true }).fill(name);
  await button(page, 'Join with camera').click();
  return page;
}

/** Of the programme: how many tracks of its guest are live; undefined without one. */
const guestTracks = (studio: Page): Promise<number | undefined> =>
  studio.locator('lucarne-on-air').evaluate((element) => {
    const { guest } = (element as LucarneOnAir).session.programme;
    return guest?.getTracks().filter(({ readyState }) => readyState === 'live').length;
  });

const isMuted = (page: Page): Promise<boolean> =>
  page.locator('lucarne-player').evaluate((player) => (player as LucarnePlayer).muted);

describe('a guest', () => {
  it('is let in, seen and heard both ways, and taken off air by the broadcaster', async () => {
    const { studio, asked, link } = await openStage('camera');
    const guest = await knock(asked, 'Amélie');
    expect(new URL(guest.url()).hash).toBe(new URL(link).hash);
    await guest.getByText('The broadcaster will let you in.').waitFor();
    await studio.getByText('Amélie would like to come on air.').first().waitFor();
    expect(await guestTracks(studio)).toBeUndefined();
    await button(studio, 'Put on air').click();
    await guest.getByText('You are on air.').waitFor();
    await studio.getByText('Amélie is on air.').waitFor();
    await Promise.all([moving(studio, 'lucarne-guests video'), moving(guest, 'lucarne-guest .host')]);
    for (const page of [studio, guest])
      expect((await findingsOf(page)).filter(({ isSerious }) => isSerious)).toEqual([]);
    expect(await guestTracks(studio)).toBe(2);
    expect(await isMuted(guest)).toBe(true);
    await button(studio, 'Remove guest').click();
    await guest.getByText('You are off air. You can go on watching.').waitFor();
    expect(await guestTracks(studio)).toBeUndefined();
    expect(await isMuted(guest)).toBe(false);
    await button(guest, 'Ask again').click();
    await button(studio, 'Put on air').click();
    await guest.getByText('You are on air.').waitFor();
    await button(guest, 'Leave the stage').click();
    await studio.getByText('Amélie is on air.').waitFor({ state: 'detached' });
    expect(await guestTracks(studio)).toBeUndefined();
    for (const page of [studio, guest]) await page.context().close();
  });

  it('is on air beside a test card, reloads, and is gone when the page is closed', async () => {
    const { studio, asked } = await openStage('testcard');
    const guest = await knock(asked, '');
    await button(studio, 'Put on air').click();
    await moving(studio, 'lucarne-guests video');
    await guest.reload();
    await studio.getByText('is on air.').waitFor({ state: 'detached' });
    await button(guest, 'Join with camera').click();
    await studio.getByText('Somebody without a name would like to come on air.').first().waitFor();
    await button(studio, 'Decline').click();
    await guest.getByText('The broadcaster can’t take you on air now.').waitFor();
    await button(guest, 'Ask again').click();
    await button(studio, 'Put on air').click();
    await guest.getByText('You are on air.').waitFor();
    await guest.context().close();
    await until(
      () => guestTracks(studio),
      (tracks) => tracks === undefined,
      'the end of the guest',
    );
    await studio.context().close();
  });

  it('with another token is turned away, and so is an old link', async () => {
    const { studio, asked } = await openStage('testcard');
    const guest = await knock(asked.replace(/-[a-z2-7]{26}$/, `-${'a'.repeat(26)}`), 'Mallory');
    await guest.getByText('This invitation doesn’t hold any more.').waitFor();
    expect(await studio.locator('lucarne-guests .guest').count()).toBe(0);
    await button(studio, 'New link').click();
    await studio.getByText('The link from before doesn’t hold any more.').waitFor();
    // The right one, in the same tab.
    const next = await studio.getByLabel('Link for the guest').inputValue();
    await guest.evaluate((hash) => (location.hash = hash), new URL(next).hash);
    await button(guest, 'Join with camera').click();
    await studio.locator('lucarne-guests .guest').waitFor();
    expect(guest.url()).not.toContain('on-air');
    const late = await knock(asked, 'Late');
    await late.getByText('This invitation doesn’t hold any more.').waitFor();
    for (const page of [studio, guest, late]) await page.context().close();
  });

  it('is introduced by a stock PeerServer as well', async () => {
    const stock = await startStock('/peerjs', 0);
    const { studio, asked } = await openStage('testcard', `&server=${stock.origin}`);
    const guest = await knock(asked, 'Bo');
    await button(studio, 'Put on air').click();
    await moving(studio, 'lucarne-guests video');
    await button(studio, 'Stop broadcast').click();
    await button(studio, 'Stop broadcast').click();
    await guest.getByText('You are off air. You can go on watching.').waitFor();
    for (const page of [studio, guest]) await page.context().close();
    await stock.close();
  });
});

describe('a viewer whose comment is tapped', () => {
  const card = (page: Page): ReturnType<Page['locator']> => page.locator('lucarne-guest section');
  const invite = (studio: Page, text: string): ReturnType<Page['locator']> =>
    studio
      .locator('lucarne-desk .list .row')
      .filter({ hasText: text })
      .getByRole('button', { name: /on air$/ });

  /** Comments under a name, and waits until the studio shows it. */
  async function comment(page: Page, studio: Page, name: string, text: string): Promise<void> {
    await page.getByText('Comments and name').click();
    await page.getByLabel('Your name (optional)').fill(name);
    await page.getByRole('textbox', { name: 'Comment', exact: true }).fill(text);
    await button(page, 'Send').click();
    await invite(studio, text).waitFor();
  }

  /** A studio, and two viewers who have said something. */
  async function openRoom(): Promise<{ studio: Page; zoe: Page; tom: Page }> {
    const context = await browser.newContext({ locale: 'en' });
    const address = `${station.origin}/?source=camera&quality=360p#/studio`;
    const { page: studio, link } = await goLive(context, address);
    allowLeaving(studio);
    const zoe = await watchPictures(browser, link, '?lang=en');
    const tom = await watchPictures(browser, link, '?lang=en');
    await comment(zoe, studio, 'Zoé', 'Hello from Lisbon');
    await comment(tom, studio, 'Tom', 'Which camera is it?');
    return { studio, zoe, tom };
  }

  it('is asked alone, joins with the key of the comment, and is on air both ways, once', async () => {
    const { studio, zoe, tom } = await openRoom();
    await invite(studio, 'Hello from Lisbon').press('Enter');
    await studio.getByText('Zoé is invited on air.').first().waitFor();
    await card(zoe).getByText('You are invited on air').waitFor();
    for (const page of [studio, zoe])
      expect((await findingsOf(page)).filter(({ isSerious }) => isSerious)).toEqual([]);
    await button(zoe, 'Join with camera').click();
    await studio.getByText('Zoé would like to come on air.').first().waitFor();
    expect(await button(studio, 'Withdraw invitation').count()).toBe(0);
    expect(await guestTracks(studio)).toBeUndefined();
    await button(studio, 'Put on air').click();
    await card(zoe).getByText('You are on air.').waitFor();
    await Promise.all([moving(studio, 'lucarne-guests video'), moving(zoe, 'lucarne-guest .host')]);
    expect(await guestTracks(studio)).toBe(2);
    expect(await isMuted(zoe)).toBe(true);
    await button(studio, 'Remove guest').click();
    await card(zoe).getByText('You are off air. You can go on watching.').waitFor();
    expect(await button(zoe, 'Ask again').count()).toBe(0);
    await card(zoe).getByRole('button', { name: 'Close' }).click();
    await card(zoe).waitFor({ state: 'detached' });
    expect(await card(tom).count()).toBe(0);
    for (const page of [studio, zoe, tom]) await page.context().close();
  });

  it('is asked no more when that is taken back, or another one is asked, and may say no', async () => {
    const { studio, zoe, tom } = await openRoom();
    await invite(studio, 'Hello from Lisbon').click();
    await card(zoe).waitFor();
    await button(studio, 'Withdraw invitation').click();
    await card(zoe).waitFor({ state: 'detached' });
    await invite(studio, 'Hello from Lisbon').click();
    await card(zoe).waitFor();
    await invite(studio, 'Which camera is it?').click();
    await card(tom).waitFor();
    await card(zoe).waitFor({ state: 'detached' });
    await button(tom, 'Not now').click();
    await card(tom).waitFor({ state: 'detached' });
    // Who has pressed "Join" just before finds the door shut.
    await invite(studio, 'Hello from Lisbon').click();
    await card(zoe).waitFor();
    await zoe.evaluate(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      const allowed = new Promise((resolve) => window.addEventListener('allowed', resolve));
      mediaDevices.getUserMedia = async (wanted) => {
        await allowed;
        return open(wanted);
      };
    });
    await button(zoe, 'Join with camera').click();
    await button(studio, 'Withdraw invitation').click();
    await button(studio, 'Withdraw invitation').waitFor({ state: 'detached' });
    await zoe.evaluate(() => window.dispatchEvent(new Event('allowed')));
    await card(zoe).getByText('This invitation doesn’t hold any more.').waitFor();
    expect(await studio.locator('lucarne-guests .guest').count()).toBe(0);
    for (const page of [studio, zoe, tom]) await page.context().close();
  });
});
