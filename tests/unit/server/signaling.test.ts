// The PeerServer protocol over real sockets: what a client sees, and that nothing it sends brings the server down.
import { connect } from 'node:net';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DRAIN_SOCKETS_PER_SECOND, DRAIN_WAVE_MS, MESSAGE_BYTES_MAX } from '../../../src/server/limits.ts';
import { startServer } from '../../../src/server/server.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { registeredFrom, untilRead } from './attack-sockets.ts';
import { Client, addressFor, join } from './client.ts';

let server: RunningServer;
let count = 0;

beforeAll(async () => {
  server = await startServer({ host: '127.0.0.1' });
});

afterAll(() => server.close());

/** An id that no other test uses. */
function newId(): string {
  return `peer-${++count}`;
}

describe('two peers', () => {
  it('reach each other through the server', async () => {
    const [a, b] = [newId(), newId()];
    const alice = await join(server.port, a);
    const bob = await join(server.port, b);
    alice.send({ type: 'OFFER', src: 'forged', dst: b, payload: { sdp: 'v=0' } });
    expect(await bob.next()).toEqual({ type: 'OFFER', src: a, dst: b, payload: { sdp: 'v=0' } });
    bob.send({ type: 'ANSWER', dst: a, payload: 1 });
    expect(await alice.next()).toEqual({ type: 'ANSWER', src: b, dst: a, payload: 1 });
    alice.socket.close();
    bob.socket.close();
  });

  it('meet when one of them comes a little later', async () => {
    const [a, b] = [newId(), newId()];
    const alice = await join(server.port, a);
    alice.send({ type: 'OFFER', dst: b, payload: 'early' });
    // The answer to a message to itself proves that the server has read the first one.
    alice.send({ type: 'OFFER', dst: a, payload: 'echo' });
    expect(await alice.next()).toMatchObject({ payload: 'echo' });
    const bob = await join(server.port, b);
    expect(await bob.next()).toMatchObject({ type: 'OFFER', src: a, payload: 'early' });
    alice.socket.close();
    bob.socket.close();
  });

  it('learn that the other is not there', async () => {
    const a = newId();
    const alice = await join(server.port, a);
    alice.send({ type: 'OFFER', dst: 'nobody', payload: 0 });
    expect(await alice.next()).toEqual({ type: 'EXPIRE', src: 'nobody', dst: a });
    alice.socket.close();
  });
});

describe('an id', () => {
  it('goes to the newer socket with the same token, which gets OPEN', async () => {
    const id = newId();
    const first = await join(server.port, id);
    const second = await join(server.port, id);
    expect(await first.closed).toEqual({ code: 1008, reason: 'replaced' });
    second.send({ type: 'OFFER', dst: id, payload: 'mine' });
    expect(await second.next()).toMatchObject({ payload: 'mine' });
    second.socket.close();
  });

  it('is refused to another token while its owner lives', async () => {
    const id = newId();
    const owner = await join(server.port, id);
    const thief = new Client(addressFor(server.port, id, 'other'));
    expect(await thief.next()).toMatchObject({ type: 'ID-TAKEN' });
    expect(await thief.closed).toEqual({ code: 1008, reason: 'id-taken' });
    owner.socket.close();
  });

  it('needs a well-formed id, a token and the right key', async () => {
    const badId = new Client(addressFor(server.port, '../x'));
    expect(await badId.next()).toMatchObject({ type: 'ERROR' });
    const noToken = new Client(addressFor(server.port, newId(), ''));
    expect(await noToken.next()).toMatchObject({ type: 'ERROR' });
    const badKey = new Client(addressFor(server.port, newId(), 't', 'wrong'));
    expect(await badKey.next()).toMatchObject({ type: 'INVALID-KEY' });
    expect((await badKey.closed).reason).toBe('invalid-key');
  });
});

describe('hostile sockets', () => {
  it.each<[string, string | Buffer, number]>([
    ['null', 'null', 1008],
    ['a binary frame', Buffer.from('{"type":"HEARTBEAT"}'), 1003],
    ['an oversized frame', 'x'.repeat(MESSAGE_BYTES_MAX + 1), 1009],
    ['deep nesting', '['.repeat(60_000), 1008],
  ])('lose their connection after %s', async (_name, frame, code) => {
    const client = await join(server.port, newId());
    client.send(frame);
    expect((await client.closed).code).toBe(code);
  });

  it('lose their connection after a frame that is no UTF-8', async () => {
    const client = await join(server.port, newId());
    client.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect((await client.closed).code).toBe(1007);
  });

  it('may send bytes that are no WebSocket frame at all', async () => {
    const raw = connect(server.port, '127.0.0.1');
    raw.on('error', () => undefined);
    const id = newId();
    raw.write(
      `GET /peerjs?key=peerjs&id=${id}&token=t HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await once(raw, 'data');
    raw.write(Buffer.alloc(4096, 0xff));
    await once(raw, 'close');
    await expectHealthy();
  });

  it('do no harm with thousands of malformed frames', async () => {
    const witness = await join(server.port, newId());
    const junk = fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .record({
          type: fc.constantFrom('OFFER', 'LEAVE', '__proto__', 'X'),
          dst: fc.jsonValue(),
          payload: fc.jsonValue(),
        })
        .map((message) => JSON.stringify(message)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(junk, { minLength: 20, maxLength: 20 }), async (frames) => {
        const client = await join(server.port, newId());
        for (const frame of frames) client.socket.send(frame, { binary: false }, () => undefined);
        client.socket.close();
        await client.closed;
      }),
      { numRuns: 200 },
    );
    expect(witness.socket.readyState).toBe(WebSocket.OPEN);
    await expectHealthy();
    witness.socket.close();
  });

  it('may break off in the middle of anything', async () => {
    for (const request of [
      'GET',
      'GET /peerjs HTTP/1.1\r\nUpgr',
      'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
      '\x16\x03\x01',
    ]) {
      const raw = connect(server.port, '127.0.0.1');
      raw.on('error', () => undefined);
      await once(raw, 'connect');
      raw.end(request);
      raw.resume();
      await once(raw, 'close');
    }
    await expectHealthy();
  });
});

describe('limits and origins', () => {
  it('counts sockets', async () => {
    const small = await startServer({ host: '127.0.0.1', socketsMax: 1 });
    await join(small.port, 'one');
    const second = new Client(addressFor(small.port, 'two'));
    expect(await second.next()).toMatchObject({ type: 'ERROR' });
    expect(await second.closed).toEqual({ code: 1013, reason: 'full' });
    await small.close();
  });

  it('admits listed origins, its own pages, and clients without an origin', async () => {
    const closed = await startServer({ host: '127.0.0.1', allowedOrigins: ['https://tv.example'] });
    const attempt = async (headers: Record<string, string>): Promise<string> => {
      const client = new Client(addressFor(closed.port, newId()), { headers });
      const outcome = await Promise.race([
        client.next().then(({ type }) => type),
        client.closed.then(() => 'refused'),
      ]);
      client.socket.close();
      return outcome;
    };
    expect(await attempt({})).toBe('OPEN');
    expect(await attempt({ Origin: 'https://tv.example' })).toBe('OPEN');
    expect(await attempt({ Origin: `http://127.0.0.1:${closed.port}` })).toBe('OPEN');
    expect(await attempt({ Origin: 'https://evil.example' })).toBe('refused');
    await closed.close();
  });
});

describe('closing', () => {
  it('says goodbye with a close frame and leaves nothing behind', async () => {
    const stopping = await startServer({ host: '127.0.0.1' });
    const client = await join(stopping.port, newId());
    const idle = connect(stopping.port, '127.0.0.1');
    await once(idle, 'connect');
    await stopping.close();
    expect(await client.closed).toEqual({ code: 1001, reason: 'stopping' });
    await once(idle.resume(), 'close');
    await expect(fetch(`http://127.0.0.1:${stopping.port}/healthz`)).rejects.toThrow();
  });

  it('sends a crowd elsewhere in waves, serves those who wait for theirs, and takes nobody new', async () => {
    const stopping = await startServer({ host: '127.0.0.1', proxies: 1 });
    const count = (2 * DRAIN_SOCKETS_PER_SECOND * DRAIN_WAVE_MS) / 1000 + 1;
    const crowd: WebSocket[] = [];
    for (let i = 0; i < count; i++) crowd.push(await registeredFrom(i, stopping.port, `crowd-${i}`));
    const ends: number[] = [];
    for (const [i, socket] of crowd.entries()) socket.on('close', () => ends.push(i));
    const firstEnd = once(crowd[0]!, 'close');
    const closed = stopping.close();
    await firstEnd;
    const last = count - 1;
    await untilRead(crowd[last]!, `crowd-${last}`);
    expect(ends.length).toBeLessThan(count);
    await expect(registeredFrom(count, stopping.port, 'late')).rejects.toThrow();
    await closed;
    expect(ends).toHaveLength(count);
    expect(ends.at(-1)).toBe(last);
  });

  it('does not wait for a client that ignores the close frame', async () => {
    const stopping = await startServer({ host: '127.0.0.1' });
    const client = await join(stopping.port, newId());
    client.socket.pause();
    const startMs = performance.now();
    await stopping.close();
    expect(performance.now() - startMs).toBeLessThan(3000);
    client.socket.resume();
  });
});

async function expectHealthy(): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${server.port}/healthz`);
  expect(await response.text()).toBe('ok');
}
