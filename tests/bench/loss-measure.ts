// What a stretch of time at one quality of paths shows, read the same way on both sides: how old the picture is, and
// which of the packets that were signed in it arrived.

import type { Page } from 'playwright-core';
import { percentile, tenth, thousandth } from './benchmark.ts';
import { judgeArrivals } from './feed-figures.ts';
import type { Delivery } from './feed-figures.ts';
import type { PlainStats } from './pages/plain.ts';
import type { Signed } from './pages/plain-source.ts';
import type { WatchStats } from '../../src/session/session-api.ts';

/** Between two looks at `latencyMs`, ms. */
const SAMPLE_MS = 100;
/** The figures of one receiver over one stretch. */
export interface Reception extends Delivery {
  latencyMs: number[];
  counters: Counters;
}

/** What a page counts, each over the stretch only. */
export interface Counters {
  packetsMissing: number;
  packetsSkipped: number;
  packetsLate: number;
  repairs: number;
  reparents: number;
  stalls: number;
  stallMs: number;
}

type Stats = Partial<Pick<WatchStats, keyof Counters>> & Pick<PlainStats, 'latencyMs'>;
/** How to ask a page for its figures: `getStats()` of the app's player, or of the plain page. */
type Read = (page: Page) => Promise<Stats | null>;

interface SampledWindow {
  benchLatencies: (number | null)[];
}

/** Makes the app's player note its latency again and again. */
export async function sampleLatency(page: Page): Promise<void> {
  await page.locator('lucarne-player').evaluate((element, periodMs) => {
    const player = element as unknown as { getStats(): Promise<{ latencyMs: number | null }> };
    const samples: (number | null)[] = [];
    (window as unknown as SampledWindow).benchLatencies = samples;
    setInterval(() => void player.getStats().then(({ latencyMs }) => samples.push(latencyMs)), periodMs);
  }, SAMPLE_MS);
}

/** The same for the plain page. */
export async function samplePlainLatency(page: Page): Promise<void> {
  await page.evaluate((periodMs) => {
    const samples: (number | null)[] = [];
    (window as unknown as SampledWindow).benchLatencies = samples;
    setInterval(
      () => void window.benchPlainPage.getStats().then(({ latencyMs }) => samples.push(latencyMs)),
      periodMs,
    );
  }, SAMPLE_MS);
}

/** Forgets the past; the result judges what came since. `signed` are all packets that the studio signed. */
export async function beginStretch(
  page: Page,
  read: Read,
): Promise<(signed: readonly Signed[]) => Promise<Reception>> {
  const before = await read(page);
  const startMs = await page.evaluate(() => {
    (window as unknown as SampledWindow).benchLatencies.length = 0;
    return performance.timeOrigin + performance.now();
  });
  return async (signed) => {
    const after = await read(page);
    const { latencies, arrivals } = await page.evaluate(() => ({
      latencies: [...(window as unknown as SampledWindow).benchLatencies],
      arrivals: window.benchFeed.arrivals.splice(0),
    }));
    return {
      latencyMs: latencies.filter((value) => value !== null),
      ...judgeArrivals(signed, arrivals, startMs),
      counters: difference(before, after),
    };
  };
}

function difference(before: Stats | null, after: Stats | null): Counters {
  const of = (name: keyof Counters): number => Math.round((after?.[name] ?? 0) - (before?.[name] ?? 0));
  return {
    packetsMissing: of('packetsMissing'),
    packetsSkipped: of('packetsSkipped'),
    packetsLate: of('packetsLate'),
    repairs: of('repairs'),
    reparents: of('reparents'),
    stalls: of('stalls'),
    stallMs: of('stallMs'),
  };
}

/** The figures of one side in one cell of the table. */
export interface CellSide extends Counters {
  p50: number;
  p95: number;
  arrivalP50: number;
  arrivalP95: number;
  /** Share of sound, control and base-layer packets that arrived, and of all. */
  baseShare: number;
  allShare: number;
}

/** The figures of one side from all its receivers; counters are sums over them. */
export function poolReceptions(receptions: readonly Reception[]): CellSide {
  const latency = receptions.flatMap(({ latencyMs }) => latencyMs);
  const arrival = receptions.flatMap(({ arrivalMs }) => arrivalMs);
  const share = (pick: (reception: Reception) => { signed: number; arrived: number }): number => {
    const parts = receptions.map(pick);
    const sum = (of: 'signed' | 'arrived'): number => parts.reduce((all, part) => all + part[of], 0);
    return thousandth(sum('arrived') / sum('signed'));
  };
  const counters = receptions.map((reception) => reception.counters);
  const total = (name: keyof Counters): number => counters.reduce((sum, one) => sum + one[name], 0);
  return {
    p50: tenth(percentile(latency, 0.5)),
    p95: tenth(percentile(latency, 0.95)),
    arrivalP50: tenth(percentile(arrival, 0.5)),
    arrivalP95: tenth(percentile(arrival, 0.95)),
    baseShare: share(({ base }) => base),
    allShare: share(({ all }) => all),
    packetsMissing: total('packetsMissing'),
    packetsSkipped: total('packetsSkipped'),
    packetsLate: total('packetsLate'),
    repairs: total('repairs'),
    reparents: total('reparents'),
    stalls: total('stalls'),
    stallMs: total('stallMs'),
  };
}
