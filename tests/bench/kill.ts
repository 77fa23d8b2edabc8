// `npm run bench -- kill`: the gap in the feed after a parent's page was killed with SIGKILL, ours against waiting for what
// the browser itself notices on a plain connection between the same two pages, in the same run.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { killPages } from '../browsers.ts';
import { spread, tenth, thousandth } from './benchmark.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { longestPauseMs } from './feed-figures.ts';
import type { EdgeEvent } from './pages/plain-edge.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { goOnAir, openViewer, readBroadcast, readStats } from './watch-pages.ts';

const RUNS = 6;
const ROOT_SLOTS = 2;
/** The child has a parent for this long before it is killed: standbys are there by then, ms. */
const SETTLE_MS = 5000;
/** The browser says `failed` after 17.5 s. */
const NOTICE_MS_MAX = 25_000;
const PLACED_MS_MAX = 20_000;
const POLL_MS = 200;
/** What happened in this time before the kill may still be on its way when it comes, ms. */
const BEFORE_MS = 300;

/** What one kill cost. */
interface Kill {
  /** Longest pause between new packets at the child, ms. */
  gapMs: number;
  /** From the kill until the browser called the plain connection disconnected and failed, ms. */
  disconnectedMs: number;
  failedMs: number;
  packetsMissing: number;
  packetsSkipped: number;
  stalls: number;
  stallMs: number;
}

async function connectPlain(parent: Page, child: Page): Promise<void> {
  const offer = await child.evaluate(() => window.benchEdge.offer());
  const answer = await parent.evaluate((sdp) => window.benchEdge.answer(sdp), offer);
  await child.evaluate((sdp) => window.benchEdge.accept(sdp), answer);
  await child.waitForFunction(() => window.benchEdge.events.some(([state]) => state === 'connected'));
}

/** Nobody of the last run holds a place any more. */
async function untilEmpty(studio: Page): Promise<void> {
  for (const deadlineMs = Date.now() + PLACED_MS_MAX; (await readBroadcast(studio)).childIds.length > 0;) {
    if (Date.now() > deadlineMs) throw new Error('The broadcaster still feeds somebody');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

interface Relay {
  browser: Browser;
  page: Page;
}

/** The relay that feeds the child: the one that has one. */
async function parentAmong(relays: readonly Relay[]): Promise<Relay> {
  for (const deadlineMs = Date.now() + PLACED_MS_MAX; Date.now() < deadlineMs;) {
    const fed = await Promise.all(relays.map(async ({ page }) => (await readStats(page))?.childIds ?? []));
    const feeding = relays.filter((_, index) => fed[index]!.length > 0);
    if (feeding.length === 1) return feeding[0]!;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error('None of the relays feeds the child');
}

/** The child's figures around the kill of its parent, until its browser has said `failed`. */
async function killAndWait(parent: Relay, child: Page): Promise<Kill> {
  await connectPlain(parent.page, child);
  const before = await readStats(child);
  const killedAtMs = await killPages(parent.browser);
  await child.waitForFunction(() => window.benchEdge.events.some(([state]) => state === 'failed'), null, {
    timeout: NOTICE_MS_MAX,
  });
  const { arrivals, events } = await child.evaluate(() => ({
    arrivals: window.benchFeed.arrivals,
    events: window.benchEdge.events,
  }));
  const noticedMs = (wanted: RTCPeerConnectionState): number =>
    (events.find(([state]: EdgeEvent) => state === wanted)?.[1] ?? NaN) - killedAtMs;
  const after = await readStats(child);
  const more = (name: 'packetsMissing' | 'packetsSkipped' | 'stalls' | 'stallMs'): number =>
    Math.round((after?.[name] ?? NaN) - (before?.[name] ?? NaN));
  return {
    gapMs: tenth(longestPauseMs(arrivals, killedAtMs - BEFORE_MS)),
    disconnectedMs: tenth(noticedMs('disconnected')),
    failedMs: tenth(noticedMs('failed')),
    packetsMissing: more('packetsMissing'),
    packetsSkipped: more('packetsSkipped'),
    stalls: more('stalls'),
    stallMs: more('stallMs'),
  };
}

/** One child below one of two relays, each relay in a browser of its own; the child's parent is killed. */
async function killOnce(stage: Stage, link: string, relayBrowsers: readonly Browser[]): Promise<Kill> {
  const contexts: BrowserContext[] = [];
  const open = async (browser: Browser, children: number): Promise<Page> => {
    const context = await stage.openContext({ browser, scripts: ['feed-log', 'plain-edge'] });
    contexts.push(context);
    return (await openViewer(link, context, children)).page;
  };
  try {
    const relays: Relay[] = [];
    for (const browser of relayBrowsers) relays.push({ browser, page: await open(browser, 1) });
    const child = await open(stage.browser, 0);
    await child.waitForTimeout(SETTLE_MS);
    return await killAndWait(await parentAmong(relays), child);
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

async function run(log: (line: string) => void): Promise<BenchmarkResult> {
  const stage = await openStage([]);
  const relayBrowsers = await Promise.all([stage.launchBrowser(), stage.launchBrowser()]);
  const kills: Kill[] = [];
  try {
    const context = await stage.openContext({ scripts: [] });
    const { page: studio, link } = await goOnAir(stage.origin, context, ROOT_SLOTS);
    for (let run = 0; run < RUNS; run++) {
      await untilEmpty(studio);
      kills.push(await killOnce(stage, link, relayBrowsers));
      log(`  kill ${run + 1} of ${RUNS}: ${JSON.stringify(kills.at(-1))}`);
    }
  } finally {
    await Promise.all(relayBrowsers.map((browser) => browser.close()));
    await stage.close();
  }
  const all = (name: keyof Kill): number[] => kills.map((kill) => kill[name]);
  const ours = {
    ...spread(all('gapMs')),
    packetsMissing: all('packetsMissing'),
    packetsSkipped: all('packetsSkipped'),
    stalls: all('stalls'),
    stallMs: all('stallMs'),
  };
  const peer = { ...spread(all('disconnectedMs')), failed: spread(all('failedMs')) };
  log(
    `ours: p50 ${ours.p50} ms, p95 ${ours.p95} ms; the browser: disconnected ${peer.p50}, failed ${peer.failed.p50} ms`,
  );
  return {
    name: 'kill',
    unit: 'ms',
    ours,
    peer,
    ratio: thousandth(ours.p50 / peer.p50),
    ratioToFailed: thousandth(ours.p50 / peer.failed.p50),
    runs: RUNS,
    machine: stage.machine,
  };
}

export const kill: Benchmark = {
  name: 'kill',
  summary: "gap after a parent's page was killed, against waiting for the browser's own events",
  run,
};
