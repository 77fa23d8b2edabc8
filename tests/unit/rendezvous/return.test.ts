// TESTS.md S6: a signaling server goes and comes back. Everybody is registered again by themselves, within the 2 s that the longest
// wait leaves, and not all in one moment. The clock notes the waits and lets none of them pass: only sockets take time here.

import { afterEach, beforeAll, expect, it } from 'vitest';
import {
  RENDEZVOUS_OPEN_MS_MAX,
  RENDEZVOUS_RETRY_MS_MAX,
  RENDEZVOUS_RETRY_MS_MIN,
} from '../../../src/base/limits.ts';
import { random } from '../../../src/platform/random.ts';
import type { Clock, Rendezvous } from '../../../src/ports.ts';
import { prepareForPeerJs } from '../../../src/rendezvous/node-globals.ts';
import { openRendezvousWith } from '../../../src/rendezvous/rendezvous.ts';
import { startServer, type RunningServer } from '../../../src/server/server.ts';

const PEERS = 12;
const RETRIES = 6;
/** Everybody is back so long after the server is, ms. */
const RETURN_MS_MAX = 2000;

let server: RunningServer | undefined;
let peers: Peer[] = [];

interface Peer {
  rendezvous: Rendezvous;
  /** How long it waited before each new attempt, ms. */
  waitsMs: number[];
  opened: number;
  /** Resolves when it has waited so often in all. */
  waited: (count: number) => Promise<void>;
  registered: (times: number) => Promise<void>;
}

beforeAll(prepareForPeerJs);

afterEach(async () => {
  for (const { rendezvous } of peers) rendezvous.close();
  peers = [];
  await server?.close();
  server = undefined;
});

/** Registers a peer whose waits are over at once. */
function register(origin: string, id: string): Peer {
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listen) => listen());
  const until = (isDone: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isDone()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  const waitsMs: number[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    wallUs: () => 0,
    every: () => () => undefined,
    after(delayMs, run) {
      // The deadline of an attempt; attempts end by themselves here.
      if (delayMs === RENDEZVOUS_OPEN_MS_MAX) return () => undefined;
      waitsMs.push(delayMs);
      const timer = setImmediate(run);
      changed();
      return () => clearImmediate(timer);
    },
  };
  const peer: Peer = {
    waitsMs,
    opened: 0,
    waited: (count) => until(() => waitsMs.length >= count),
    registered: (times) => until(() => peer.opened >= times),
    rendezvous: openRendezvousWith(clock, random)(origin, id, {
      opened: () => {
        peer.opened++;
        changed();
      },
      lost: () => undefined,
      taken: () => undefined,
      absent: () => undefined,
      message: () => undefined,
    }),
  };
  return peer;
}

it('brings everybody back in time, each after a wait of its own', async () => {
  server = await startServer({ host: '127.0.0.1' });
  const { port } = server;
  peers = Array.from({ length: PEERS }, (_, i) => register(`http://127.0.0.1:${port}`, `peer-${i}`));
  await Promise.all(peers.map((peer) => peer.registered(1)));
  expect(peers.flatMap(({ waitsMs }) => waitsMs)).toEqual([]);

  await server.close();
  await Promise.all(peers.map((peer) => peer.waited(RETRIES)));
  for (const { waitsMs } of peers) {
    for (const [i, waitMs] of waitsMs.slice(0, RETRIES).entries()) {
      const longestMs = Math.min(RENDEZVOUS_RETRY_MS_MIN * 2 ** i, RENDEZVOUS_RETRY_MS_MAX);
      expect(waitMs).toBeGreaterThanOrEqual(longestMs / 2);
      expect(waitMs).toBeLessThanOrEqual(longestMs);
    }
  }
  expect(RENDEZVOUS_RETRY_MS_MAX).toBeLessThan(RETURN_MS_MAX);
  const firstMs = peers.map(({ waitsMs }) => waitsMs[0] ?? 0).sort((a, b) => a - b);
  expect(new Set(firstMs).size).toBe(PEERS);
  // By chance they would all fall into a tenth of the range once in 10^10 runs.
  expect((firstMs.at(-1) ?? 0) - (firstMs[0] ?? 0)).toBeGreaterThan(RENDEZVOUS_RETRY_MS_MIN / 20);

  server = await startServer({ host: '127.0.0.1', port });
  await Promise.all(peers.map((peer) => peer.registered(2)));
});
