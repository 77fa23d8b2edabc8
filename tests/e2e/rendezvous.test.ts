// Registrations of a real browser at our own signaling server and at the stock one: the same suite for both.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { RendezvousKind } from '../../src/ports.ts';
import { startPages } from './page-server.ts';
import type { PageServer } from './page-server.ts';
import { startOurs, startStock } from './signaling-servers.ts';
import type { SignalingServer } from './signaling-servers.ts';

/** What `random: known` in the page makes of 15 zero bytes. */
const KNOWN_TOKEN = 'a'.repeat(24);

let pages: PageServer;
let page: Page;
let server: SignalingServer;
let thrown: string[];
let asked: string[];
let ids = 0;

const newId = () => `peer${++ids}`;
const open = (id: string, token?: 'known') =>
  page.evaluate(([origin, id, token]) => window.rendezvousTest.open(origin, id, token), [
    server.origin,
    id,
    token,
  ] as const);
const happened = (which: number, what: string, times?: number) =>
  page.evaluate(([which, what, times]) => window.rendezvousTest.happened(which, what, times), [
    which,
    what,
    times,
  ] as const);
const send = (which: number, to: string, kind: RendezvousKind, payload: unknown) =>
  page.evaluate(([which, to, kind, payload]) => window.rendezvousTest.send(which, to, kind, payload), [
    which,
    to,
    kind,
    payload,
  ] as const);
const close = (which: number) => page.evaluate((which) => window.rendezvousTest.close(which), which);
const log = (which: number) => page.evaluate((which) => window.rendezvousTest.log(which), which);

async function openBoth() {
  const [nearId, farId] = [newId(), newId()];
  const [near, far] = [await open(nearId), await open(farId)];
  await happened(near, 'opened');
  await happened(far, 'opened');
  return { near, far, nearId, farId };
}

/** A socket that speaks the protocol by hand. */
async function rawSocket(id: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}/peerjs/peerjs?key=peerjs&id=${id}&token=${token}&version=1.5.5`,
  );
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  return socket;
}

beforeAll(async () => {
  pages = await startPages('rendezvous');
});

afterAll(async () => {
  await pages.close();
});

beforeEach(async () => {
  page = await pages.open('rendezvous');
  [thrown, asked] = [[], []];
  page.on('pageerror', (error) => thrown.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
});

afterEach(async () => {
  await page.context().close();
  expect(thrown).toEqual([]);
  const strangers = asked.filter((url) => !['localhost', '127.0.0.1'].includes(new URL(url).hostname));
  expect(strangers).toEqual([]);
});

const SERVERS = [
  ['our server', startOurs],
  ['the stock server', (port?: number) => startStock('/peerjs', port)],
] as const;

describe.each(SERVERS)('a rendezvous at %s', (_, start) => {
  beforeAll(async () => {
    server = await start();
  });

  afterAll(async () => {
    await server.close();
  });

  test('registers, and carries each kind of message with its sender', async () => {
    const { near, far, nearId, farId } = await openBoth();
    const payloads = [
      ['offer', { sdp: 'v=0', n: 1 }],
      ['answer', [1, 'zwei', null]],
      ['candidate', 'text'],
    ] as const;
    for (const [kind, payload] of payloads) expect(await send(near, farId, kind, payload)).toBe(true);
    const got = await happened(far, 'message', 3);
    expect(got).toEqual([
      ['opened', farId],
      ...payloads.map(([kind, payload]) => ['message', nearId, kind, payload]),
    ]);
    await send(far, nearId, 'answer', { back: true });
    expect((await happened(near, 'message')).at(-1)).toEqual(['message', farId, 'answer', { back: true }]);
  });

  test('goes on with a socket that spoke before, and says nothing twice', async () => {
    const [nearId, farId] = [newId(), newId()];
    const far = await open(farId);
    await happened(far, 'opened');
    await page.evaluate(([origin, id, to]) => window.rendezvousTest.begin(origin, id, to, { sdp: 'early' }), [
      server.origin,
      nearId,
      farId,
    ] as const);
    await happened(far, 'message');
    await send(far, nearId, 'answer', 'before');
    const near = await open(nearId);
    expect(await happened(near, 'message')).toEqual([
      ['opened', nearId],
      ['message', farId, 'answer', 'before'],
    ]);
    expect(await send(near, farId, 'offer', { sdp: 'early' })).toBe(true);
    expect(await send(near, farId, 'candidate', 'later')).toBe(true);
    expect(await happened(far, 'message', 2)).toEqual([
      ['opened', farId],
      ['message', nearId, 'offer', { sdp: 'early' }],
      ['message', nearId, 'candidate', 'later'],
    ]);
    expect(asked.filter((address) => address.includes(nearId))).toHaveLength(1);
  });

  test('comes back when the server that an early socket spoke to is restarted', async () => {
    const [nearId, farId] = [newId(), newId()];
    await page.evaluate(([origin, id, to]) => window.rendezvousTest.begin(origin, id, to, 'again'), [
      server.origin,
      nearId,
      farId,
    ] as const);
    const near = await open(nearId);
    await happened(near, 'opened');
    await server.close();
    await happened(near, 'lost');
    server = await start(server.port);
    await happened(near, 'opened', 2);
    const far = await open(farId);
    await happened(far, 'opened');
    expect(await send(near, farId, 'offer', 'again')).toBe(true);
    expect(await happened(far, 'message')).toContainEqual(['message', nearId, 'offer', 'again']);
  });

  test('tells who is absent', async () => {
    const near = await open(newId());
    await happened(near, 'opened');
    const nobody = newId();
    await send(near, nobody, 'offer', { sdp: 'v=0' });
    expect((await happened(near, 'absent')).at(-1)).toEqual(['absent', nobody]);
  });

  test('comes back by itself when the server does', async () => {
    const { near, far, nearId, farId } = await openBoth();
    await server.close();
    await happened(near, 'lost');
    await happened(far, 'lost');
    expect(await send(near, farId, 'offer', 1)).toBe(false);
    server = await start(server.port);
    const returnMs = performance.now();
    await happened(near, 'opened', 2);
    await happened(far, 'opened', 2);
    console.log(`registered again ${(performance.now() - returnMs).toFixed()} ms after the server's return`);
    expect(await send(near, farId, 'offer', 'again')).toBe(true);
    expect(await happened(far, 'message')).toEqual([
      ['opened', farId],
      ['lost'],
      ['opened', farId],
      ['message', nearId, 'offer', 'again'],
    ]);
  });

  test('waits for an id that is given back, as after a reload', async () => {
    const id = newId();
    const old = await rawSocket(id, 'another');
    const near = await open(id);
    await page.waitForEvent('websocket');
    await page.waitForEvent('websocket');
    old.close();
    expect(await happened(near, 'opened')).toEqual([['opened', id]]);
  });

  test('gives an id up that somebody else keeps', async () => {
    const id = newId();
    const old = await rawSocket(id, 'another');
    const near = await open(id);
    expect(await happened(near, 'taken')).toEqual([['taken']]);
    expect(await send(near, id, 'offer', 1)).toBe(false);
    old.close();
  });

  test('registers although a server still holds its own old socket', async () => {
    const id = newId();
    const old = await rawSocket(id, KNOWN_TOKEN);
    const near = await open(id, 'known');
    await happened(near, 'opened');
    const far = await open(newId());
    await happened(far, 'opened');
    await send(far, id, 'offer', 'to the new socket');
    expect((await happened(near, 'message')).at(-1)?.at(-1)).toBe('to the new socket');
    old.close();
  });

  test('opens no connection for whoever asks, and survives what peers send', async () => {
    const { near, nearId } = await openBoth();
    const before = await page.evaluate(() => window.rendezvousTest.connections());
    const hostile = await rawSocket(newId(), 'hostile');
    const asks = { connectionId: 'dc_1', label: 'x', reliable: true, sdp: { type: 'offer', sdp: 'v=0' } };
    const payloads = [
      null,
      7,
      { ...asks, type: 'data', serialization: 'binary' },
      { ...asks, type: 'media' },
      { ...asks, type: 'data', serialization: '__proto__' },
    ];
    for (const payload of payloads) hostile.send(JSON.stringify({ type: 'OFFER', dst: nearId, payload }));
    hostile.send(JSON.stringify({ type: 'ANSWER', dst: nearId, payload: 'last' }));
    const last = async () => (await log(near)).at(-1)?.at(-1);
    await expect.poll(last, { timeout: 5000 }).toBe('last');
    expect(await page.evaluate(() => window.rendezvousTest.connections())).toBe(before);
    hostile.close();
  });

  test('is silent once it is closed, and frees its id', async () => {
    const { near, far, nearId, farId } = await openBoth();
    await close(near);
    expect(await send(near, farId, 'offer', 1)).toBe(false);
    const heir = await open(nearId);
    await happened(heir, 'opened');
    await send(far, nearId, 'offer', 'to the heir');
    await happened(heir, 'message');
    expect(await log(near)).toEqual([['opened', nearId]]);
  });
});

describe('a rendezvous elsewhere', () => {
  test('finds a stock server at its default path', async () => {
    server = await startStock('/');
    const { near, far, farId } = await openBoth();
    await send(near, farId, 'offer', 'found');
    expect((await happened(far, 'message')).at(-1)?.at(-1)).toBe('found');
    await server.close();
  });

  test.for(['ftp://example.org', 'example.org', 'javascript:alert(1)', ''])('refuses %s', async (origin) => {
    await expect(
      page.evaluate((origin) => window.rendezvousTest.open(origin, 'peer'), origin),
    ).rejects.toThrow('link-invalid');
  });
});
