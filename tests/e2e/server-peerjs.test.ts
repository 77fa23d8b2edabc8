// Stock PeerJS clients in a real browser, on our server: they get an id, connect, come back, and learn who is not there.
// The page is served by the very server under test, as an operator would have it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Peer as PeerClass } from 'peerjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../src/server/server.ts';
import { launchChromium } from '../browsers.ts';
import type { RunningServer } from '../../src/server/server.ts';

interface PeerOptions {
  host: string;
  port: number;
  path: string;
  secure: boolean;
  config: RTCConfiguration;
  key?: string;
  token?: string;
}

/** The global that peerjs.min.js leaves on the page. */
declare const Peer: {
  new (options: PeerOptions): PeerClass;
  new (id: string, options: PeerOptions): PeerClass;
};

let folder: string;
let server: RunningServer;
let browser: Browser;
let options: PeerOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucarne-peerjs-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><script src="peerjs.min.js"></script>');
  await writeFile(join(folder, 'peerjs.min.js'), await readFile('node_modules/peerjs/dist/peerjs.min.js'));
  server = await startServer({ distDir: folder });
  options = { host: 'localhost', port: server.port, path: '/', secure: false, config: { iceServers: [] } };
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

async function openPage(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.origin);
  return page;
}

describe('stock PeerJS', () => {
  it('opens a data connection between two pages through our server', async () => {
    const [here, there] = [await openPage(), await openPage()];
    const id = await there.evaluate(async (peerOptions) => {
      const peer = new Peer(peerOptions);
      peer.on('connection', (connection) => {
        connection.on('data', (data) => void connection.send(`heard ${String(data)}`));
      });
      return new Promise<string>((resolve) => peer.on('open', resolve));
    }, options);
    expect(id).toMatch(/^[\da-f-]{36}$/);
    const answer = await here.evaluate(
      async ([peerOptions, target]) => {
        const peer = new Peer('the-caller', peerOptions);
        await new Promise((resolve) => peer.on('open', resolve));
        const connection = peer.connect(target);
        connection.on('open', () => void connection.send('hello'));
        return new Promise((resolve, reject) => {
          connection.on('data', resolve);
          peer.on('error', reject);
        });
      },
      [options, id] as const,
    );
    expect(answer).toBe('heard hello');
  });

  it('reports an absent peer, a taken id and a wrong key by their own names', async () => {
    const page = await openPage();
    const errors = await page.evaluate(async (peerOptions) => {
      const errorOf = (peer: PeerClass): Promise<string> =>
        new Promise((resolve) => peer.on('error', (error) => resolve(error.type)));
      const owner = new Peer('owner', peerOptions);
      await new Promise((resolve) => owner.on('open', resolve));
      owner.connect('nobody-there');
      const absent = errorOf(owner);
      const taken = errorOf(new Peer('owner', peerOptions));
      const key = errorOf(new Peer('somebody', { ...peerOptions, key: 'wrong' }));
      return Promise.all([absent, taken, key]);
    }, options);
    expect(errors).toEqual(['peer-unavailable', 'unavailable-id', 'invalid-key']);
  });

  it('opens again with reconnect() although the server still holds its old socket', async () => {
    const page = await openPage();
    const isOpenAgain = await page.evaluate(async (peerOptions) => {
      const sockets: WebSocket[] = [];
      const Native = WebSocket;
      // A network switch leaves the old socket open on the server: here, nobody closes it.
      globalThis.WebSocket = class extends Native {
        constructor(url: string | URL) {
          super(url);
          sockets.push(this);
        }
        override close(): void {
          // The close never reaches the server.
        }
      };
      const peer = new Peer('wanderer', { ...peerOptions, token: 'stable' });
      await new Promise((resolve) => peer.on('open', resolve));
      peer.disconnect();
      const isOpenAgain = new Promise((resolve) =>
        peer.on('open', () => resolve(peer.open && sockets.length === 2)),
      );
      peer.reconnect();
      return isOpenAgain;
    }, options);
    expect(isOpenAgain).toBe(true);
  });
});
