// `npm run bench -- relay`: what it costs to pass the feed on. CPU of a headless relay per Mbit/s forwarded (verifying,
// caching and accounting included) against a bare onmessage -> send loop on the same library, fed by the same page at
// the same time; and the broadcaster's uplink with 24 viewers against 4.

import type { Page } from 'playwright-core';
import { startBare, type Bare } from './bare.ts';
import { thousandth } from './benchmark.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { startCrowd, type Crowd } from './crowd.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { goOnAir, readBroadcast } from './watch-pages.ts';

/** Receivers of each relay. */
const SINKS = 4;
const ROOT_SLOTS = 4;
const FEW_VIEWERS = 4;
const MANY_VIEWERS = 24;
/** How many others a viewer feeds in the crowd of 24. */
const VIEWER_SLOTS = 4;
const SETTLE_MS = 5000;
const MEASURE_MS = 20_000;
const PLACED_MS_MAX = 60_000;
const POLL_MS = 200;

/** What one side forwarded in the measured time, and its CPU time for it. */
interface Cost {
  cpuMs: number;
  mbits: number;
  cpuMsPerMbit: number;
}

/** What leaves the broadcaster, everything on its edges included. */
interface Uplink {
  viewers: number;
  children: number;
  bitsPerSecond: number;
}

async function pollUntil(isDone: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadlineMs = Date.now() + PLACED_MS_MAX; !(await isDone());) {
    if (Date.now() > deadlineMs) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function costOf(cpuUs: number, bytes: number): Cost {
  const [cpuMs, mbits] = [cpuUs / 1000, (bytes * 8) / 1e6];
  return { cpuMs: Math.round(cpuMs), mbits: thousandth(mbits), cpuMsPerMbit: thousandth(cpuMs / mbits) };
}

async function feedBare(studio: Page, relay: Bare, sinks: Bare): Promise<void> {
  for (let i = 0; i < SINKS; i++) await relay.feed(sinks);
  const offer = await studio.evaluate(() => window.benchPlain.offer({ ordered: false }));
  const answer = await relay.answer(offer);
  await studio.evaluate((sdp) => window.benchPlain.accept(sdp), answer);
}

async function join(crowd: Crowd, link: string, count: number, children: number): Promise<void> {
  for (let i = 0; i < count; i++) await crowd.join(link, children);
  await pollUntil(
    async () =>
      (await crowd.stats()).every(({ stats }) => stats.state === 'live' && stats.packetsReceived > 0),
    'a place for everybody',
  );
}

/** One relay of each kind below the same studio, with as many receivers. */
async function measureCpu(stage: Stage): Promise<{ ours: Cost; peer: Cost }> {
  const [relay, viewers, bare, sinks] = [startCrowd(), startCrowd(), startBare(), startBare()];
  try {
    const context = await stage.openContext({ scripts: ['plain-source'] });
    const { page: studio, link } = await goOnAir(stage.origin, context, 1, '540p');
    await join(relay, link, 1, SINKS);
    await join(viewers, link, SINKS, 0);
    await feedBare(studio, bare, sinks);
    await studio.waitForTimeout(SETTLE_MS);
    const read = async () => ({
      cost: await relay.cost(),
      stats: (await relay.stats())[0]!.stats,
      bare: await bare.figures(),
    });
    const before = await read();
    await studio.waitForTimeout(MEASURE_MS);
    const after = await read();
    if (after.stats.childIds.length !== SINKS)
      throw new Error('The relay does not feed all of its receivers');
    await context.close();
    return {
      ours: costOf(
        after.cost.cpuUs - before.cost.cpuUs,
        after.stats.bytesRelayed - before.stats.bytesRelayed,
      ),
      peer: costOf(after.bare.cpuUs - before.bare.cpuUs, after.bare.bytesSent - before.bare.bytesSent),
    };
  } finally {
    await Promise.all([relay, viewers, bare, sinks].map((one) => one.close()));
  }
}

async function measureUplink(studio: Page, viewers: number): Promise<Uplink> {
  await studio.waitForTimeout(SETTLE_MS);
  const before = await studio.evaluate(() => window.benchConnections.bytesSent());
  await studio.waitForTimeout(MEASURE_MS);
  const after = await studio.evaluate(() => window.benchConnections.bytesSent());
  const { childIds } = await readBroadcast(studio);
  return {
    viewers,
    children: childIds.length,
    bitsPerSecond: Math.round(((after - before) * 8) / (MEASURE_MS / 1000)),
  };
}

async function compareUplinks(stage: Stage): Promise<{ few: Uplink; many: Uplink }> {
  const crowd = startCrowd();
  try {
    const context = await stage.openContext({ scripts: ['connection-log'] });
    const { page: studio, link } = await goOnAir(stage.origin, context, ROOT_SLOTS);
    await join(crowd, link, FEW_VIEWERS, VIEWER_SLOTS);
    await pollUntil(async () => (await readBroadcast(studio)).childIds.length === ROOT_SLOTS, 'a full root');
    const few = await measureUplink(studio, FEW_VIEWERS);
    await join(crowd, link, MANY_VIEWERS - FEW_VIEWERS, VIEWER_SLOTS);
    const many = await measureUplink(studio, MANY_VIEWERS);
    await context.close();
    return { few, many };
  } finally {
    await crowd.close();
  }
}

async function run(log: (line: string) => void): Promise<BenchmarkResult> {
  const stage = await openStage([]);
  try {
    const { ours, peer } = await measureCpu(stage);
    log(`ours: ${ours.cpuMsPerMbit} ms of CPU per Mbit forwarded (${ours.mbits} Mbit)`);
    log(`bare: ${peer.cpuMsPerMbit} ms of CPU per Mbit forwarded (${peer.mbits} Mbit)`);
    const { few, many } = await compareUplinks(stage);
    const uplinkRatio = thousandth(many.bitsPerSecond / few.bitsPerSecond);
    for (const { viewers, children, bitsPerSecond } of [few, many])
      log(
        `the broadcaster sends ${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s to ${children} of ${viewers} viewers`,
      );
    log(`uplink ratio ${uplinkRatio}`);
    return {
      name: 'relay',
      unit: 'ms CPU per Mbit',
      ours: { ...ours },
      peer: { ...peer },
      ratio: thousandth(ours.cpuMsPerMbit / peer.cpuMsPerMbit),
      uplink: { few, many, ratio: uplinkRatio },
      runs: 1,
      machine: stage.machine,
    };
  } finally {
    await stage.close();
  }
}

export const relay: Benchmark = {
  name: 'relay',
  summary:
    "CPU of a relay against a bare forwarding loop; the broadcaster's uplink with 24 viewers against 4",
  run,
};
