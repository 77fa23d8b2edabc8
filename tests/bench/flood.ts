// `npm run bench -- flood`: what a flood of comments does to the page of the broadcaster. Hostile headless peers shout at a studio on air
// and at a relay below it; by turns, in another studio on air, every comment is appended to a list as it comes.

import type { Page } from 'playwright-core';
import { startHostile } from '../hostile/hostile.ts';
import { tenth, thousandth, type Benchmark, type BenchmarkResult } from './benchmark.ts';
import { startCrowd } from './crowd.ts';
import { setApart } from './machine.ts';
import { openStage, type Stage } from './stage.ts';
import { goOnAir, readBroadcast } from './watch-pages.ts';

/** Comments a second. */
const RATES = [0, 100, 1000, 10_000] as const;
/** Seats that the hostile peers try to hold, at the root and below the honest relay. */
const SEATS = 10;
const ROOT_SLOTS = 4;
const RELAY_SLOTS = 8;
const SETTLE_MS = 3000;
/** Long enough for their comments to be signed before they are needed. */
const READY_MS = 8000;
const MEASURE_MS = 10_000;

/** One stretch, as it is printed. */
export interface Row {
  perSecond: number;
  /** What was really sent, or appended, a second. */
  sentPerSecond: number;
  repaints: number;
  longestMs: number;
  framesPerSecond: number;
  /** Pictures that were not encoded, against the idle stretch of the same side. */
  framesDropped: number;
  /** Messages of the room that reached the page, a second. */
  rises: number;
}

/** What is done in one stretch. */
export interface StretchParts {
  ms: number;
  /** Comments a second. */
  perSecond: number;
  /** Whether they are appended to the list. */
  isNaive?: boolean;
  /** Comments sent so far. */
  sent?(): Promise<number>;
  /** The same side without any. */
  idle?: Row | undefined;
}

/** Measures one stretch of a studio's page. */
export async function stretch(page: Page, parts: StretchParts): Promise<Row> {
  const { ms, perSecond, isNaive, idle } = parts;
  const [sentBefore, before] = [await parts.sent?.(), await readBroadcast(page)];
  const startMs = performance.now();
  const asked = [ms, isNaive ? perSecond : 0] as const;
  const seen = await page.evaluate(([forMs, rate]) => window.benchNaive.measure(forMs, rate), asked);
  const seconds = (performance.now() - startMs) / 1000;
  const frames = (await readBroadcast(page)).videoFrames - before.videoFrames;
  const sentThen = await parts.sent?.();
  return {
    perSecond,
    sentPerSecond: Math.round(isNaive ? seen.appended : ((sentThen ?? 0) - (sentBefore ?? 0)) / seconds),
    repaints: tenth(seen.repaints),
    longestMs: Math.round(seen.longestMs),
    framesPerSecond: tenth(frames / seconds),
    framesDropped: idle ? Math.max(0, Math.round(idle.framesPerSecond * seconds - frames)) : 0,
    rises: tenth(seen.rises),
  };
}

async function measureOurs(stage: Stage, log: (line: string) => void): Promise<Row[]> {
  const context = await stage.openContext({ scripts: ['naive-list'] });
  const { page, link } = await goOnAir(stage.origin, context, ROOT_SLOTS);
  const crowd = startCrowd();
  await crowd.join(link, RELAY_SLOTS);
  const hostile = startHostile();
  setApart(crowd, hostile);
  try {
    const flooding = await hostile.attack('flood', link, { seats: SEATS });
    await page.waitForTimeout(READY_MS);
    const sent = async (): Promise<number> => (await flooding.figures())['offered'] ?? 0;
    const rows: Row[] = [];
    for (const rate of RATES) {
      await flooding.set(rate);
      rows.push(await stretch(page, { ms: MEASURE_MS, perSecond: rate, sent, idle: rows[0] }));
      log(`ours:  ${JSON.stringify(rows.at(-1))}`);
      await flooding.set(0);
      await page.waitForTimeout(SETTLE_MS);
    }
    return rows;
  } finally {
    await Promise.all([hostile.close(), crowd.close()]);
    await context.close();
  }
}

async function measureNaive(stage: Stage, log: (line: string) => void): Promise<Row[]> {
  const context = await stage.openContext({ scripts: ['naive-list'] });
  const { page } = await goOnAir(stage.origin, context, ROOT_SLOTS);
  await page.waitForTimeout(SETTLE_MS);
  const rows: Row[] = [];
  for (const rate of RATES) {
    rows.push(await stretch(page, { ms: MEASURE_MS, perSecond: rate, isNaive: true, idle: rows[0] }));
    log(`naive: ${JSON.stringify(rows.at(-1))}`);
    await page.waitForTimeout(SETTLE_MS);
  }
  await context.close();
  return rows;
}

async function run(log: (line: string) => void): Promise<BenchmarkResult> {
  const stage = await openStage([]);
  try {
    const ours = await measureOurs(stage, log);
    const peer = await measureNaive(stage, log);
    const at = (rows: readonly Row[], rate: number): number =>
      rows.find(({ perSecond }) => perSecond === rate)?.repaints ?? NaN;
    const shareAtMost = thousandth(at(ours, 10_000) / at(ours, 0));
    log(`at 10,000 a second: ${shareAtMost} of idle`);
    return {
      name: 'flood',
      unit: 'repaints a second',
      ours: { rows: ours },
      peer: { rows: peer },
      ratio: thousandth(at(ours, 1000) / at(peer, 1000)),
      shareAtMost,
      runs: 1,
      machine: stage.machine,
    };
  } finally {
    await stage.close();
  }
}

/** `npm run bench -- flood`. */
export const flood: Benchmark = {
  name: 'flood',
  summary:
    'repaints of the broadcaster’s page under 0 to 10,000 comments a second, against a list that appends each',
  run,
};
