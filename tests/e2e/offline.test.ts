// The app without its server: what is kept, what is never kept, and that no page is loaded anew by it.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

let station: Station;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let loads = 0;
let isDown = false;
const errors: string[] = [];

/** What is kept, as paths. */
function keptPaths(of: Page): Promise<string[]> {
  return of.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    return paths;
  });
}

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  context = await browser.newContext({ acceptDownloads: true });
});

afterAll(async () => {
  await browser.close();
  if (!isDown) await station.close();
});

describe('the app', () => {
  it('is kept while a broadcast is on, which is neither loaded anew nor disturbed by it', async () => {
    const address = `${station.origin}/?source=testcard&quality=360p#/studio`;
    const live = await goLive(context, address);
    page = live.page;
    page.on('load', () => loads++);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    // Who watches keeps nothing.
    const viewer = await watch(browser, live.link);
    await until(
      () => watchStats(viewer),
      ({ videoFrames }) => videoFrames > 60,
      'pictures',
    );
    expect(await viewer.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(
      0,
    );
    expect(await keptPaths(viewer)).toEqual([]);
    await viewer.context().close();
    await page.getByRole('button', { name: 'Stop broadcast' }).click();
    await page.getByRole('button', { name: 'Stop broadcast' }).last().click();
    await page.getByRole('button', { name: 'Download recording' }).waitFor();
    expect(loads).toBe(0);
    expect(errors).toEqual([]);
  });

  it('keeps the build and nothing else', async () => {
    const paths = await keptPaths(page);
    expect(paths).toContain('/');
    expect(paths).toContain('/manifest.webmanifest');
    expect(paths.some((path) => path.includes('lucarne-recordings'))).toBe(true);
    const strangers = paths.filter(
      (path) => !/^\/(assets\/[\w.-]+|icons\/[\w-]+\.png|favicon\.svg|manifest\.webmanifest)?$/.test(path),
    );
    expect(strangers).toEqual([]);
  });

  it('is controlled after a load, and still asks the server for what isn’t the build', async () => {
    await page.goto(`${station.origin}/#/`);
    await page.reload();
    await page.getByRole('link', { name: 'Go live' }).waitFor();
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    const answers = await page.evaluate(async () => {
      const [ice, site] = [await fetch('/api/ice'), await fetch('/lucarne.json')];
      return [ice.status, (await ice.text()).length > 0, site.status];
    });
    expect(answers).toEqual([200, true, 404]);
    expect(await keptPaths(page)).not.toContain('/api/ice');
  });

  it('has its recordings without the server, and downloads them', async () => {
    await station.close();
    isDown = true;
    await page.goto('about:blank');
    await page.goto(`${station.origin}/#/recordings`);
    await page.getByRole('heading', { name: 'A test of the main path' }).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^lucarne-.*\.(mp4|webm)$/);
    expect((await readFile(await download.path())).length).toBeGreaterThan(10_000);
    await page.getByRole('link', { name: 'Lucarne' }).click();
    await page.getByRole('link', { name: 'Go live' }).waitFor();
  });

  it('can be installed: its manifest names icons that are there', async () => {
    const manifest = JSON.parse(await readFile('public/manifest.webmanifest', 'utf8')) as {
      icons: { src: string; sizes: string; purpose?: string }[];
    };
    const sizes = await page.evaluate(
      async (sources) => {
        const found: string[] = [];
        for (const source of sources) {
          const picture = await createImageBitmap(await (await fetch(source)).blob());
          found.push(`${picture.width}x${picture.height}`);
        }
        return found;
      },
      manifest.icons.filter(({ src }) => src.endsWith('.png')).map(({ src }) => `/${src}`),
    );
    expect(sizes).toEqual(['192x192', '512x512', '512x512']);
    expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
  });
});
