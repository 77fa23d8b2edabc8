// The app as a person uses it: a studio with the test card on air, and viewers that open its link.

import type { BrowserContext, Page } from 'playwright-core';
import type { ProgrammeOptions } from '../../src/ports.ts';
import type { BroadcastStats, WatchStats } from '../../src/session/session-api.ts';

const READY_MS_MAX = 60_000;

/** A broadcast on air. */
export interface OnAir {
  page: Page;
  link: string;
}

/** Opens the studio and goes on air with the test card, feeding at most `children` viewers. */
export async function goOnAir(
  origin: string,
  context: BrowserContext,
  children: number,
  quality: ProgrammeOptions['quality'] = '360p',
): Promise<OnAir> {
  const page = await context.newPage();
  await page.goto(`${origin}/?children=${children}&source=testcard&quality=${quality}#/studio`);
  await page.getByRole('button', { name: 'Start broadcast' }).click();
  const link = page.getByRole('textbox', { name: 'Link', exact: true });
  await link.waitFor({ timeout: READY_MS_MAX });
  return { page, link: await link.inputValue() };
}

/** Opens a viewer that feeds at most `children` others, and waits until it shows the broadcast. */
export async function openViewer(
  link: string,
  context: BrowserContext,
  children = 1,
): Promise<{ page: Page; stats: WatchStats }> {
  const page = await context.newPage();
  const url = new URL(link);
  url.searchParams.set('children', String(children));
  await page.goto(url.href);
  const player = page.locator('lucarne-player');
  await player.waitFor({ state: 'attached', timeout: READY_MS_MAX });
  const deadlineMs = Date.now() + READY_MS_MAX;
  for (;;) {
    const stats = await readStats(page);
    if (stats?.state === 'live' && stats.videoFrames > 0) return { page, stats };
    if (Date.now() > deadlineMs) throw new Error(`A viewer shows nothing: ${JSON.stringify(stats)}`);
    await page.waitForTimeout(100);
  }
}

/** `getStats()` of the page's player. */
export function readStats(page: Page): Promise<WatchStats | null> {
  return page
    .locator('lucarne-player')
    .evaluate((player) => (player as unknown as { getStats(): Promise<WatchStats | null> }).getStats());
}

/** `getStats()` of the page's studio. */
export function readBroadcast(studio: Page): Promise<BroadcastStats> {
  return studio
    .locator('lucarne-studio')
    .evaluate((element) => (element as unknown as { getStats(): Promise<BroadcastStats> }).getStats());
}
