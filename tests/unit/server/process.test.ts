// The process as an operator starts it: it says where it is, and stops when told.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join as joinServer } from './client.ts';

let state: string;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'lucarne-state-'));
});

afterAll(() => rm(state, { recursive: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/server/main.ts', ...args], {
    env: { ...process.env, XDG_STATE_HOME: state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const match = /^Lucarne is on https?:\/\/localhost:(\d+)$/.exec(line);
    if (match) return Number(match[1]);
  }
  throw new Error('the server ended without an address');
}

describe('the server process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('prints its address and stops cleanly on %s', async (signal) => {
    const child = start('--port', '0');
    const log = text(child.stderr!);
    const port = await portOf(child);
    const client = await joinServer(port, 'viewer-1', 'very-secret-token');
    child.kill(signal);
    expect(await client.closed).toEqual({ code: 1001, reason: 'stopping' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    const lines = await log;
    expect(lines).toContain('"event":"stopping"');
    expect(lines).toContain('"event":"stopped"');
    for (const secret of ['viewer-1', 'very-secret-token', '127.0.0.1']) expect(lines).not.toContain(secret);
  });

  it('serves HTTPS when asked', async () => {
    const child = start('--https', '--port', '0');
    const port = await portOf(child);
    const certificate = await fetch(`http://localhost:${port}/ca.crt`);
    expect(await certificate.text()).toContain('BEGIN CERTIFICATE');
    child.kill();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    [['--port', 'x'], 'is no port'],
    [['--frobnicate'], 'Known options'],
  ])('explains why %j cannot be', async (args, sentence) => {
    const child = start(...args);
    const exit = once(child, 'exit');
    expect(await text(child.stderr!)).toContain(sentence);
    expect(await exit).toEqual([1, null]);
  });

  it('explains that a port is taken', async () => {
    const holder = createServer().listen(0);
    await once(holder, 'listening');
    const child = start('--port', String((holder.address() as AddressInfo).port));
    const exit = once(child, 'exit');
    expect(await text(child.stderr!)).toContain('The port is taken');
    expect(await exit).toEqual([1, null]);
    holder.close();
  });
});
