// Two server processes and a Redis (TESTS.md S10): one front door, over real sockets, with the processes and Redis killed in turn.

import { once } from 'node:events';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { WebSocket } from 'ws';
import { concatBytes } from '../../src/base/bytes.ts';
import { encodeEntry, encodeStatement } from '../../src/guide/entry.ts';
import { createKey, signerOf } from '../../src/identity/keys.ts';
import { doorId } from '../../src/overlay/door-ids.ts';
import type { Signer } from '../../src/ports.ts';
import { CLAIM_MS } from '../../src/server/limits.ts';
import { startAnswering } from '../unit/server/attacks.ts';
import { addressFor, Client, join } from '../unit/server/client.ts';
import { askFor, certifiedDoor, inS, posingAs } from '../unit/server/door-holder.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { startRedis, type ServiceProcess } from './service-process.ts';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

const SECRET = 'not-for-the-log';

let redis: ServiceProcess;
let one: ServerProcess;
let other: ServerProcess;
let count = 0;
let id: string;

function start(port = 0): Promise<ServerProcess> {
  return startServerProcess(port, { REDIS_URL: `redis://:${SECRET}@127.0.0.1:${redis.port}` });
}

/** Waits for an event in the log of a server, after what was there at `from`. */
function untilLogged(server: ServerProcess, event: string, from = 0): Promise<string> {
  return until(
    () => Promise.resolve(server.log().slice(from)),
    (log) => log.includes(`"event":"${event}"`),
    event,
  );
}

/** Says something from one peer to another, who are anywhere, and waits for it. */
async function reaches(from: Client, to: Client, toId: string, payload: string): Promise<void> {
  from.send({ type: 'OFFER', dst: toId, payload });
  expect(await to.next()).toMatchObject({ type: 'OFFER', payload });
}

beforeAll(async () => {
  redis = await startRedis(SECRET);
  [one, other] = await Promise.all([start(), start()]);
});

afterAll(async () => {
  await Promise.all([one.end('SIGKILL'), other.end('SIGKILL')]);
  await redis.end('SIGKILL');
});

beforeEach(() => {
  id = `peer-${++count}`;
});

describe('peers at different processes', () => {
  it('reach each other, in order', async () => {
    const [alice, bob] = [await join(one.port, id), await join(other.port, `${id}-b`)];
    for (let i = 0; i < 200; i++) alice.send({ type: 'CANDIDATE', dst: `${id}-b`, payload: i });
    for (let i = 0; i < 200; i++)
      expect(await bob.next()).toEqual({ type: 'CANDIDATE', src: id, dst: `${id}-b`, payload: i });
    await reaches(bob, alice, id, 'and back, with a line\nbreak');
    alice.socket.close();
    bob.socket.close();
  });

  it('meet when one comes a little later, and learn when nobody does', async () => {
    const alice = await join(one.port, id);
    for (const payload of ['first', 'second']) alice.send({ type: 'OFFER', dst: `${id}-b`, payload });
    alice.send({ type: 'OFFER', dst: id, payload: 'echo' });
    expect(await alice.next()).toMatchObject({ payload: 'echo' });
    const bob = await join(other.port, `${id}-b`);
    expect(await bob.next()).toMatchObject({ payload: 'first' });
    expect(await bob.next()).toMatchObject({ payload: 'second' });
    alice.send({ type: 'OFFER', dst: 'nobody-at-all', payload: 1 });
    expect(await alice.next()).toEqual({ type: 'EXPIRE', src: 'nobody-at-all', dst: id });
    alice.socket.close();
    bob.socket.close();
  });

  it('say what they like before their id is confirmed', async () => {
    const bob = await join(other.port, `${id}-b`);
    const alice = new Client(addressFor(one.port, id));
    alice.socket.once('open', () => alice.send({ type: 'OFFER', dst: `${id}-b`, payload: 'early' }));
    expect(await bob.next()).toMatchObject({ src: id, payload: 'early' });
    expect(await alice.next()).toEqual({ type: 'OPEN' });
    alice.socket.close();
    bob.socket.close();
  });
});

describe('an id', () => {
  it('is refused to another token at every process while its owner lives', async () => {
    const owner = await join(one.port, id);
    const thief = new Client(addressFor(other.port, id, 'another'));
    expect(await thief.next()).toMatchObject({ type: 'ID-TAKEN' });
    expect((await thief.closed).reason).toBe('id-taken');
    owner.socket.close();
    await owner.closed;
    await until(
      () =>
        Promise.resolve(new Client(addressFor(other.port, id, 'another'))).then((client) => client.next()),
      ({ type }) => type === 'OPEN',
      'the id to be free',
    );
  });

  it('goes to the same token at another process, and leaves the first', async () => {
    const first = await join(one.port, id);
    const second = await join(other.port, id);
    expect((await first.closed).reason).toBe('replaced');
    const alice = await join(one.port, `${id}-b`);
    await reaches(alice, second, id, 'to the new place');
    alice.socket.close();
    second.socket.close();
  });

  it('is free for its token at once, and for others in time, when its process is killed', async () => {
    const alice = await join(one.port, id);
    const client = createClient({ url: `redis://:${SECRET}@127.0.0.1:${redis.port}` });
    await client.connect();
    await one.end('SIGKILL');
    await alice.closed;
    const leftMs = await client.pTTL(`lucarne:peer:${id}`);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(CLAIM_MS);
    for (const key of await client.keys('*')) expect(await client.pTTL(key)).toBeGreaterThan(0);
    client.destroy();
    const again = await join(other.port, id);
    again.socket.close();
    one = await start(one.port);
  });
});

describe('the id of a broadcast', () => {
  let signer: Signer;

  beforeAll(async () => {
    signer = await signerOf(await createKey());
  });

  it('is held at one process, where its broadcaster proved it last', async () => {
    const first = await startAnswering(one.port, signer);
    const closed = once(first, 'close') as Promise<[number, Buffer]>;
    const second = await startAnswering(other.port, signer);
    expect((await closed)[1].toString()).toBe('replaced');
    const thief = new Client(addressFor(one.port, signer.broadcastId));
    expect((await thief.next()).type).toBe('CHALLENGE');
    thief.send({ type: 'PROOF', payload: {} });
    expect((await thief.closed).reason).toBe('not-proved');
    const viewer = await join(one.port, id);
    viewer.send({ type: 'OFFER', dst: signer.broadcastId, payload: 'join' });
    expect(await viewer.next()).toMatchObject({ type: 'ANSWER', src: signer.broadcastId });
    viewer.socket.close();
    second.close();
  });

  it('is taken over at once from a process that was killed', async () => {
    const first = await startAnswering(one.port, signer);
    const closed = once(first, 'close');
    await one.end('SIGKILL');
    await closed;
    const second = await startAnswering(other.port, signer);
    one = await start(one.port);
    const viewer = await join(one.port, id);
    viewer.send({ type: 'OFFER', dst: signer.broadcastId, payload: 'join' });
    expect(await viewer.next()).toMatchObject({ type: 'ANSWER' });
    viewer.socket.close();
    second.close();
  });
});

describe('a door of a broadcast', () => {
  it('is held at one process by whoever has the latest certificate, and by no stranger at any', async () => {
    const signer = await signerOf(await createKey());
    const stranger = posingAs(signer.broadcastId, await signerOf(await createKey()));
    const door = doorId(signer.broadcastId, 5);
    for (const { port } of [one, other]) {
      const { client, said } = await askFor(port, door, 'stranger', await certifiedDoor(stranger, 5));
      expect([said, (await client.closed).reason]).toEqual(['ERROR', 'not-certified']);
    }
    const [before, now] = [
      await certifiedDoor(signer, 5, inS(300)),
      await certifiedDoor(signer, 5, inS(301)),
    ];
    const { client: first, said } = await askFor(one.port, door, 'first', before);
    expect(said).toBe('OPEN');
    const viewer = await join(other.port, id);
    await reaches(viewer, first, door, 'at the first holder');
    expect((await askFor(other.port, door, 'second', before)).said).toBe('ID-TAKEN');
    const { client: second, said: then } = await askFor(other.port, door, 'second', now);
    expect(then).toBe('OPEN');
    expect((await first.closed).reason).toBe('replaced');
    for (const { port } of [one, other]) {
      expect((await askFor(port, door, 'first', before)).said).toBe('ID-TAKEN');
      expect((await askFor(port, door, 'third', now)).said).toBe('ID-TAKEN');
    }
    await reaches(viewer, second, door, 'at the second');
    // The holder comes back by another process, with what it showed before.
    const { client: again, said: back } = await askFor(one.port, door, 'second', now);
    expect(back).toBe('OPEN');
    // Until the other process has heard of it, an offer there goes to the old socket.
    await second.closed;
    await reaches(viewer, again, door, 'at the second, elsewhere');
    viewer.socket.close();
    again.socket.close();
  });
});

describe('the tag of an address', () => {
  let signer: Signer;
  let broadcaster: WebSocket;
  const heard: { src?: string; tag?: string }[] = [];

  /** The tag with which an offer reaches the broadcaster that comes through this server. */
  async function tagBy({ port }: ServerProcess): Promise<string | undefined> {
    const viewer = await join(port, `peer-${++count}`);
    viewer.send({ type: 'OFFER', dst: signer.broadcastId, payload: count });
    expect(await viewer.next()).toMatchObject({ type: 'ANSWER' });
    viewer.socket.close();
    return heard.at(-1)?.tag;
  }

  async function broadcast(port: number): Promise<void> {
    broadcaster = await startAnswering(port, signer);
    broadcaster.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as object));
  }

  beforeAll(async () => {
    signer = await signerOf(await createKey());
    await broadcast(one.port);
  });

  afterAll(() => broadcaster.close());

  it('is the same whichever process somebody comes by, also one that starts later', async () => {
    const tag = await tagBy(one);
    expect(tag).toMatch(/^[0-9a-f]{16}$/);
    expect(await tagBy(other)).toBe(tag);
    const third = await start();
    expect(await tagBy(third)).toBe(tag);
    await third.end('SIGTERM');
  });

  it('stays when all processes are replaced, and when Redis forgets everything', async () => {
    const tag = await tagBy(other);
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
    [one, other] = await Promise.all([start(one.port), start(other.port)]);
    await broadcast(one.port);
    expect(await tagBy(other)).toBe(tag);
    const from = [one.log().length, other.log().length] as const;
    await redis.end('SIGKILL');
    await Promise.all([untilLogged(one, 'redis-lost', from[0]), untilLogged(other, 'redis-lost', from[1])]);
    redis = await startRedis(SECRET, redis.port);
    await Promise.all([untilLogged(one, 'redis-back', from[0]), untilLogged(other, 'redis-back', from[1])]);
    const third = await start();
    expect(await tagBy(third)).toBe(tag);
    await third.end('SIGTERM');
  });

  it('is another where processes share no Redis', async () => {
    const tag = await tagBy(one);
    const lonely = await startServerProcess();
    await broadcast(lonely.port);
    expect(await tagBy(lonely)).not.toBe(tag);
    await lonely.end('SIGTERM');
  });
});

describe('the public list', () => {
  it('is the same at every process, and an older word is taken at none', async () => {
    const signer = await signerOf(await createKey());
    const say = async (server: ServerProcess, isOnAir: boolean, atMs: number): Promise<number> => {
      const host = new URL(server.origin).host;
      const about = { isOnAir, atMs, startedAtMs: 1, viewers: 0, title: 'Everywhere', host };
      const statement = encodeStatement(about);
      const entry = encodeEntry(signer.publicKey, await signer.sign('list', statement), statement);
      const body = concatBytes([0, entry.length], entry);
      return (await fetch(`${server.origin}/api/live`, { method: 'POST', body })).status;
    };
    const titles = async (server: ServerProcess): Promise<string> =>
      (await fetch(`${server.origin}/api/live`)).text();
    const nowMs = Date.now();
    expect(await say(one, true, nowMs)).toBe(200);
    await until(
      () => titles(other),
      (text) => text.includes('Everywhere'),
      'the entry at the other process',
    );
    expect(await say(other, true, nowMs)).toBe(409);
    expect(await say(other, false, nowMs + 1)).toBe(200);
    await until(
      () => titles(one),
      (text) => !text.includes('Everywhere'),
      'the entry to be gone at the first',
    );
    expect(await say(one, true, nowMs)).toBe(409);
  });
});

describe('without Redis for a while', () => {
  it.each([
    [
      'killed',
      () => redis.end('SIGKILL'),
      async () => {
        redis = await startRedis(SECRET, redis.port);
      },
    ],
    [
      'stopped',
      () => Promise.resolve(process.kill(redis.pid, 'SIGSTOP')),
      () => Promise.resolve(process.kill(redis.pid, 'SIGCONT')),
    ],
  ])('(%s) each process serves its own, says so, and is back by itself', async (_how, stop, goOn) => {
    const [alice, bob] = [await join(one.port, id), await join(other.port, `${id}-b`)];
    const from = [one.log().length, other.log().length] as const;
    await stop();
    await untilLogged(one, 'redis-lost', from[0]);
    const carol = await join(one.port, `${id}-c`);
    await reaches(alice, carol, `${id}-c`, 'here');
    await reaches(carol, alice, id, 'and back');
    alice.send({ type: 'OFFER', dst: `${id}-b`, payload: 'there' });
    expect(await alice.next()).toMatchObject({ type: 'EXPIRE' });
    await goOn();
    await Promise.all([untilLogged(one, 'redis-back', from[0]), untilLogged(other, 'redis-back', from[1])]);
    await reaches(bob, alice, id, 'met again');
    await reaches(bob, carol, `${id}-c`, 'also who came meanwhile');
    for (const client of [alice, bob, carol]) client.socket.close();
  });

  it('says nothing of Redis’ address or password', () => {
    for (const server of [one, other]) expect(server.log()).not.toMatch(/not-for-the-log|127\.0\.0\.1/);
  });
});

describe('a viewer in a real browser', () => {
  let station: Station;
  let browser: Browser;

  beforeAll(async () => {
    station = await startStation();
    browser = await launchStudio();
  });

  afterAll(async () => {
    await browser.close();
    await station.close();
  });

  it('watches by one process what a broadcaster sends by the other', async () => {
    const query = `server=${one.origin}&source=testcard&quality=360p`;
    const { link } = await goLive(await browser.newContext(), `${station.origin}/?${query}#/studio`);
    const page = await watch(browser, link.replace(one.origin, other.origin));
    const stats = await until(
      () => watchStats(page),
      ({ videoFrames }) => videoFrames > 30,
      'pictures',
    );
    expect(stats).toMatchObject({ state: 'live', packetsMissing: 0, rejected: 0 });
  });
});
