// The HTTP side: health, ICE servers, ids, files with their caching, and requests that make no sense.
import { mkdtemp, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../../src/server/server.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { join as register } from './client.ts';

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucarne-http-'));
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>Lucarne</title>');
  await writeFile(join(folder, 'dist', 'assets', 'app-4f3a.js'), 'export {};');
  server = await startServer({ host: '127.0.0.1', distDir: join(folder, 'dist') });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, init);
}

/** What the server answers to these very bytes. */
async function exchangeBytes(request: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

describe('a link whose # was escaped on its way', () => {
  it.each([
    ['/%23/abcdefghijklmnopqrstuvwxyz', '/#/abcdefghijklmnopqrstuvwxyz'],
    ['/%23/studio?source=testcard', '/?source=testcard#/studio'],
  ])('%s leads to %s', async (path, address) => {
    const response = await get(path, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, address]);
  });

  it.each(['/%23/%0d%0aSet-Cookie:a', '/%23//elsewhere.example/%2e', '/%23', `/%23/${'a'.repeat(200)}`])(
    'leads nowhere else: %s',
    async (path) => {
      const response = await get(path, { redirect: 'manual' });
      const location = response.headers.get('location');
      if (location === null) expect(response.status).toBe(404);
      else expect(location.startsWith('/#/')).toBe(true);
    },
  );
});

describe('the API', () => {
  it('says that it is well', async () => {
    const response = await get('/healthz');
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
  });

  it('recommends no ICE server by default, to any page', async () => {
    const response = await get('/api/ice', { headers: { Origin: 'https://elsewhere.example' } });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ iceServers: [] });
  });

  it('recommends what the operator names', async () => {
    const ice = { stunUrls: ['stun:stun.example:3478'], turnUrls: ['turn:turn.example'], turnSecret: 'hush' };
    const other = await startServer({ host: '127.0.0.1', ice });
    const body = await (await fetch(`http://127.0.0.1:${other.port}/api/ice`)).text();
    await other.close();
    expect(JSON.parse(body)).toEqual({
      iceServers: [
        { urls: ['stun:stun.example:3478'] },
        {
          urls: ['turn:turn.example'],
          username: expect.stringMatching(/^\d+:.{8}$/) as unknown,
          credential: expect.stringMatching(/^.{28}$/) as unknown,
        },
      ],
    });
    expect(body).not.toContain('hush');
  });

  it('shares only with listed origins when there is a list', async () => {
    const other = await startServer({ host: '127.0.0.1', allowedOrigins: ['https://tv.example'] });
    const allowOrigin = async (origin: string): Promise<string | null> => {
      const response = await fetch(`http://127.0.0.1:${other.port}/api/ice`, { headers: { Origin: origin } });
      await response.arrayBuffer();
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowOrigin('https://tv.example')).toBe('https://tv.example');
    expect(await allowOrigin('https://evil.example')).toBeNull();
    await other.close();
  });

  it('answers a preflight', async () => {
    const response = await get('/api/ice', {
      method: 'OPTIONS',
      headers: { Origin: 'https://elsewhere.example' },
    });
    expect([response.status, response.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST',
    ]);
  });

  it.each(['/peerjs/id', '/peerjs/peerjs/id'])('gives a fresh id at %s', async (path) => {
    const [first, second] = await Promise.all([get(path), get(path)].map(async (it) => (await it).text()));
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  it('has its figures for Prometheus, with nobody’s id, token or address in them', async () => {
    const client = await register(server.port, 'measured-peer', 'measured-token');
    client.send({ type: 'OFFER', dst: 'measured-absent', payload: 'measured-payload' });
    client.send({ type: 'OFFER', dst: 'measured-peer', payload: 0 });
    await client.next();
    const response = await get('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/^lucarne_peers [1-9]/m);
    expect(text).toMatch(/^lucarne_arrivals_total\{outcome="accepted"\} [1-9]/m);
    expect(text).toMatch(/^lucarne_frames_total\{direction="in"\} [1-9]/m);
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
    for (const secret of ['measured-', '127.0.0.1', '::1']) expect(text).not.toContain(secret);
    client.socket.close();
  });

  it.each(['/api/none', '/peerjs/peers'])('has nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

describe('the app', () => {
  it('is asked for again each time', async () => {
    const response = await get('/');
    expect(await response.text()).toContain('<title>Lucarne</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const again = await get('/', { headers: { 'If-None-Match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('keeps hashed files for good', async () => {
    const response = await get('/assets/app-4f3a.js');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('text/javascript');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('serves a new build without a restart', async () => {
    await writeFile(join(folder, 'dist', 'later.txt'), 'later');
    expect(await (await get('/later.txt')).text()).toBe('later');
    await rm(join(folder, 'dist', 'later.txt'));
    expect((await get('/later.txt')).status).toBe(404);
  });

  it.each(['bytes=5-2', 'bytes=-1', 'bytes=99999999999999999999-', 'x'])(
    'ignores the range %s',
    async (range) => {
      const response = await get('/', { headers: { Range: range } });
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Lucarne')]);
    },
  );
});

describe('requests that make no sense', () => {
  it.each(['POST', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    expect((await get('/', { method })).status).toBe(405);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '//',
    '/%',
    '/%00',
    '/\\..\\secret.txt',
    '*',
  ])('gives nothing away at %s', async (target) => {
    const answer = await exchangeBytes(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|404) /);
    expect(answer).not.toContain('secret');
  });

  it.each(['GET / HTTP/9\r\n\r\n', '\0\0\0\0', 'GET / HTTP/1.1\r\nA: '.padEnd(40_000, 'x')])(
    'hangs up on %.20j',
    async (bytes) => {
      await exchangeBytes(bytes).catch(() => undefined);
      expect((await get('/healthz')).status).toBe(200);
    },
  );

  it('hangs up on upgrades to anything else', async () => {
    const request = 'GET /other HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
    expect(await exchangeBytes(request)).toBe('');
  });
});

describe('the headers that the build asks for', () => {
  const list =
    "/*\n  Content-Security-Policy: default-src 'self'\n  Referrer-Policy: no-referrer\nnot a header\n";

  it('go out with documents, the policy alone with workers, and none with other scripts', async () => {
    await writeFile(join(folder, 'dist', '_headers'), list);
    await writeFile(join(folder, 'dist', 'assets', 'clock.worker-4f3a.js'), 'export {};');
    const sent = async (path: string) => {
      const { headers } = await get(path);
      return [headers.get('content-security-policy'), headers.get('referrer-policy')];
    };
    expect(await sent('/')).toEqual(["default-src 'self'", 'no-referrer']);
    expect(await sent('/assets/clock.worker-4f3a.js')).toEqual(["default-src 'self'", null]);
    expect(await sent('/assets/app-4f3a.js')).toEqual([null, null]);
  });

  it('of two parts of the list that fit a path both count', async () => {
    await mkdir(join(folder, 'dist', 'embed', 'assets'), { recursive: true });
    await writeFile(
      join(folder, 'dist', '_headers'),
      `${list}/embed/*\n  Content-Security-Policy: frame-ancestors *\n  Timing-Allow-Origin: *\n`,
    );
    await writeFile(join(folder, 'dist', 'embed', 'index.html'), '<p>a page');
    await writeFile(join(folder, 'dist', 'embed', 'player.js'), 'export {};');
    await writeFile(join(folder, 'dist', 'embed', 'assets', 'x-4f3a.js'), 'export {};');
    const policy = "default-src 'self', frame-ancestors *";
    expect((await get('/embed/')).headers.get('content-security-policy')).toBe(policy);
    expect((await get('/')).headers.get('content-security-policy')).toBe("default-src 'self'");
    const { headers } = await get('/embed/player.js');
    expect(headers.get('content-security-policy')).toBeNull();
    expect([headers.get('timing-allow-origin'), headers.get('server-timing')]).toEqual(['*', 'lucarne']);
    expect((await get('/embed/assets/x-4f3a.js')).headers.get('cache-control')).toContain('immutable');
  });

  it('are those of the build that is there now', async () => {
    const path = join(folder, 'dist', '_headers');
    await writeFile(path, list.replace("'self'", "'none'"));
    await utimes(path, 1, 1);
    expect((await get('/')).headers.get('content-security-policy')).toBe("default-src 'none'");
    await rm(path);
    expect((await get('/')).headers.get('content-security-policy')).toBeNull();
  });
});

describe('answers that are no pages', () => {
  it.each(['/healthz', '/metrics', '/api/ice', '/nothing'])(
    'may do nothing in a browser: %s',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );
});
