// A viewer's rights (TESTS.md A18) in a real browser, with Debian's coturn: what is shared is said before anything is gathered, and whoever
// hides their address tells the signaling server of TURN addresses only. Frames are read at a proxy in front of the server.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { WebSocket, WebSocketServer } from 'ws';
import { startCoturn } from './coturn.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import type { ServiceProcess } from './service-process.ts';
import { goLive, launchStudio, startStation, until, watchStats, type Station } from './station.ts';

const SECRET = 'shared-with-coturn-only';
const CANDIDATE = /candidate:\S+ \d \w+ \d+ \S+ \d+ typ (\w+)/g;

declare global {
  var testGathering: { atMs: number; hasNotice: boolean; paints: number }[];
}

let coturn: ServiceProcess;
let station: Station;
/** The station's pages with a signaling server that has TURN. */
let withTurn: ServerProcess;
let proxy: Server;
let proxyOrigin: string;
let browser: Browser;
let link: string;
/** What came up through the proxy, and what went down. */
let frames: string[] = [];
let answers: string[] = [];

/** Hands sockets and requests on to a server, and keeps what pages say. */
function startProxy(target: string): Server {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    void fetch(`${target}${request.url}`).then(async (answer) => {
      response.writeHead(answer.status, {
        'Access-Control-Allow-Origin': '*',
        'Content-Type': 'application/json',
      });
      response.end(await answer.text());
    });
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (near) => {
      const far = new WebSocket(`${target.replace('http', 'ws')}${request.url}`);
      const waiting: string[] = [];
      near.on('message', (data: Buffer) => {
        const text = data.toString();
        frames.push(text);
        if (far.readyState === WebSocket.OPEN) far.send(text);
        else waiting.push(text);
      });
      far.on('open', () => waiting.forEach((text) => far.send(text)));
      far.on('message', (data: Buffer) => {
        const text = data.toString();
        answers.push(text);
        near.send(text);
      });
      far.on('close', () => near.close());
      near.on('close', () => far.close());
      for (const end of [near, far]) end.on('error', () => undefined);
    });
  });
  return server.listen(0, '127.0.0.1');
}

function kinds(told = frames): Set<string | undefined> {
  return new Set(told.flatMap((frame) => [...frame.matchAll(CANDIDATE)].map(([, kind]) => kind)));
}

async function untilPictures(page: Page): Promise<void> {
  await until(
    () => watchStats(page).catch(() => undefined),
    (stats) => (stats?.videoFrames ?? 0) > 20,
    'pictures',
  );
}

beforeAll(async () => {
  coturn = await startCoturn({ secret: SECRET, reachesThisMachine: true });
  station = await startStation();
  withTurn = await startServerProcess(0, {
    TURN_URLS: `turn:127.0.0.1:${coturn.port}?transport=tcp`,
    TURN_SECRET: SECRET,
  });
  proxy = startProxy(withTurn.origin);
  await once(proxy, 'listening');
  proxyOrigin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  browser = await launchStudio();
  const address = `${station.origin}/?server=${withTurn.origin}&source=testcard&quality=360p#/studio`;
  link = (await goLive(await browser.newContext(), address)).link.replace(withTurn.origin, proxyOrigin);
});

afterAll(async () => {
  await browser.close();
  proxy.closeAllConnections();
  proxy.close();
  await withTurn.end('SIGKILL');
  await station.close();
  await coturn.end();
});

describe('whoever watches', () => {
  it('reads what is shared before anything is gathered, without a click', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(() => {
      globalThis.testGathering = [];
      const original: (description?: RTCLocalSessionDescriptionInit) => Promise<void> =
        // eslint-disable-next-line @typescript-eslint/unbound-method, @typescript-eslint/no-deprecated -- called with its connection below; only an old form of it is deprecated
        RTCPeerConnection.prototype.setLocalDescription;
      Object.assign(RTCPeerConnection.prototype, {
        setLocalDescription(this: RTCPeerConnection, description?: RTCLocalSessionDescriptionInit) {
          globalThis.testGathering.push({
            atMs: performance.now(),
            hasNotice: document.querySelector('.notice, lucarne-app') !== null,
            paints: performance.getEntriesByType('paint').length,
          });
          return original.call(this, description);
        },
      });
    });
    await page.goto(link);
    await untilPictures(page);
    const [first] = await page.evaluate(() => globalThis.testGathering);
    expect(first?.hasNotice).toBe(true);
    expect(first?.paints).toBeGreaterThan(0);
    await page.getByText('Watching shares your network address').waitFor();
    await page.context().close();
  });

  it('and hides, tells of TURN addresses only, also after a reload', async () => {
    const page = await (await browser.newContext()).newPage();
    frames = [];
    await page.goto(link);
    await untilPictures(page);
    // The check can fail: whoever doesn't hide tells of an address.
    expect(kinds()).toContain('host');
    await page.getByText('Watching shares your network address').click();
    await page.getByText('Hops to the camera').waitFor();
    const box = page.getByRole('checkbox', { name: 'Hide my address' });
    await Promise.all([page.waitForEvent('load'), box.click()]);
    frames = [];
    await untilPictures(page);
    expect(kinds()).toEqual(new Set(['relay']));
    frames = [];
    await page.reload();
    await untilPictures(page);
    expect(kinds()).toEqual(new Set(['relay']));
    await page.getByText('Watching shares your network address').click();
    expect(await box.isChecked()).toBe(true);
    await page.context().close();
  });

  it('by a link that asks for it, tells of TURN addresses only', async () => {
    const page = await (await browser.newContext()).newPage();
    frames = [];
    await page.goto(link.replace('?', '?relay=only&'));
    await untilPictures(page);
    expect(kinds()).toEqual(new Set(['relay']));
    await page.context().close();
  });

  it('and doesn’t want to help, passes nothing on, also after a reload', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(link);
    await untilPictures(page);
    await page.getByText('Watching shares your network address').click();
    const box = page.getByRole('checkbox', { name: 'Help this broadcast' });
    await box.uncheck();
    const isRelaying = (): Promise<boolean | undefined> =>
      page
        .locator('lucarne-player')
        .evaluate(
          (player) =>
            (player as import('../../src/ui/watch/lucarne-player.ts').LucarnePlayer).watched?.relaying,
        );
    expect(await isRelaying()).toBe(false);
    await page.reload();
    await untilPictures(page);
    expect(await isRelaying()).toBe(false);
    await page.context().close();
  });
});

describe('a broadcaster who hides everybody’s address', () => {
  it('shares a link that says so, and nobody tells of another one, after a reload neither', async () => {
    const studio = await (await browser.newContext()).newPage();
    await studio.goto(`${station.origin}/?server=${withTurn.origin}&source=testcard&quality=360p#/studio`);
    await studio.getByRole('checkbox', { name: 'Hide everybody’s address' }).check();
    await studio.getByRole('button', { name: 'Start broadcast' }).click();
    const hiding = await studio.getByRole('textbox', { name: 'Link' }).inputValue();
    expect(hiding).toContain('relay=only');
    const watchHidden = async (): Promise<void> => {
      [frames, answers] = [[], []];
      const page = await (await browser.newContext()).newPage();
      await page.goto(hiding.replace(withTurn.origin, proxyOrigin));
      await untilPictures(page);
      expect([kinds(), kinds(answers)]).toEqual([new Set(['relay']), new Set(['relay'])]);
      await page.context().close();
    };
    await watchHidden();
    await studio.reload();
    expect(await studio.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(hiding);
    await watchHidden();
    await studio.context().close();
  });
});

describe('where there is no TURN server', () => {
  it('the page says that an address can’t be hidden here', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(link.replace(proxyOrigin, station.origin));
    // The line is there before it can be opened.
    await page.locator('lucarne-rights summary').waitFor();
    await page.getByText('Watching shares your network address').click();
    await page.getByText('so your address can’t be hidden here').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Hide my address' }).isDisabled()).toBe(true);
    await page.context().close();
  });
});
