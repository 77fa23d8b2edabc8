// Signaling is the front door only (B11): servers are killed with -9 and come back, and nobody who watches notices.

import type { Browser, Page, WebSocket } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHeadlessRelay, type HeadlessRelay } from './headless-relay.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { goLive, launchStudio, startStation, until, watchStats, type Station } from './station.ts';

const PICTURES = 30;

let station: Station;
let main: ServerProcess;
let second: ServerProcess;
let relay: HeadlessRelay;
/** Where the relay serves the signaling itself. */
let relayOrigin: string;
let browser: Browser;
let link: string;
const viewers: Page[] = [];
/** Signaling sockets of the first viewer that are open. */
const sockets = new Set<WebSocket>();

/** Opens the link and waits for pictures. */
async function joins(address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  if (viewers.length === 0)
    page.on('websocket', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
  viewers.push(page);
  await page.goto(address);
  await showsPictures(page);
  return page;
}

async function showsPictures(page: Page): Promise<void> {
  await until(
    () => watchStats(page),
    ({ videoFrames }) => videoFrames > PICTURES,
    'pictures',
  );
}

/** Does something to the servers: everybody who watches is shown more pictures, and misses nothing over it. */
async function nobodyNotices(happening: () => Promise<unknown>): Promise<void> {
  const before = await Promise.all(viewers.map(watchStats));
  await happening();
  const each = viewers.map(async (page) => {
    const { videoFrames } = await watchStats(page);
    return until(
      () => watchStats(page),
      (now) => now.videoFrames > videoFrames + PICTURES,
      'more pictures',
    );
  });
  for (const [i, stats] of (await Promise.all(each)).entries()) {
    const packetsMissing = before[i]?.packetsMissing ?? 0;
    expect(stats).toMatchObject({ state: 'live', packetsMissing, rejected: 0 });
  }
}

/** The first viewer stays; of those that came later only the last one does: five players are too many for two cores. */
async function leaveFew(): Promise<void> {
  for (const page of viewers.splice(1, viewers.length - 2)) await page.close();
}

beforeAll(async () => {
  station = await startStation();
  [main, second] = await Promise.all([startServerProcess(), startServerProcess()]);
  browser = await launchStudio();
  const query = `server=${main.origin},${second.origin}&source=testcard&quality=360p&children=5`;
  ({ link } = await goLive(await browser.newContext(), `${station.origin}/?${query}#/studio`));
  relay = await startHeadlessRelay(link, { args: ['--listen', '0'] });
  const serving = relay.lines.find(({ event }) => event === 'serving');
  relayOrigin = `http://localhost:${String(serving?.['port'])}`;
  await until(
    () => relay.stats(),
    ({ state }) => state === 'live',
    'the relay to be fed',
  );
});

afterAll(async () => {
  await relay.end('SIGKILL');
  await browser.close();
  await Promise.all([main.end('SIGKILL'), second.end('SIGKILL')]);
  await station.close();
});

it('shares a link that names both servers', () => {
  expect(link).toContain(`?server=${main.origin},${second.origin}#/`);
});

it('lets a settled viewer go without any signaling socket', async () => {
  await joins(link);
  await until(
    () => Promise.resolve(sockets.size),
    (open) => open === 0,
    'the last socket to close',
  );
});

it('loses nothing when a server is killed, and lets a newcomer in by the other', async () => {
  await nobodyNotices(async () => {
    await main.end('SIGKILL');
    await joins(link);
  });
});

it('lets a newcomer in by the first server when it is back and the other one is killed', async () => {
  await nobodyNotices(async () => {
    main = await startServerProcess(main.port);
    await second.end('SIGKILL');
    await joins(link);
  });
});

it('lets a newcomer in by a relay that listens, below it, when every other server is down', async () => {
  await leaveFew();
  const { packetsMissing } = await relay.stats();
  await nobodyNotices(async () => {
    await main.end('SIGKILL');
    const page = await joins(link.replace(second.origin, `${second.origin},${relayOrigin}`));
    // Where it stands by now is the overlay's business: it came in there, and was fed there.
    expect((await watchStats(page)).state).toBe('live');
    expect((await relay.stats()).bytesRelayed).toBeGreaterThan(0);
  });
  expect(await relay.stats()).toMatchObject({ state: 'live', packetsMissing });
});

it('tells why nobody gets in when no listed server is there, and lets in as soon as one is', async () => {
  await leaveFew();
  await nobodyNotices(async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(link);
    await page.getByText('The server that introduces viewers can’t be reached.').waitFor();
    main = await startServerProcess(main.port);
    await showsPictures(page);
    viewers.push(page);
  });
});
