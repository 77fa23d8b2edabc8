// The app with a stock PeerServer: it has no /api, no limits and no manners of ours, and the broadcast works all the same.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStock } from './signaling-servers.ts';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

let station: Station;
let stock: Awaited<ReturnType<typeof startStock>>;
let browser: Browser;

beforeAll(async () => {
  station = await startStation();
  stock = await startStock('/peerjs', 0);
  browser = await launchStudio();
});

afterAll(async () => {
  await browser.close();
  await stock.close();
  await station.close();
});

it('goes live and is watched through a relay when a stock PeerServer introduces the peers', async () => {
  const context = await browser.newContext();
  const query = `?server=${stock.origin}&children=1&source=testcard&quality=360p`;
  const { link } = await goLive(context, `${station.origin}/${query}#/studio`);
  expect(link).toContain(`server=${stock.origin}`);
  for (const depth of [1, 2]) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(link.replace('#', '&children=1#'));
    const stats = await until(
      () => watchStats(page),
      ({ videoFrames }) => videoFrames > 30,
      'pictures',
    );
    expect(stats).toMatchObject({ depth, packetsMissing: 0, rejected: 0 });
  }
});

it('waits for a broadcast that is not live yet', async () => {
  const page = await watch(browser, `${station.origin}/?server=${stock.origin}#/aaaaaaaaaaaaaaaaaaaaaaaaaa`);
  await until(
    () => watchStats(page),
    ({ state }) => state === 'waiting',
    'the waiting state',
  );
  await page.context().close();
});
