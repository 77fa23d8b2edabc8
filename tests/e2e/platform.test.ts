// Keys, the hold on a key and the clock in real Chromium.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPages } from './page-server.ts';
import type { PageServer } from './page-server.ts';

let pages: PageServer;

beforeAll(async () => {
  pages = await startPages('platform');
});

afterAll(async () => {
  await pages.close();
});

test('a key survives storage, and stays unreadable', async () => {
  const page = await pages.open('platform');
  expect(await page.evaluate(() => window.platformTest.keepKey())).toEqual([false, true, true, false]);
});

test('a second tab is refused the key that a first one holds, and gets it when the first lets go or is gone', async () => {
  const context = await pages.browser.newContext();
  const [first, second, third] = [
    await pages.open('platform', context),
    await pages.open('platform', context),
    await pages.open('platform', context),
  ];
  const hold = (page: typeof first, id: string) => page.evaluate((id) => window.platformTest.hold(id), id);
  expect(await hold(first, 'key')).toBe(true);
  expect(await hold(second, 'key')).toBe(false);
  expect(await hold(second, 'another')).toBe(true);
  await first.evaluate(() => window.platformTest.letGo());
  expect(await hold(second, 'key')).toBe(true);
  await second.close();
  expect(await hold(third, 'key')).toBe(true);
  await third.reload();
  await third.waitForFunction(() => 'platformTest' in window);
  expect(await hold(third, 'key')).toBe(true);
  await context.close();
});

test('the clock ticks from a worker, whatever the page does to its own timers', async () => {
  const page = await pages.open('platform');
  const worker = page.waitForEvent('worker');
  const answered = page.waitForEvent('console', (message) => message.text() === 'half');
  const ticking = page.evaluate(() => window.platformTest.tick(20, 200));
  expect((await worker).url()).toContain('clock.worker');
  await answered;
  await page.evaluate(() => {
    window.setTimeout = (() => 0) as unknown as typeof window.setTimeout;
  });
  const { ticks, tookMs } = await ticking;
  console.log(`200 ticks of 20 ms took ${tookMs.toFixed()} ms`);
  expect(ticks).toBe(200);
  expect(tookMs).toBeGreaterThanOrEqual(4000);
});
