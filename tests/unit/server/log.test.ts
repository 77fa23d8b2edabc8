// What the operator reads (TESTS.md S9): lines of JSON that say what happened, and never who it was or what it was about.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import type { Signer } from '../../../src/ports.ts';
import { Refusals } from '../../../src/server/refusals.ts';
import { startServerProcess, type ServerProcess } from '../../e2e/server-process.ts';
import { hangUp, registeredFrom, untilRead } from './attack-sockets.ts';
import { startAnswering } from './attacks.ts';
import { addressFor, Client } from './client.ts';

let server: ServerProcess;
let signer: Signer;
let metrics: string;
let lines: Record<string, unknown>[];

/** Whatever somebody does at a server, with names that can be found again. */
async function makeHistory(): Promise<void> {
  const broadcaster = await startAnswering(server.port, signer);
  const viewer = await registeredFrom(7, server.port, 'viewer-secret');
  const payload = { title: 'Secret garden party', sdp: 'candidate 203.0.113.77' };
  viewer.send(JSON.stringify({ type: 'OFFER', dst: signer.broadcastId, payload }));
  viewer.send(JSON.stringify({ type: 'OFFER', dst: 'absent-secret', payload }));
  await untilRead(viewer, 'viewer-secret');
  await hangUp(viewer);
  const thief = new Client(addressFor(server.port, signer.broadcastId, 'token-secret'));
  await thief.next();
  thief.send({ type: 'PROOF', payload: { publicKey: 'secret', signature: 'secret' } });
  await thief.closed;
  for (const frame of ['null', '{"type":"OFFER","dst":"secret secret "}', '['.repeat(100)]) {
    const socket = await registeredFrom(8, server.port, 'hostile-secret');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(frame);
    await closed;
  }
  const stranger = new Client(addressFor(server.port, 'page-secret'), {
    headers: { Origin: 'https://secret.example', 'X-Forwarded-For': '198.51.100.9' },
  });
  await stranger.closed;
  for (const path of [
    '/secret',
    `/%23/${signer.broadcastId}`,
    '/%%%',
    '/api/ice?secret',
    '/peerjs/secret/id',
  ])
    await fetch(`${server.origin}${path}`, { headers: { 'X-Forwarded-For': '198.51.100.9' } });
  metrics = await (await fetch(`${server.origin}/metrics`)).text();
  broadcaster.close();
}

beforeAll(async () => {
  server = await startServerProcess(0, { TRUST_PROXY: '1', ALLOWED_ORIGINS: 'https://tv.example' });
  signer = await signerOf(await createKey());
  await makeHistory();
  await server.end('SIGTERM');
  lines = server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
});

afterAll(() => server.end('SIGKILL'));

describe('the log', () => {
  it('says what happened, in one JSON object a line', () => {
    expect(lines.map(({ event }) => event)).toEqual(['started', 'stopping', 'refused', 'stopped']);
    for (const line of lines) expect(line).toMatchObject({ level: expect.any(String) as string });
    expect(Number.isNaN(Date.parse(String(lines[0]?.['at'])))).toBe(false);
  });

  it('sums up who was turned away, by reason', () => {
    expect(lines.find(({ event }) => event === 'refused')).toMatchObject({
      level: 'warn',
      forbidden: 1,
      'not-proved': 1,
      'not-an-object': 1,
      'bad-dst': 1,
      'too-deep': 1,
    });
  });

  it.each([
    ['the log', () => server.log()],
    ['the figures', () => metrics],
  ])('%s: no id, token, title or address', (_what, text) => {
    expect(text()).not.toMatch(/secret|garden|\d+\.\d+\.\d+\.\d+|::|tv\.example/i);
    expect(text()).not.toContain(signer.broadcastId);
  });
});

describe('refusals', () => {
  it('are told once, and everyday ends are none', () => {
    const refusals = new Refusals();
    for (const reason of ['left', 'silent', 'replaced', 'crowded', 'crowded']) refusals.note(reason);
    expect(refusals.take()).toEqual({ crowded: 2 });
    expect(refusals.take()).toBeUndefined();
  });
});
