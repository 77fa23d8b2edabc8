// Moderators in real browsers: invited in the studio, at work on the watch page two hops away, after reloads of both, and revoked.

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
  watchPictures,
  watchStats,
  type Station,
} from './station.ts';

let station: Station;
let browser: Browser;
let studio: Page;
let near: Page;
let eve: Page;
let mia: Page;
let link: string;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?children=1&source=testcard&quality=360p#/studio`;
  const live = await goLive(await browser.newContext({ locale: 'en' }), address);
  studio = live.page;
  link = live.link;
  allowLeaving(studio);
  near = await watchPictures(browser, link, '?children=2&lang=en', 1);
  eve = await watchPictures(browser, link, '?children=0&lang=en', 2);
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

const log = (page: Page): Locator => page.getByRole('log', { name: 'Comments' });
const said = (page: Page, text: string): Locator => log(page).getByText(text, { exact: true });
const tools = (): Locator => mia.locator('lucarne-moderation');
const toolRow = (text: string): Locator => tools().locator('.row').filter({ hasText: text });
const everywhere = (): Page[] => [studio, near, eve, mia];

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Comment', exact: true }).fill(text);
  await button(page, 'Send').click();
}

describe('a moderator', () => {
  it('is invited by a link, which the page takes out of its address', async () => {
    await studio.getByText('Moderators').click();
    await studio.getByLabel('What you call this person').fill('Mia');
    await button(studio, 'Create link').click();
    const invitation = await studio.getByLabel('Link for Mia').inputValue();
    expect(invitation.startsWith(`${link}/`)).toBe(true);
    mia = await watchPictures(browser, invitation, '?children=0&lang=en', 2);
    await tools().getByText('Moderation').waitFor();
    expect(new URL(mia.url()).hash).toBe(new URL(link).hash);
    for (const page of [near, eve]) expect(await page.locator('lucarne-moderation').count()).toBe(0);
  });

  it('sees what waits, and approves it', async () => {
    await studio.getByRole('radio', { name: 'Approve first' }).check();
    await eve.getByText('The broadcaster reads comments before they appear.').waitFor();
    await say(eve, 'May I?');
    await toolRow('May I?').waitFor();
    for (const page of [near, eve]) expect(await page.getByText('May I?', { exact: true }).count()).toBe(0);
    await toolRow('May I?').getByRole('button', { name: 'Approve' }).click();
    for (const page of everywhere()) await said(page, 'May I?').waitFor();
    expect(await studio.locator('lucarne-desk .held').count()).toBe(0);
  });

  it('approves and picks a question, and hides a comment', async () => {
    await near.getByRole('checkbox', { name: 'This is a question' }).check();
    await say(near, 'Why is it so?');
    await toolRow('Why is it so?').getByRole('button', { name: 'Approve' }).click();
    await mia.locator('lucarne-board summary').click();
    await button(mia, 'Answer now (1)').click();
    for (const page of everywhere()) await page.getByText('Answering now').waitFor();
    await toolRow('May I?').getByRole('button', { name: 'Hide' }).click();
    for (const page of everywhere()) await said(page, 'May I?').waitFor({ state: 'detached' });
  });

  it('raises the shield and takes it back, after a reload of the own page', async () => {
    await studio.getByRole('radio', { name: 'Open', exact: true }).check();
    await near.getByText('The broadcaster reads comments before they appear.').waitFor({ state: 'detached' });
    await say(near, 'Still here');
    for (const page of everywhere()) await said(page, 'Still here').waitFor();
    await mia.reload();
    await button(mia, 'Shield').click();
    for (const page of everywhere()) await said(page, 'Still here').waitFor({ state: 'detached' });
    await button(mia, 'Undo shield').click();
    for (const page of everywhere()) await said(page, 'Still here').waitFor();
  });

  it('goes on after a reload of the studio', async () => {
    const { epoch } = await studioStats(studio);
    await studio.reload();
    await studio.getByRole('textbox', { name: 'Link', exact: true }).waitFor({ timeout: 30_000 });
    await until(
      () => watchStats(mia),
      (stats) => (stats.epoch ?? 0) > epoch && stats.videoFrames > 5,
      'the next epoch',
    );
    await toolRow('Still here').getByRole('button', { name: 'Mute' }).click();
    for (const page of everywhere()) await said(page, 'Still here').waitFor({ state: 'detached' });
  });

  it('loses the tools when the invitation is taken back', async () => {
    await studio.getByText('Moderators').click();
    await button(studio, 'Take back').click();
    await mia.getByText('Your invitation to moderate doesn’t hold any more.').waitFor();
    expect(await button(mia, 'Shield').count()).toBe(0);
    await mia.reload();
    await mia.getByText('Your invitation to moderate doesn’t hold any more.').waitFor();
  });
});
