// The player in other people's pages: the examples of docs/, served from another origin, show a real broadcast.

import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchStats } from '../../src/session/session-api.ts';
import type { LucarnePlayer } from '../../src/ui/embed/lucarne-player.ts';
import { launchFirefox } from '../browsers.ts';
import { findingsOf } from './axe.ts';
import { startForeignHost, type ForeignHost } from './foreign-host.ts';
import { startStock, type SignalingServer } from './signaling-servers.ts';
import { startStaticHost, type StaticHost } from './static-host.ts';
import { goLive, launchStudio, startStation, until, type Station } from './station.ts';

let station: Station;
let host: ForeignHost;
let browser: Browser;
let link: string;
let id: string;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const address = `${station.origin}/?source=testcard&quality=360p&children=8#/studio`;
  ({ link } = await goLive(await browser.newContext(), address));
  id = link.split('#/')[1] ?? '';
  host = await startForeignHost(station.origin, id);
});

afterAll(async () => {
  host.close();
  await browser.close();
  await station.close();
});

/** Opens an example; the second value fills with what the browser complains about. */
async function open(
  name: string,
  from: ForeignHost = host,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<[page: Page, complaints: string[]]> {
  const page = await browser.newPage({ locale: 'en', ...options });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${from.origin}/${name}.html`);
  return [page, complaints];
}

/** What the players of a page say of themselves. */
function statsOf(page: Page | Frame): Promise<WatchStats[]> {
  return page
    .locator('lucarne-player')
    .evaluateAll((players) =>
      Promise.all(
        players.map((player) => (player as LucarnePlayer).getStats().catch(() => ({}) as WatchStats)),
      ),
    );
}

async function showPictures(page: Page | Frame, count = 1): Promise<WatchStats[]> {
  const stats = await until(
    () => statsOf(page),
    (all) => all.length === count && all.every(({ videoFrames }) => videoFrames > 30),
    'pictures',
  );
  for (const each of stats)
    expect(each).toMatchObject({ state: 'live', broadcastId: id, packetsMissing: 0, rejected: 0 });
  return stats;
}

describe('a player in a page with a strict policy', () => {
  it('shows the broadcast with sound, and the browser complains of nothing', async () => {
    const [page, complaints] = await open('plain');
    await showPictures(page);
    await until(
      () => statsOf(page),
      ([stats]) => (stats?.audioChunks ?? 0) > 10,
      'sound',
    );
    await page.getByText('1 watching').waitFor();
    expect(complaints).toEqual([]);
    const full = page.getByRole('link', { name: 'Open the full page' });
    expect(await full.getAttribute('href')).toBe(`${station.origin}/#/${id}`);
    expect(await page.evaluate(() => [localStorage.length, document.documentElement.lang])).toEqual([
      0,
      'en',
    ]);
    await page.context().close();
  });

  it('has the face of a media element', async () => {
    const [page] = await open('plain');
    await showPictures(page);
    const told = await page.locator('lucarne-player').evaluate(async (element) => {
      const player = element as LucarnePlayer;
      const events: string[] = [];
      for (const type of ['playing', 'waiting', 'volumechange', 'lucarne-state-changed'])
        player.addEventListener(type, () => events.push(type));
      player.volume = 0.5;
      player.muted = true;
      player.pause();
      const isPaused = player.paused;
      player.play();
      const left = new Promise((resolve) => setTimeout(resolve));
      await left;
      return { events, isPaused, paused: player.paused, volume: player.volume, muted: player.muted };
    });
    expect(told).toMatchObject({ isPaused: true, paused: false, volume: 0.5, muted: true });
    expect(told.events).toEqual(['volumechange', 'volumechange', 'waiting', 'playing']);
    await page.context().close();
  });

  it('keeps its shape before the picture comes, whatever its width, and axe finds nothing', async () => {
    const [page] = await open('plain', host, { viewport: { width: 480, height: 640 } });
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    const box = () => page.locator('lucarne-player').boundingBox();
    const before = await box();
    await showPictures(page);
    expect(await box()).toEqual(before);
    // The bar's last button tells whether the others have room.
    for (const width of [900, 680, 560, 480, 400, 320, 240]) {
      await page.setViewportSize({ width, height: 640 });
      const player = await box();
      const last = await page.getByRole('button', { name: 'Full screen' }).boundingBox();
      expect(last!.x + last!.width).toBeLessThanOrEqual(player!.x + player!.width);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    expect(await findingsOf(page)).toEqual([]);
    await page.context().close();
  });

  it('lets go of the broadcast when it leaves the page, and says what is wrong with a link that is none', async () => {
    const [page] = await open('plain');
    await showPictures(page);
    await page.locator('lucarne-player').evaluate((player) => {
      player.setAttribute('src', 'nothing of the kind');
    });
    await page.getByRole('status').filter({ hasText: 'This is not a link to a broadcast.' }).waitFor();
    const gone = await page.locator('lucarne-player').evaluate(async (player) => {
      player.remove();
      return (player as LucarnePlayer).getStats().then(
        () => 'still watching',
        () => 'gone',
      );
    });
    expect(gone).toBe('gone');
    await page.context().close();
  });
});

it('several in a page play in silence, until one is listened to', async () => {
  const [page, complaints] = await open('several');
  await showPictures(page, 3);
  const muted = () =>
    page
      .locator('lucarne-player')
      .evaluateAll((players) => players.map((player) => (player as LucarnePlayer).muted));
  expect(await muted()).toEqual([true, true, true]);
  await page.getByRole('button', { name: 'Listen' }).nth(1).click();
  expect(await muted()).toEqual([true, false, true]);
  expect(await page.getByText('live', { exact: true }).count()).toBe(3);
  expect(await findingsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('speaks French where the visitor does and the page has no language of its own', async () => {
  const page = await browser.newPage({ locale: 'fr-FR' });
  await page.goto(`${station.origin}/embed/#/${id}`);
  await page.getByRole('link', { name: 'Ouvrir la page complète' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
  await page.context().close();
});

describe('the page for frames', () => {
  it('shows the broadcast to a page that has no script', async () => {
    const [page, complaints] = await open('frame');
    const frame = await until(
      () => Promise.resolve(page.frames()[1]),
      (found) => found?.url().includes('/embed/') === true,
      'the frame',
    );
    await showPictures(frame!);
    const player = page.frameLocator('iframe').locator('lucarne-player');
    expect(await player.evaluate((element: LucarnePlayer) => element.muted)).toBe(true);
    const full = page.frameLocator('iframe').getByRole('link', { name: 'Open the full page' });
    expect(await full.evaluate((anchor) => (anchor as HTMLAnchorElement).href)).toBe(link);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is the only one of ours that may be framed', async () => {
    const page = await browser.newPage();
    await page.goto(`${host.origin}/several.html`);
    const framed = async (path: string): Promise<string> => {
      await page.evaluate((src) => {
        const frame = document.createElement('iframe');
        document.body.replaceChildren(Object.assign(frame, { src }));
        return new Promise((resolve) => frame.addEventListener('load', resolve));
      }, `${station.origin}${path}`);
      // The address of a page that isn't let in takes a moment to be that of the browser's own error.
      return until(
        () => Promise.resolve(page.frames()[1]?.url() ?? ''),
        (url) => url !== '' && url !== 'about:blank',
        'the frame',
      );
    };
    expect(await framed('/embed/')).toBe(`${station.origin}/embed/`);
    expect(await framed('/')).toMatch(/^chrome-error:/);
    expect(await framed('/index.html#/studio')).toMatch(/^chrome-error:/);
    await page.context().close();
  });
});

describe('Firefox', () => {
  it.each(['plain', 'frame'])('shows it in another origin’s page (%s)', async (name) => {
    const firefox = await launchFirefox();
    try {
      const page = await firefox.newPage();
      await page.goto(`${host.origin}/${name}.html`);
      const place =
        name === 'frame' ? await page.waitForFrame((frame) => frame.url().includes('/embed/')) : page;
      const player = await place.waitForSelector('lucarne-player');
      const read = () =>
        player!.evaluate((element) =>
          element.getStats().catch((): Partial<WatchStats> => ({ videoFrames: 0 })),
        );
      const stats = await until(read, ({ videoFrames = 0 }) => videoFrames > 30, 'pictures in Firefox');
      expect(stats).toMatchObject({ state: 'live', packetsMissing: 0, rejected: 0 });
    } finally {
      await firefox.close();
    }
  });
});

describe('from a static host, with a stock PeerServer', () => {
  let stock: SignalingServer;
  let files: StaticHost;
  let page: ForeignHost;

  beforeAll(async () => {
    stock = await startStock('/peerjs', 0);
    files = await startStaticHost(JSON.stringify({ server: stock.origin }));
  });

  afterAll(async () => {
    page.close();
    files.close();
    await stock.close();
  });

  it('finds the server in lucarne.json, and the broadcast by its id alone', async () => {
    const context = await browser.newContext();
    const studio = await goLive(context, `${files.origin}/?source=testcard&quality=360p#/studio`);
    id = studio.link.split('#/')[1] ?? '';
    page = await startForeignHost(files.origin, id);
    const watching = await browser.newPage();
    await watching.goto(`${page.origin}/several.html`);
    await watching.locator('lucarne-player').evaluateAll((players, broadcastId) => {
      for (const player of players.slice(1)) player.closest('figure')?.remove();
      players[0]?.setAttribute('src', broadcastId);
    }, id);
    await showPictures(watching);
    await context.close();
  });
});
