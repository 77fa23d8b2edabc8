// What is read from the pages of a chain, the same way on both sides: when each frame was first seen on screen at depth
// 1, 3 and 5, and how much its picture differs from the card that was drawn.

import type { Page } from 'playwright-core';
import { percentile, spread, tenth, thousandth } from './benchmark.ts';
import type { Spread } from './benchmark.ts';
import type { Sighting } from './pages/hops-reader.ts';
import type { PathProxy } from './path-proxy.ts';
import type { Stage } from './stage.ts';

/** Depths at which the picture is read. */
export const DEPTHS = [1, 3, 5] as const;
export const DEPTH_MAX = 5;
export const FRAME_RATE = 30;
/** The 360p of the app. */
export const FORMAT = { width: 640, height: 360, frameRate: FRAME_RATE, bitrate: 800_000 };

/** How the chain's six nodes are spread over pages. */
export type Arrangement = 'one page' | 'a page each';

/** How a chain is read: each depth for so long at a time, so many times. */
export interface HopsTiming {
  /** ms */
  windowMs: number;
  rounds: number;
}

/** A chain that plays. `pages[depth]` holds the node at that depth; it may be the same page for all. */
export interface Chain {
  pages: readonly Page[];
  /** Wall time at which frame 0 was due, ms. */
  startMs: number;
}

/** What one chain showed: ms from the instant a frame was due at the source until it was seen. */
export interface ChainRun {
  glassMs: Map<number, number[]>;
  /** Pictures a second that were seen. */
  shownRate: Map<number, number>;
  /** Capture to arrival of the last byte; only where packets can be seen. */
  arrivalMs: Map<number, number[]>;
  /** Median luma PSNR against the source, dB. */
  psnrDb: Map<number, number>;
  /** How long the chain settled before it was read, ms. */
  settledMs: number;
  /** Ours: the same depths once the viewers are heard. */
  heardMs?: Map<number, number[]>;
  details: Record<string, unknown>;
}

/** Opens the pages of a chain; `close` the contexts that come with them. */
export async function openPages(
  stage: Stage,
  name: string,
  arrangement: Arrangement,
  proxy?: PathProxy,
): Promise<{ pages: Page[]; close: () => Promise<void> }> {
  const count = arrangement === 'one page' ? 1 : DEPTH_MAX + 1;
  const contexts = await Promise.all(
    Array.from({ length: count }, (_, depth) =>
      stage.openContext({
        scripts: [],
        ...(proxy && { attachment: proxy.attach(depth === 0 ? 'upper' : 'lower') }),
      }),
    ),
  );
  const opened = await Promise.all(contexts.map((context) => stage.openPage(name, context, '?children=1')));
  return {
    pages: Array.from({ length: DEPTH_MAX + 1 }, (_, depth) => opened[depth] ?? opened[0]!),
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()));
    },
  };
}

/** Reads one depth for so long. */
async function readWindow(page: Page, depth: number, windowMs: number): Promise<Sighting[]> {
  await page.evaluate((at) => {
    window.benchReader.take();
    window.benchReader.read(at);
  }, depth);
  await page.waitForTimeout(windowMs);
  return page.evaluate(() => {
    window.benchReader.read(undefined);
    return window.benchReader.take();
  });
}

/** When frame 0 of the card at depth 0 was due, wall ms: its count began at a full second. */
export async function readCardStart(page: Page): Promise<number> {
  const sightings = await readWindow(page, 0, 1000);
  const starts = sightings.map(([number, seenMs]) => seenMs - (number * 1000) / FRAME_RATE);
  // Seen late, never early, and by less than a second.
  return Math.floor(Math.min(...starts) / 1000) * 1000;
}

/** Reads a settled chain, one depth after another: ms from the instant a frame was due until it was seen. */
export async function readGlass(
  { pages, startMs }: Chain,
  { windowMs, rounds }: HopsTiming,
): Promise<Pick<ChainRun, 'glassMs' | 'shownRate'>> {
  const glassMs = mapDepths((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const depth of DEPTHS) {
      // The first one was on screen when the window began.
      const [, ...sightings] = await readWindow(pages[depth]!, depth, windowMs);
      for (const [number, seenMs] of sightings)
        glassMs.get(depth)!.push(seenMs - startMs - (number * 1000) / FRAME_RATE);
    }
  }
  const secondsRead = (windowMs * rounds) / 1000;
  return { glassMs, shownRate: mapDepths((depth) => tenth(glassMs.get(depth)!.length / secondsRead)) };
}

/** Median luma PSNR of the pictures that were kept while reading, dB. It keeps the pages busy: nothing is read meanwhile. */
export async function readPsnr({ pages, startMs }: Chain): Promise<Map<number, number>> {
  const psnrDb = new Map<number, number>();
  for (const depth of DEPTHS) {
    const losses = await pages[depth]!.evaluate(([at, start]) => window.benchReader.losses(at, start), [
      depth,
      startMs,
    ] as const);
    psnrDb.set(depth, tenth(percentile(losses, 0.5)));
  }
  return psnrDb;
}

/** A value for each depth that is read. */
export function mapDepths<T>(make: (depth: number) => T): Map<number, T> {
  return new Map(DEPTHS.map((depth) => [depth, make(depth)]));
}

/** Figures of one side over all its runs. */
export interface SideFigures {
  depths: Record<number, Spread>;
  heard?: Record<number, Spread>;
  arrival?: Record<number, Spread>;
  /** (depth 5 - depth 1) / 4 of the picture's p50, ms. */
  pictureAddedPerHopMs: number;
  /** The same of the arrival of packets; where packets can't be seen, of the picture. */
  addedPerHopMs: number;
  psnrDb: Record<number, number>;
  shownRate: Record<number, number>;
  /** p50 at depth 5 of each run. */
  p50Runs: number[];
  details: Record<string, unknown>;
}

/** Pools the samples of all runs. */
export function poolRuns(runs: readonly ChainRun[]): SideFigures {
  const pool = (pick: (run: ChainRun) => Map<number, number[]>) =>
    byDepth((depth) => spread(runs.flatMap((run) => pick(run).get(depth) ?? [])));
  const median = (pick: (run: ChainRun) => Map<number, number>) =>
    byDepth((depth) =>
      percentile(
        runs.map((run) => pick(run).get(depth) ?? NaN),
        0.5,
      ),
    );
  const added = (depths: Record<number, Spread>): number =>
    thousandth((depths[5]!.p50 - depths[1]!.p50) / (DEPTH_MAX - 1));
  const depths = pool((run) => run.glassMs);
  const arrival = pool((run) => run.arrivalMs);
  const heard = pool((run) => run.heardMs ?? new Map<number, number[]>());
  const hasArrival = arrival[1]!.count > 0 && arrival[5]!.count > 0;
  const pictureAddedPerHopMs = added(depths);
  return {
    depths,
    ...(heard[1]!.count > 0 && { heard }),
    ...(hasArrival && { arrival }),
    pictureAddedPerHopMs,
    addedPerHopMs: hasArrival ? added(arrival) : pictureAddedPerHopMs,
    psnrDb: median((run) => run.psnrDb),
    shownRate: median((run) => run.shownRate),
    p50Runs: runs.map((run) => tenth(percentile(run.glassMs.get(DEPTH_MAX) ?? [], 0.5))),
    details: runs.at(-1)?.details ?? {},
  };
}

function byDepth<T>(make: (depth: number) => T): Record<number, T> {
  return Object.fromEntries(mapDepths(make));
}
