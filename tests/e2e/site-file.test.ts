// The app on a static host: `lucarne.json` beside the page names the signaling server, and a page that isn't that file doesn't.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';
import { startStaticHost, type StaticHost } from './static-host.ts';

let station: Station;
let server: ServerProcess;
let named: StaticHost;
let bare: StaticHost;
let browser: Browser;

beforeAll(async () => {
  station = await startStation();
  server = await startServerProcess();
  named = await startStaticHost(JSON.stringify({ server: server.origin }));
  bare = await startStaticHost();
  browser = await launchStudio();
});

afterAll(async () => {
  await browser.close();
  named.close();
  bare.close();
  await server.end('SIGKILL');
  await station.close();
});

it('goes live and is watched by the server that the file names, which the link carries', async () => {
  const address = `${named.origin}/?source=testcard&quality=360p#/studio`;
  const { page: studio, link } = await goLive(await browser.newContext(), address);
  expect(link).toContain(`?server=${server.origin}#/`);
  // Typed by hand, without the server: the file says it again.
  const page = await watch(browser, link.replace(/\?[^#]*/, ''));
  const stats = await until(
    () => watchStats(page),
    ({ videoFrames }) => videoFrames > 30,
    'pictures',
  );
  expect(stats).toMatchObject({ depth: 1, packetsMissing: 0 });
  await page.context().close();
  await studio.context().close();
});

it('takes the page of a host that knows no such file for none, and asks the page’s own origin', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('websocket', (socket) => asked.push(new URL(socket.url()).host));
  await page.goto(`${bare.origin}/#/aaaaaaaaaaaaaaaaaaaaaaaaaa`);
  await until(
    () => Promise.resolve(asked),
    (hosts) => hosts.length > 0,
    'a socket',
  );
  expect(new Set(asked)).toEqual(new Set([new URL(bare.origin).host]));
  expect(bare.missed).toContain('/lucarne.json');
  await context.close();
});

it('is not asked for where our own server serves the page', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const opened = page.waitForEvent('websocket');
  await page.goto(`${station.origin}/#/aaaaaaaaaaaaaaaaaaaaaaaaaa`);
  await opened;
  await until(
    () => watchStats(page),
    ({ state }) => state === 'waiting',
    'the waiting state',
  );
  expect(asked).not.toContain('/lucarne.json');
  await context.close();
});
