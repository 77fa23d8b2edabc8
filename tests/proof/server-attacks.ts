// The signaling server under attack (TESTS.md S1, S3, S4, and S9 of each log), as a process of its own, by attackers who have as many
// addresses as they like. Times are printed beside those of the same server before; what decides are counts and bytes.

import { createKey, signerOf } from '../../src/identity/keys.ts';
import { QUEUE_BYTES_MAX } from '../../src/server/limits.ts';
import { hangUp } from '../unit/server/attack-sockets.ts';
import { IdleCrowd, joinAll, layBomb, sendMalformed, startAnswering } from '../unit/server/attacks.ts';
import { endAttacked, MEGABYTE, rssBytes, startAttacked } from './attacked-server.ts';
import type { Proof } from './proof.ts';

const MALFORMED_GROWTH_BYTES_MAX = 10 * MEGABYTE;
const BOMB_GROWTH_BYTES_MAX = 20 * MEGABYTE;
/** The share of an attack after which a process has the size that any such traffic gives it: its young generation is full-grown
 * and its code is compiled. What grows after that grows with every frame. */
const WARM_SHARE = 0.3;
/** The first and the last share of an attack in which a process is at its smallest at least once: its young generation fills and is
 * collected every 300,000 frames, 50 MB up and down, so that memory at any one moment says nothing of what stays. */
const FLOOR_SHARE = 0.4;
const JOINS = 1_000;
const JOINS_AT_ONCE = 20;

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

function percentile(sorted: readonly number[], share: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}

function leastOf(sizes: readonly number[]): number {
  return sizes.reduce((least, bytes) => Math.min(least, bytes));
}

/** S1. */
export const serverFrames: Proof = {
  name: 'server-frames',
  summary: 'malformed frames at the signaling server: it goes on, its memory grows by 10 MB at most',
  runsDefault: 1_000_000,
  async run(runs, log) {
    const server = await startAttacked();
    const idleMb = megabytes(rssBytes(server.pid));
    await sendMalformed(server.port, Math.ceil(runs * WARM_SHARE));
    const warmBytes = rssBytes(server.pid);
    const sizes: number[] = [];
    await sendMalformed(server.port, runs, (sent) => {
      const bytes = rssBytes(server.pid);
      sizes.push(bytes);
      if (sent % 100_000 === 0) log(`${sent} frames, ${megabytes(bytes)} MB`);
    });
    const mostBytes = sizes.reduce((most, bytes) => Math.max(most, bytes));
    const part = Math.ceil(sizes.length * FLOOR_SHARE);
    const health = await (await fetch(`${server.origin}/healthz`)).text();
    const grownBytes = leastOf(sizes.slice(-part)) - leastOf(sizes.slice(0, part));
    const leaked = await endAttacked(server);
    const passed = health === 'ok' && grownBytes <= MALFORMED_GROWTH_BYTES_MAX && leaked === undefined;
    const figures = { idleMb, warmMb: megabytes(warmBytes), mostMb: megabytes(mostBytes) };
    log(JSON.stringify({ ...figures, grownMb: megabytes(grownBytes), leaked }));
    return { name: 'server-frames', runs, passed, ...figures, grownMb: megabytes(grownBytes), leaked };
  },
};

/** S3. */
export const serverBomb: Proof = {
  name: 'server-bomb',
  summary: 'offers of 60 KB for somebody absent: at most 256 KiB await it, memory grows by 20 MB at most',
  runsDefault: 8_000,
  async run(runs, log) {
    const server = await startAttacked();
    await layBomb(server.port, Math.ceil(runs * WARM_SHARE), 'victim-of-before');
    const warmBytes = rssBytes(server.pid);
    const { bytes, frames } = await layBomb(server.port, runs, 'victim');
    const grownBytes = rssBytes(server.pid) - warmBytes;
    const leaked = await endAttacked(server);
    const passed =
      frames > 0 && bytes <= QUEUE_BYTES_MAX && grownBytes <= BOMB_GROWTH_BYTES_MAX && leaked === undefined;
    const result = { warmMb: megabytes(warmBytes), grownMb: megabytes(grownBytes), bytes, frames, leaked };
    log(JSON.stringify(result));
    return { name: 'server-bomb', runs, passed, ...result };
  },
};

/** S4. */
export const serverCrowd: Proof = {
  name: 'server-crowd',
  summary: `idle sockets, and ${JOINS} honest joins beside them: all succeed; times beside those without`,
  runsDefault: 10_000,
  async run(runs, log) {
    const server = await startAttacked();
    const signer = await signerOf(await createKey());
    const join = async (): Promise<number[]> => {
      // Registered anew each time: with one registration, a fast machine's third thousand would be more offers than it takes.
      const broadcaster = await startAnswering(server.port, signer);
      const tookMs = await joinAll(server.port, signer.broadcastId, JOINS, JOINS_AT_ONCE).catch(
        (error: unknown) => {
          log(String(error));
          return [];
        },
      );
      await hangUp(broadcaster);
      return tookMs;
    };
    // The first hundreds find code that isn't compiled yet.
    await join();
    const alone = await join();
    const emptyBytes = rssBytes(server.pid);
    const crowd = new IdleCrowd();
    await crowd.arrive(server.port, runs);
    const fullBytes = rssBytes(server.pid);
    const beside = await join();
    const stayed = crowd.here;
    crowd.leave();
    const leaked = await endAttacked(server);
    const passed = beside.length === JOINS && stayed === runs && leaked === undefined;
    const result = {
      joined: beside.length,
      stayed,
      aloneP50Ms: percentile(alone, 0.5),
      aloneP99Ms: percentile(alone, 0.99),
      besideP50Ms: percentile(beside, 0.5),
      besideP99Ms: percentile(beside, 0.99),
      kilobytesPerSocket: Math.round((fullBytes - emptyBytes) / runs / 100) / 10,
      fullMb: megabytes(fullBytes),
      leaked,
    };
    log(JSON.stringify(result));
    return { name: 'server-crowd', runs, passed, ...result };
  },
};
