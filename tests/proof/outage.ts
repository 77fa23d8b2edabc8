// `npm run proof -- outage --minutes M`: signaling servers killed with -9 for M minutes while a broadcast is watched (TESTS.md B11).
// Nobody who watches may miss a packet; newcomers get in by the second server, by a relay that listens, and by the first again.

import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { startHeadlessRelay, type HeadlessRelay } from '../e2e/headless-relay.ts';
import { startServerProcess, type ServerProcess } from '../e2e/server-process.ts';
import { goLive, launchStudio, startStation, until, watch, watchStats } from '../e2e/station.ts';
import type { Proof, ProofResult } from './proof.ts';

const MINUTE_MS = 60_000;
/** Between two newcomers during the outage. */
const NEWCOMER_MS = 15_000;
const PICTURES = 30;
const RESIDENTS = 2;

interface Scene {
  browser: Browser;
  main: ServerProcess;
  second: ServerProcess;
  relay: HeadlessRelay;
  link: string;
  residents: Page[];
}

/** Opens a link, waits for pictures and leaves; gives the time that it took, ms. */
async function visit(browser: Browser, link: string): Promise<number> {
  const startMs = performance.now();
  const page = await watch(browser, link);
  await untilPictures(page);
  const tookMs = performance.now() - startMs;
  await page.context().close();
  return Math.round(tookMs);
}

async function untilPictures(page: Page): Promise<void> {
  const { videoFrames } = await watchStats(page);
  await until(
    () => watchStats(page),
    (now) => now.videoFrames > videoFrames + PICTURES,
    'pictures',
  );
}

/** One server is down, then both: newcomers come by turns by what is left. Gives the times that they took. */
async function outlast({ browser, second, relay, link }: Scene, minutes: number): Promise<number[]> {
  const port = String(relay.lines.find(({ event }) => event === 'serving')?.['port']);
  const byRelay = link.replace(/server=[^#]*/, `$&,http://localhost:${port}`);
  const endMs = performance.now() + minutes * MINUTE_MS;
  const half = endMs - (minutes * MINUTE_MS) / 2;
  const tookMs = [await visit(browser, link)];
  let isSecondDown = false;
  while (performance.now() < endMs) {
    if (!isSecondDown && performance.now() > half) {
      await second.end('SIGKILL');
      isSecondDown = true;
    }
    tookMs.push(await visit(browser, isSecondDown ? byRelay : link));
    await setTimeout(Math.max(0, Math.min(NEWCOMER_MS, endMs - performance.now())));
  }
  return tookMs;
}

async function run(minutes: number, log: (line: string) => void): Promise<ProofResult> {
  const station = await startStation();
  const [main, second] = await Promise.all([startServerProcess(), startServerProcess()]);
  const browser = await launchStudio();
  const query = `server=${main.origin},${second.origin}&source=testcard&quality=360p&children=6`;
  const { link } = await goLive(await browser.newContext(), `${station.origin}/?${query}#/studio`);
  const relay = await startHeadlessRelay(link, { args: ['--listen', '0'] });
  const scene: Scene = { browser, main, second, relay, link, residents: [] };
  try {
    for (let i = 0; i < RESIDENTS; i++) scene.residents.push(await watch(browser, link));
    for (const page of scene.residents) await untilPictures(page);
    await main.end('SIGKILL');
    const newcomersMs = await outlast(scene, minutes);
    for (const page of scene.residents) await untilPictures(page);
    scene.main = await startServerProcess(main.port);
    const afterMs = await visit(browser, link);
    const stats = [...(await Promise.all(scene.residents.map(watchStats))), await relay.stats()];
    const packetsMissing = stats.map((one) => one.packetsMissing);
    const stallMs = stats.map((one) => Math.round(one.stallMs));
    log(`newcomers took ${newcomersMs.join(', ')} ms; after the return ${afterMs} ms`);
    log(`missing at those who stayed: ${packetsMissing.join(', ')}; stalled for ${stallMs.join(', ')} ms`);
    const passed = packetsMissing.every((missing) => missing === 0);
    return { name: 'outage', runs: minutes, passed, newcomersMs, afterMs, packetsMissing, stallMs };
  } finally {
    await relay.end('SIGKILL');
    await browser.close();
    await Promise.all([scene.main.end('SIGKILL'), second.end('SIGKILL')]);
    await station.close();
  }
}

/** B11, as long as you like. */
export const outage: Proof = {
  name: 'outage',
  summary: 'signaling servers killed: nobody who watches misses a packet, newcomers get in by what is left',
  unit: 'minutes',
  runsDefault: 10,
  run,
};
