// `npm run bench -- join`: from navigation start to the first picture, our viewer against a bare page with one connection
// that carries media. Same server, same signaling socket, same card; fresh context for each run, sides by turns.

import type { Page } from 'playwright-core';
import { percentile, spread, tenth, thousandth } from './benchmark.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { FORMAT } from './hops-measure.ts';
import type { Step } from './pages/waterfall.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { goOnAir, readBroadcast, readStats } from './watch-pages.ts';

const RUNS = 21;
const PROFILED_RUNS = 5;
/** Runs whose figures are thrown away: the browser's own caches and its spare process. */
const WARM_UP_RUNS = 1;
const PICTURE_MS_MAX = 20_000;
/** A new window has pages of the browser's own, which are loaded for a second and take a core meanwhile, ms. */
const WINDOW_MS = 1500;
const SLOTS = 8;
const SLOW_RUNS = 9;
/** A phone's line as Lighthouse has it, for what is loaded and for WebRTC alike: latency in ms, rates in bytes a second. */
const SLOW_LINE = {
  offline: false,
  latency: 150,
  downloadThroughput: 1.6e6 / 8,
  uploadThroughput: 0.75e6 / 8,
};
const PEER_CODEC = 'video/H264';

/** One visit: ms from navigation start until the picture was seen, and until the page itself says that it was. */
interface Visit {
  seenMs: number;
  toldMs: number;
  steps: Step[];
}

/** How to visit one side: its address, and what its page says of its own first picture. */
interface Side {
  address: string;
  hasInlineScripts: boolean;
  told(page: Page): Promise<number>;
  /** Resolves when nothing of the visit is left at the source. */
  gone(): Promise<void>;
}

interface Sides {
  ours: Side;
  peer: Side;
}

/** How a side is visited. */
interface Way {
  isProfiled?: boolean;
  isSlow?: boolean;
}

async function visit(stage: Stage, side: Side, { isProfiled = false, isSlow = false }: Way): Promise<Visit> {
  const context = await stage.openContext({
    scripts: isProfiled ? ['probe', 'waterfall'] : ['probe'],
    hasInlineScripts: side.hasInlineScripts,
  });
  try {
    await context.addInitScript({ content: 'benchProbe.start()' });
    const page = await context.newPage();
    if (isSlow) {
      const session = await context.newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', SLOW_LINE);
    }
    await page.waitForTimeout(WINDOW_MS);
    await page.goto(side.address, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.benchProbe.firstPictureMs !== undefined, null, {
      timeout: PICTURE_MS_MAX,
    });
    const seenMs = (await page.evaluate(() => window.benchProbe.firstPictureMs))!;
    const toldMs = await side.told(page);
    const steps = isProfiled ? await page.evaluate(() => window.benchWaterfall()) : [];
    // So that the page can say good-bye.
    await page.goto('about:blank');
    await side.gone();
    return { seenMs, toldMs, steps };
  } finally {
    await context.close();
  }
}

/** The median time of each step over several visits, in order. */
function medianSteps(visits: readonly Visit[]): Step[] {
  const times = new Map<string, number[]>();
  for (const { steps, seenMs } of visits) {
    for (const [name, atMs] of [...steps, ['picture seen', seenMs] as Step]) {
      times.set(name, [...(times.get(name) ?? []), atMs]);
    }
  }
  return [...times]
    .map(([name, all]): Step => [name, tenth(percentile(all, 0.5))])
    .sort(([, a], [, b]) => a - b);
}

async function openSides(stage: Stage): Promise<Sides> {
  const source = await stage.openPage('join-source', await stage.openContext());
  await source.evaluate((format) => window.benchServe(format), { ...FORMAT, mimeType: PEER_CODEC });
  const { page: studio, link } = await goOnAir(stage.origin, await stage.openContext(), SLOTS);
  return {
    ours: {
      address: link,
      hasInlineScripts: false,
      told: async (page) => (await readStats(page))?.joinMs ?? NaN,
      gone: async () => {
        while ((await readBroadcast(studio)).childIds.length > 0) await studio.waitForTimeout(50);
      },
    },
    peer: {
      address: `${stage.origin}/bench/join.html`,
      hasInlineScripts: true,
      told: (page) => page.evaluate(() => window.benchFirstFrameMs ?? NaN),
      gone: () => Promise.resolve(),
    },
  };
}

function sideFigures(visits: readonly Visit[], waterfall: readonly Step[]): Record<string, unknown> {
  const seen = visits.map(({ seenMs }) => seenMs);
  return {
    ...spread(seen),
    toldP50: tenth(
      percentile(
        visits.map(({ toldMs }) => toldMs),
        0.5,
      ),
    ),
    all: seen.map(tenth),
    waterfall,
  };
}

/** Visits both sides by turns, in changing order. */
async function visitBoth(
  stage: Stage,
  sides: Sides,
  runs: number,
  way: Way,
): Promise<Record<keyof Sides, Visit[]>> {
  const visits = { ours: [] as Visit[], peer: [] as Visit[] };
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    const order = run % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    for (const name of order) {
      const made = await visit(stage, sides[name], way);
      if (run >= 0) visits[name].push(made);
    }
  }
  return visits;
}

/** Both sides over a slow line. */
async function measureSlow(
  stage: Stage,
  sides: Sides,
  log: (line: string) => void,
): Promise<Record<string, unknown>> {
  const visits = await visitBoth(stage, sides, SLOW_RUNS, { isSlow: true });
  const [ours, peer] = [visits.ours, visits.peer].map((side) => spread(side.map(({ seenMs }) => seenMs)));
  log(`slow line: ours p50 ${ours!.p50} ms, p95 ${ours!.p95}; peer p50 ${peer!.p50} ms, p95 ${peer!.p95}`);
  return { ours, peer, ratio: thousandth(ours!.p50 / peer!.p50), runs: SLOW_RUNS };
}

async function measure(
  stage: Stage,
  log: (line: string) => void,
  parts: readonly string[],
): Promise<BenchmarkResult> {
  const sides = await openSides(stage);
  const slowLine = parts.includes('slow-line') && (await measureSlow(stage, sides, log));
  const more = slowLine && { slowLine };
  const visits = await visitBoth(stage, sides, RUNS, {});
  const profiled = { ours: [] as Visit[], peer: [] as Visit[] };
  for (let run = 0; run < PROFILED_RUNS; run++) {
    for (const name of ['ours', 'peer'] as const)
      profiled[name].push(await visit(stage, sides[name], { isProfiled: true }));
  }
  const ours = sideFigures(visits.ours, medianSteps(profiled.ours));
  const peer = sideFigures(visits.peer, medianSteps(profiled.peer));
  for (const [name, side] of [
    ['ours', ours],
    ['peer', peer],
  ] as const) {
    log(
      `${name}: p50 ${String(side['p50'])} ms, p95 ${String(side['p95'])} ms; the page's own figure ${String(side['toldP50'])} ms`,
    );
    for (const [step, atMs] of side['waterfall'] as Step[]) log(`    ${atMs.toFixed(0).padStart(5)} ${step}`);
  }
  const ratio = thousandth((ours['p50'] as number) / (peer['p50'] as number));
  return { name: 'join', unit: 'ms', ours, peer, ratio, runs: RUNS, machine: stage.machine, ...more };
}

async function run(log: (line: string) => void, parts: readonly string[]): Promise<BenchmarkResult> {
  const stage = await openStage(['join', 'join-source']);
  try {
    return await measure(stage, log, parts);
  } finally {
    await stage.close();
  }
}

export const join: Benchmark = {
  name: 'join',
  summary: 'navigation start to the first picture, against a bare page with one connection',
  parts: ['slow-line'],
  run,
};
