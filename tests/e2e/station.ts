// A whole station for tests: the server as `npm start` runs it, a broadcaster and viewers in real browsers.

import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { DEVICE_FLAGS, launchChromium } from '../browsers.ts';
import type { BroadcastStats, WatchStats } from '../../src/session/session-api.ts';
import type { LucarneStudio } from '../../src/ui/studio/lucarne-studio.ts';
import type { LucarnePlayer } from '../../src/ui/watch/lucarne-player.ts';

/** Between two looks at a page: often enough for a person, seldom enough to leave the machine to the browsers. */
const POLL_MS = 100;

/** A running `npm start`. */
export interface Station {
  origin: string;
  close(): Promise<void>;
}

/** Builds and serves the app of `folder` exactly as a person would, with settings in `env`; resolves when its address was printed. */
export async function startStation(
  env: Readonly<Record<string, string>> = {},
  folder = process.cwd(),
): Promise<Station> {
  const server = spawn('npm', ['start', '--', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: folder,
    detached: true,
    // The runner's own NODE_ENV would build the app with its libraries' development code.
    env: { ...process.env, NODE_ENV: undefined, ...env },
  });
  const origin = await printedAddress(server);
  return {
    origin,
    async close() {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      process.kill(-server.pid!, 'SIGTERM');
      await gone;
    },
  };
}

function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /http:\/\/localhost:\d+/.exec(text);
      if (address) resolve(address[0]);
    });
    server.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${text}`)));
  });
}

/** A Chromium with a camera and a microphone that aren't there. */
export function launchStudio(...flags: string[]): Promise<Browser> {
  return launchChromium(...DEVICE_FLAGS, ...flags);
}

/** Opens the studio and goes live; gives the page and the link as a person would copy it. */
export async function goLive(
  context: BrowserContext,
  address: string,
): Promise<{ page: Page; link: string }> {
  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole('textbox', { name: 'Title' }).fill('A test of the main path');
  await page.getByRole('button', { name: 'Start broadcast' }).click();
  const box = page.getByRole('textbox', { name: 'Link' });
  await box.waitFor({ timeout: 30_000 });
  return { page, link: await box.inputValue() };
}

/** Opens a link in a context of its own, with query parameters. */
export async function watch(browser: Browser, link: string, query = ''): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link.replace('#', `${query}#`));
  return page;
}

/** A button by its whole name. */
export function button(page: Page, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: true });
}

/** What the player says of itself. */
export function watchStats(page: Page): Promise<WatchStats> {
  return page.locator('lucarne-player').evaluate((player) => (player as LucarnePlayer).getStats());
}

/** Opens a link as `watch` does, and waits until it shows pictures, at this depth if one is given. */
export async function watchPictures(
  browser: Browser,
  link: string,
  query: string,
  atDepth?: number,
): Promise<Page> {
  const page = await watch(browser, link, query);
  await until(
    () => watchStats(page),
    ({ depth, videoFrames }) => videoFrames > 5 && (atDepth === undefined || depth === atDepth),
    atDepth === undefined ? 'a picture' : `a picture at depth ${atDepth}`,
  );
  return page;
}

/** What the studio says of itself. */
export function studioStats(page: Page): Promise<BroadcastStats> {
  return page
    .locator('lucarne-studio')
    .evaluate((studio) => (studio as LucarneStudio).getStats() as Promise<BroadcastStats>);
}

/** Polls until `isDone` holds, and gives the value that did. */
export async function until<Value>(
  read: () => Promise<Value>,
  isDone: (value: Value) => boolean,
  what: string,
  timeoutMs = 60_000,
): Promise<Value> {
  const deadlineMs = performance.now() + timeoutMs;
  let value = await read();
  while (!isDone(value)) {
    if (performance.now() > deadlineMs)
      throw new Error(`Waited in vain for ${what}; last: ${JSON.stringify(value)}`);
    await setTimeout(POLL_MS);
    value = await read();
  }
  return value;
}
