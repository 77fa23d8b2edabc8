// `npm run bench -- signaling`: our signaling server and a stock PeerServer, each a process of its own, by turns: how many joins a second
// (a socket, an offer, the broadcaster's answer), and how much memory an idle socket takes. Clients are in this process, the same
// for both sides, and share the machine with the server; ours asks the broadcaster for its proof and keeps its limits.

import { spawn } from 'node:child_process';
import { createKey, signerOf } from '../../src/identity/keys.ts';
import type { Signer } from '../../src/ports.ts';
import { startServerProcess } from '../e2e/server-process.ts';
import { rssBytes } from '../proof/attacked-server.ts';
import { IdleCrowd, joinAll, startAnswering } from '../unit/server/attacks.ts';
import { hangUp, registeredFrom } from '../unit/server/attack-sockets.ts';
import type { WebSocket } from 'ws';
import { percentile, tenth, thousandth, type Benchmark, type BenchmarkResult } from './benchmark.ts';
import { currentLoad, describeMachine } from './machine.ts';

/** A server's code is compiled and settled after some thousand joins; before, each round is faster than the last. */
const WARM_ROUNDS = 3;
const ROUNDS = 9;
const JOINS = 1_000;
const JOINS_AT_ONCE = 20;
/** A stock PeerServer takes 5,000 by default. */
const IDLE_SOCKETS = 4_000;
/** Those that come first, and grow what a process has whatever comes. */
const WARM_SOCKETS = 500;
/** For the count of memory: little room for garbage, so that what is there is what stays. */
const LEAN = { NODE_OPTIONS: '--max-semi-space-size=1' };
/** A broadcaster's number among the addresses, apart from those of viewers. */
const BROADCASTER = 1;

/** One side of the comparison. */
interface Side {
  port: number;
  pid: number;
  /** Registers the broadcaster, who answers each offer. */
  broadcast(broadcastId: string): Promise<WebSocket>;
  end(): Promise<unknown>;
}

interface Figures {
  joinsPerSecond: number;
  roundsJoinsPerSecond: number[];
  bytesPerIdleSocket: number;
}

async function startOurs(signer: Signer, env: Record<string, string> = {}): Promise<Side> {
  const server = await startServerProcess(0, { TRUST_PROXY: '1', ...env });
  const broadcast = () => startAnswering(server.port, signer);
  return { port: server.port, pid: server.pid, broadcast, end: () => server.end('SIGTERM') };
}

async function startStock(env: Record<string, string> = {}): Promise<Side> {
  const program = ['--import', 'tsx', 'tests/bench/stock-signaling-process.ts'];
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => resolve(Number(/port (\d+)/.exec(chunk.toString())?.[1])));
    void gone.then(() => reject(new Error('The stock server ended')));
  });
  return {
    port,
    pid: child.pid!,
    async broadcast(broadcastId) {
      const socket = await registeredFrom(BROADCASTER, port, broadcastId);
      socket.on('message', (data: Buffer) => {
        const { type, src } = JSON.parse(data.toString()) as { type: string; src: string };
        if (type === 'OFFER') socket.send(JSON.stringify({ type: 'ANSWER', dst: src, payload: 'sdp' }));
      });
      return socket;
    },
    end: () => (child.kill('SIGTERM'), gone),
  };
}

async function joinsPerSecond(side: Side, broadcastId: string): Promise<number> {
  const broadcaster = await side.broadcast(broadcastId);
  const startMs = performance.now();
  await joinAll(side.port, broadcastId, JOINS, JOINS_AT_ONCE);
  const tookMs = performance.now() - startMs;
  await hangUp(broadcaster);
  return tenth((JOINS * 1000) / tookMs);
}

/** Of a server that has done nothing else. */
async function bytesPerIdleSocket(server: Side): Promise<number> {
  const { pid, port } = server;
  const crowd = new IdleCrowd();
  try {
    await crowd.arrive(port, WARM_SOCKETS);
    const before = rssBytes(pid);
    await crowd.arrive(port, IDLE_SOCKETS, WARM_SOCKETS);
    const after = rssBytes(pid);
    const all = WARM_SOCKETS + IDLE_SOCKETS;
    if (crowd.here !== all) throw new Error(`Of ${all} idle sockets ${crowd.here} stayed`);
    return Math.round((after - before) / IDLE_SOCKETS);
  } finally {
    crowd.leave();
    await server.end();
  }
}

async function run(log: (line: string) => void): Promise<BenchmarkResult> {
  const machine = describeMachine('no browser', currentLoad());
  const signer = await signerOf(await createKey());
  const { broadcastId } = signer;
  const [ours, stock] = await Promise.all([startOurs(signer), startStock()]);
  const sides = { ours, peer: stock };
  const rounds: Record<keyof typeof sides, number[]> = { ours: [], peer: [] };
  try {
    for (let round = 0; round < WARM_ROUNDS; round++)
      for (const side of Object.values(sides)) await joinsPerSecond(side, broadcastId);
    for (let round = 0; round < ROUNDS; round++) {
      rounds.ours.push(await joinsPerSecond(ours, broadcastId));
      rounds.peer.push(await joinsPerSecond(stock, broadcastId));
    }
    const figuresOf = async (name: keyof typeof sides, lean: Side): Promise<Figures> => ({
      joinsPerSecond: percentile(rounds[name], 0.5),
      roundsJoinsPerSecond: rounds[name],
      bytesPerIdleSocket: await bytesPerIdleSocket(lean),
    });
    const figures = {
      ours: await figuresOf('ours', await startOurs(signer, LEAN)),
      peer: await figuresOf('peer', await startStock(LEAN)),
    };
    for (const [name, { joinsPerSecond, bytesPerIdleSocket }] of Object.entries(figures))
      log(`${name}: ${joinsPerSecond} joins a second, ${bytesPerIdleSocket} bytes for an idle socket`);
    return {
      name: 'signaling',
      unit: 'joins per second',
      ours: { ...figures.ours },
      peer: { ...figures.peer },
      ratio: thousandth(figures.ours.joinsPerSecond / figures.peer.joinsPerSecond),
      memoryRatio: thousandth(figures.ours.bytesPerIdleSocket / figures.peer.bytesPerIdleSocket),
      runs: ROUNDS,
      machine,
    };
  } finally {
    await Promise.all([ours.end(), stock.end()]);
  }
}

export const signaling: Benchmark = {
  name: 'signaling',
  summary: 'joins a second and memory for an idle socket, against a stock PeerServer',
  run,
};
