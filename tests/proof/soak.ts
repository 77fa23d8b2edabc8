// `npm run proof -- soak --minutes M`: a broadcast on air while viewers come and go, one every 5 s (TESTS.md B8). Most are
// headless, some are pages. It fails on what piles up: connections that outlive their peers. Heap and latency are printed.

import type { BrowserContext, Page } from 'playwright-core';
import type {} from '../bench/pages/connection-log.ts';
import { percentile, slopePerHour, tenth } from '../bench/benchmark.ts';
import { startCrowd, type Crowd } from '../bench/crowd.ts';
import { openStage } from '../bench/stage.ts';
import type { Stage } from '../bench/stage.ts';
import { goOnAir, openViewer, readStats } from '../bench/watch-pages.ts';
import { until } from '../e2e/station.ts';
import type { Proof } from './proof.ts';

const MINUTE_MS = 60_000;
const CHURN_MS = 5000;
/** Of so many comings and goings one is a page's. */
const PAGE_EVERY = 6;
const SAMPLE_EVERY = 3;
/** Headless viewers that come and go, at most at once. */
const GUESTS_MAX = 6;
const RESIDENTS = 3;
const SLOTS = 3;
/** The caches of packets are full after this, ms: before, a growing heap says nothing. */
const WARM_UP_MS = 3 * MINUTE_MS;
/** After the last guest left, its connections may linger this long, ms. */
const LINGER_MS_MAX = 30_000;

/** One look at everybody who stays. */
interface Sample {
  atMs: number;
  studioHeapMiB: number;
  viewerHeapMiB: number;
  residentsHeapMiB: number;
  studioConnections: number;
  viewerConnections: number;
  latencyMs: number | null;
  packetsMissing: number;
}

interface Scene {
  stage: Stage;
  link: string;
  studio: Page;
  viewer: Page;
  residents: Crowd;
  guests: Crowd;
}

async function heapMiB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return tenth((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 2 ** 20);
}

function openConnections(page: Page): Promise<number> {
  return page.evaluate(() => window.benchConnections.open());
}

async function look({ studio, viewer, residents }: Scene, atMs: number): Promise<Sample> {
  const [stats, { heapBytes }] = await Promise.all([readStats(viewer), residents.cost()]);
  return {
    atMs: Math.round(atMs),
    studioHeapMiB: await heapMiB(studio),
    viewerHeapMiB: await heapMiB(viewer),
    residentsHeapMiB: tenth(heapBytes / 2 ** 20),
    studioConnections: await openConnections(studio),
    viewerConnections: await openConnections(viewer),
    latencyMs: stats?.latencyMs ? Math.round(stats.latencyMs) : null,
    packetsMissing: stats?.packetsMissing ?? NaN,
  };
}

/** Lets viewers come and go until the time is up; all of them have left when it resolves. */
async function churn(scene: Scene, minutes: number, log: (line: string) => void): Promise<Sample[]> {
  const { guests, link } = scene;
  const startMs = performance.now();
  const samples: Sample[] = [];
  const names: number[] = [];
  let page: BrowserContext | undefined;
  for (let step = 1; performance.now() - startMs < minutes * MINUTE_MS; step++) {
    if (step % PAGE_EVERY === 0) {
      if (page) {
        await page.close();
        page = undefined;
      } else page = await openGuestPage(scene);
    } else if (names.length >= GUESTS_MAX || (step % 2 === 0 && names.length > 1)) {
      await guests.leave(names.shift()!);
    } else names.push(await guests.join(link, SLOTS));
    if (step % SAMPLE_EVERY === 0) {
      samples.push(await look(scene, performance.now() - startMs));
      log(`  ${JSON.stringify(samples.at(-1))}`);
    }
    const nextMs = startMs + step * CHURN_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - performance.now())));
  }
  for (const name of names) await guests.leave(name);
  await page?.close();
  return samples;
}

async function openGuestPage({ stage, link }: Scene): Promise<BrowserContext> {
  const context = await stage.openContext({ scripts: [] });
  await openViewer(link, context, SLOTS);
  return context;
}

function judge(samples: readonly Sample[], left: { studio: number; viewer: number }, minutes: number) {
  const slope = (name: 'studioHeapMiB' | 'viewerHeapMiB' | 'residentsHeapMiB'): number =>
    tenth(
      slopePerHour(
        samples.map((sample) => ({ atMs: sample.atMs, value: sample[name] })),
        WARM_UP_MS,
      ),
    );
  const latencies = samples.flatMap(({ latencyMs }) => latencyMs ?? []);
  const third = Math.ceil(latencies.length / 3);
  const median = (values: readonly number[]): number => percentile(values, 0.5);
  const most = (name: 'studioConnections' | 'viewerConnections'): number =>
    Math.max(...samples.map((sample) => sample[name]));
  return {
    minutes,
    heapMiBPerHour: {
      studio: slope('studioHeapMiB'),
      viewer: slope('viewerHeapMiB'),
      residents: slope('residentsHeapMiB'),
    },
    connections: { studioMax: most('studioConnections'), viewerMax: most('viewerConnections'), left },
    latencyMs: {
      first: median(latencies.slice(0, third)),
      last: median(latencies.slice(-third)),
      drift: median(latencies.slice(-third)) - median(latencies.slice(0, third)),
    },
    packetsMissing: samples.at(-1)?.packetsMissing ?? NaN,
  };
}

/** `npm run proof -- soak --minutes M`. */
export const soak: Proof = {
  name: 'soak',
  summary:
    'viewers come and go, one every 5 s: no connection outlives its peer; heap and latency are printed',
  unit: 'minutes',
  runsDefault: 30,
  async run(minutes, log) {
    const stage = await openStage([]);
    const [residents, guests] = [startCrowd(), startCrowd()];
    try {
      const open = () => stage.openContext({ scripts: ['connection-log'] });
      const { page: studio, link } = await goOnAir(stage.origin, await open(), SLOTS);
      const { page: viewer } = await openViewer(link, await open(), SLOTS);
      for (let i = 0; i < RESIDENTS; i++) await residents.join(link, SLOTS);
      const samples = await churn({ stage, link, studio, viewer, residents, guests }, minutes, log);
      const peersLeft = RESIDENTS + 1;
      const count = async () => ({
        studio: await openConnections(studio),
        viewer: await openConnections(viewer),
      });
      const left = await until(
        count,
        (now) => now.studio <= peersLeft && now.viewer <= peersLeft,
        `at most ${peersLeft} connections at the studio and at the viewer`,
        LINGER_MS_MAX,
      ).catch(count);
      const figures = judge(samples, left, minutes);
      return {
        name: soak.name,
        runs: minutes,
        passed: samples.length > 0 && left.studio <= peersLeft && left.viewer <= peersLeft,
        ...figures,
        samples,
        machine: stage.machine,
      };
    } finally {
      await Promise.all([residents.close(), guests.close()]);
      await stage.close();
    }
  },
};
