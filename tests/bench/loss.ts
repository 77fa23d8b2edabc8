// `npm run bench -- loss`: a viewer of a broadcast of 1.5 Mbit/s over lossy paths, ours against one plain reliable
// channel that carries the same packets to the same player, both at once. Ours has one sibling, which is its standby. Every
// edge of ours is impaired, those among viewers too.

import type { BrowserContext, Page } from 'playwright-core';
import { thousandth } from './benchmark.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { beginStretch, poolReceptions, sampleLatency, samplePlainLatency } from './loss-measure.ts';
import type { CellSide } from './loss-measure.ts';
import type { PlainStats } from './pages/plain.ts';
import { lossyPath, openPathProxy, symmetric } from './path-proxy.ts';
import type { PathProxy } from './path-proxy.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { goOnAir, openViewer, readStats } from './watch-pages.ts';

const LOSS_SHARES = [0.001, 0.01, 0.03, 0.05] as const;
const RTTS_MS = [20, 50, 100, 200] as const;
const CELLS = LOSS_SHARES.flatMap((lossShare) => RTTS_MS.map((rttMs) => ({ lossShare, rttMs })));
/** Without loss, always measured: what the machine itself adds. */
const BASELINE = { lossShare: 0, rttMs: 20 };
/** The cell that the headline figures are read from. */
const HEADLINE = { lossShare: 0.01, rttMs: 50 };
const QUALITY = '540p';
const ROOT_SLOTS = 4;
const VIEWER_SLOTS = 2;
/** A new quality of the paths works for this long before it is measured, ms. */
const SETTLE_MS = 5000;
const MEASURE_MS = 10_000;
const READY_MS_MAX = 30_000;
/** From having a parent to having a standby: the search begins after 1 to 2 s, and is repeated when nobody was found. */
const STANDBY_MS_MAX = 30_000;

/** One cell of the table. */
interface Cell {
  lossShare: number;
  rttMs: number;
  /** What the studio signed, bit/s. */
  bitsPerSecond: number;
  /** Whom our viewer could ask besides its parent. */
  standbys: number;
  ours: CellSide;
  peer: CellSide;
}

interface Scene {
  stage: Stage;
  proxy: PathProxy;
  studio: Page;
  link: string;
}

async function openScene(stage: Stage): Promise<Scene> {
  const proxy = openPathProxy(symmetric({}));
  const attachment = proxy.attach('upper');
  const context = await stage.openContext({ attachment, scripts: ['plain-source'] });
  const { page: studio, link } = await goOnAir(stage.origin, context, ROOT_SLOTS, QUALITY);
  return { stage, proxy, studio, link };
}

function openReceiver({ stage, proxy }: Scene): Promise<BrowserContext> {
  return stage.openContext({ attachment: proxy.attach('lower'), scripts: ['feed-log'] });
}

async function connectPlain({ studio }: Scene, plain: Page): Promise<void> {
  const offer = await studio.evaluate(() => window.benchPlain.offer());
  const answer = await plain.evaluate((sdp) => window.benchPlainPage.answer(sdp), offer);
  await studio.evaluate((sdp) => window.benchPlain.accept(sdp), answer);
  await plain.waitForFunction(() => window.benchFeed.arrivals.length > 0, null, { timeout: READY_MS_MAX });
  await samplePlainLatency(plain);
}

/** Both sides enter anew, so that no cell inherits another's backlog or buffer. */
async function measureCell(scene: Scene, lossShare: number, rttMs: number): Promise<Cell> {
  const { stage, proxy, studio, link } = scene;
  proxy.reshape(lossyPath(lossShare, rttMs));
  const contexts = [await openReceiver(scene), await openReceiver(scene), await openReceiver(scene)] as const;
  try {
    const { page: sibling } = await openViewer(link, contexts[2], VIEWER_SLOTS);
    const { page: viewer } = await openViewer(link, contexts[0], VIEWER_SLOTS);
    await sampleLatency(viewer);
    const standbys = await waitForStandby(viewer);
    const plain = await stage.openPage('plain', contexts[1]);
    await connectPlain(scene, plain);
    await studio.waitForTimeout(SETTLE_MS);
    await studio.evaluate(() => (window.benchPlain.signed.length = 0));
    const endOurs = await beginStretch(viewer, readStats);
    const endPlain = await beginStretch(plain, readPlain);
    await studio.waitForTimeout(MEASURE_MS);
    const signed = await studio.evaluate(() => [...window.benchPlain.signed]);
    const bits = signed.reduce((sum, { bytes }) => sum + bytes * 8, 0);
    const cell = {
      lossShare,
      rttMs,
      bitsPerSecond: Math.round(bits / (MEASURE_MS / 1000)),
      standbys,
      ours: poolReceptions([await endOurs(signed)]),
      peer: poolReceptions([await endPlain(signed)]),
    };
    await viewer.goto('about:blank');
    await sibling.goto('about:blank');
    return cell;
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

/** A viewer alone has nobody but its parent to ask: its sibling is the other path. Gives how many standbys it has in the end. */
async function waitForStandby(viewer: Page): Promise<number> {
  const deadlineMs = Date.now() + STANDBY_MS_MAX;
  for (;;) {
    const standbys = (await readStats(viewer))?.standbyIds.length ?? 0;
    if (standbys > 0 || Date.now() > deadlineMs) return standbys;
    await viewer.waitForTimeout(200);
  }
}

function readPlain(page: Page): Promise<PlainStats> {
  return page.evaluate(() => window.benchPlainPage.getStats());
}

function lineOf(name: string, side: CellSide): string {
  const { p50, p95, arrivalP50, arrivalP95, baseShare, allShare } = side;
  const counted = `missing ${side.packetsMissing}, skipped ${side.packetsSkipped}, late ${side.packetsLate}, repairs ${side.repairs}`;
  const stalled = `stalls ${side.stalls} (${side.stallMs} ms), moves ${side.reparents}`;
  return `  ${name} latency ${p50}/${p95}, arrival ${arrivalP50}/${arrivalP95} ms; base ${baseShare}, all ${allShare}; ${counted}; ${stalled}`;
}

async function run(log: (line: string) => void, parts: readonly string[]): Promise<BenchmarkResult> {
  const wanted = CELLS.filter(
    (cell) => parts.includes(partOf(cell.lossShare)) || parts.includes(cellOf(cell)),
  );
  const stage = await openStage(['plain']);
  const cells: Cell[] = [];
  try {
    const scene = await openScene(stage);
    try {
      for (const { lossShare, rttMs } of [BASELINE, ...wanted]) {
        const cell = await measureCell(scene, lossShare, rttMs);
        cells.push(cell);
        log(`${cellOf(cell)}, ${(cell.bitsPerSecond / 1e6).toFixed(2)} Mbit/s, ${cell.standbys} standbys:`);
        log(lineOf('ours', cell.ours));
        log(lineOf('peer', cell.peer));
      }
    } finally {
      scene.proxy.close();
    }
  } finally {
    await stage.close();
  }
  const headline =
    cells.find((cell) => cell.lossShare === HEADLINE.lossShare && cell.rttMs === HEADLINE.rttMs) ?? cells[0]!;
  return {
    name: 'loss',
    unit: 'ms',
    ours: { ...headline.ours },
    peer: { ...headline.peer },
    ratio: thousandth(headline.ours.p50 / headline.peer.p50),
    headline: HEADLINE,
    cells,
    runs: 1,
    machine: stage.machine,
  };
}

function cellOf({ lossShare, rttMs }: { lossShare: number; rttMs: number }): string {
  return `${partOf(lossShare)} at ${rttMs} ms`;
}

function partOf(lossShare: number): string {
  return `${lossShare * 100}%`;
}

export const loss: Benchmark = {
  name: 'loss',
  summary: 'latency over lossy paths at 1.5 Mbit/s, against one plain reliable channel',
  parts: [...LOSS_SHARES.map(partOf), ...CELLS.map(cellOf)],
  run,
};
