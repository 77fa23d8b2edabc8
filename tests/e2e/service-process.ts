// Programs of Debian's that tests start themselves, on a port that was free, and end again: Redis (or Valkey) and coturn.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const START_MS_MAX = 10_000;
const LOOK_MS = 50;

/** A running program that listens. */
export interface ServiceProcess {
  port: number;
  pid: number;
  /** What it has written so far. */
  output(): string;
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** A TCP port that nobody listens on, on any address of this machine. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program with a folder of its own; resolves when it takes connections on `port`. */
export async function startService(
  program: string,
  port: number,
  args: (folder: string) => readonly string[],
): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'lucarne-service-'));
  const child = spawn(program, args(folder), { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const gone = once(child, 'exit').then(() => rmSync(folder, { recursive: true, force: true }));
  const deadlineMs = performance.now() + START_MS_MAX;
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || performance.now() > deadlineMs)
      throw new Error(`${program} doesn't listen: ${output}`);
    await setTimeout(LOOK_MS);
  }
  return {
    port,
    pid: child.pid!,
    output: () => output,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      await gone;
    },
  };
}

/** Redis or Valkey, whichever is installed, which keeps nothing on the disk. */
export async function startRedis(password: string, port?: number): Promise<ServiceProcess> {
  const program = spawnSync('which', ['valkey-server']).status === 0 ? 'valkey-server' : 'redis-server';
  const actual = port ?? (await freePort());
  const settings = ['--port', String(actual), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return startService(program, actual, (folder) => [...settings, '--requirepass', password, '--dir', folder]);
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
