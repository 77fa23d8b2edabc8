// Our side of `hops`: a broadcast with the test card on air and five viewers, each feeding the next.

import type { Page } from 'playwright-core';
import type { WatchStats } from '../../src/session/session-api.ts';
import { tenth } from './benchmark.ts';
import { DEPTH_MAX, mapDepths, openPages, readCardStart, readGlass, readPsnr } from './hops-measure.ts';
import type { Arrangement, ChainRun, HopsTiming } from './hops-measure.ts';
import type { PathProxy } from './path-proxy.ts';
import type { Arrival } from './pages/hops-arrivals.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 200;
/** A chain has settled when no viewer came nearer to live by more than this, ms, for so long. */
const SETTLED_FALL_MS = 4;
const SETTLED_MS = 3000;
const SETTLE_MS_MAX = 25_000;
/** Once they are heard, viewers only move back. */
const HEARD_SETTLE_MS = 4000;
const GROUP_MS_MAX = 30_000;
const VIEWERS = Array.from({ length: DEPTH_MAX }, (_, index) => index + 1);

/** Whether the viewers hold the same bytes: how many of them completed the group that most did, and their hashes. */
interface GroupsCompared {
  seq: number;
  viewers: number;
  sha256: string;
  /** Every group that two or more viewers completed had one hash only. */
  isEqual: boolean;
}

function readAll(pages: readonly Page[]): Promise<WatchStats[]> {
  return Promise.all(
    VIEWERS.map((depth) => pages[depth]!.evaluate((at) => window.benchOurs.stats(at), depth)),
  );
}

/** Compares groups until every viewer completed the same one; a machine out of breath may skip parts of groups. */
async function compareGroups(pages: readonly Page[]): Promise<GroupsCompared> {
  const groups = new Map<number, Map<number, string>>();
  const mostSeen = (): number => Math.max(0, ...[...groups.values()].map((hashes) => hashes.size));
  for (const deadlineMs = Date.now() + GROUP_MS_MAX; Date.now() < deadlineMs && mostSeen() < DEPTH_MAX;) {
    for (const [index, { group }] of (await readAll(pages)).entries()) {
      if (!group) continue;
      const hashes = groups.get(group.seq) ?? new Map<number, string>();
      groups.set(group.seq, hashes.set(index, group.sha256));
    }
    await pages[0]!.waitForTimeout(POLL_MS);
  }
  const viewers = mostSeen();
  const best = [...groups].find(([, hashes]) => hashes.size === viewers);
  return {
    seq: best?.[0] ?? -1,
    viewers,
    sha256: [...(best?.[1].values() ?? [])][0] ?? '',
    isEqual: viewers > 1 && [...groups.values()].every((hashes) => new Set(hashes.values()).size === 1),
  };
}

/** Arrivals by depth: the viewers of a page began one after the other. */
async function takeArrivals(pages: readonly Page[]): Promise<Arrival[][]> {
  const lists: Arrival[][] = [];
  for (const page of new Set(pages)) lists.push(...(await page.evaluate(() => window.benchOurs.arrivals())));
  return lists;
}

async function openChain(pages: readonly Page[]): Promise<number> {
  const link = await pages[0]!.evaluate(() => window.benchOurs.broadcast());
  const startMs = await readCardStart(pages[0]!);
  for (const depth of VIEWERS) {
    const stats = await pages[depth]!.evaluate(([to, at]) => window.benchOurs.watch(to, at), [
      link,
      depth,
    ] as const);
    if (stats.depth !== depth) throw new Error(`Viewer ${depth} is at depth ${String(stats.depth)}`);
  }
  return startMs;
}

/** Waits until the viewers' buffers have come down to what the path needs. Returns how long that took, ms. */
async function settle(pages: readonly Page[]): Promise<number> {
  const startMs = Date.now();
  let least = new Map<number, number>();
  for (let sinceMs = startMs; Date.now() - sinceMs < SETTLED_MS && Date.now() - startMs < SETTLE_MS_MAX;) {
    await pages[0]!.waitForTimeout(POLL_MS);
    const now = new Map((await readAll(pages)).map(({ latencyMs }, index) => [index, latencyMs ?? Infinity]));
    if ([...now].every(([index, ms]) => ms > (least.get(index) ?? Infinity) - SETTLED_FALL_MS)) continue;
    least = new Map([...now].map(([index, ms]) => [index, Math.min(ms, least.get(index) ?? Infinity)]));
    sinceMs = Date.now();
  }
  return Date.now() - startMs;
}

/** A person who wants to hear: a click, as browsers ask for it, and "Unmute". */
async function unmute(pages: readonly Page[]): Promise<void> {
  for (const page of new Set(pages)) {
    await page.mouse.click(1, 1);
    await page.evaluate(() => window.benchOurs.unmute());
  }
  await pages[0]!.waitForTimeout(HEARD_SETTLE_MS);
}

function detailsOf(all: readonly WatchStats[]): Record<string, unknown> {
  const depths = all.map((stats) => stats.depth);
  return {
    depths,
    isChainKept: all.every(({ depth, reparents }, index) => depth === index + 1 && reparents === 0),
    packetsMissing: all.map(({ packetsMissing }) => packetsMissing),
    packetsSkipped: all.map(({ packetsSkipped }) => packetsSkipped),
    packetsLate: all.map(({ packetsLate }) => packetsLate),
    stalls: all.map(({ stalls }) => stalls),
    latencyMs: all.map(({ latencyMs }) => latencyMs && tenth(latencyMs)),
  };
}

/** Plays one chain from its start to its end. */
export async function runOurChain(
  stage: Stage,
  arrangement: Arrangement,
  timing: HopsTiming,
  proxy?: PathProxy,
): Promise<ChainRun> {
  const { pages, close } = await openPages(stage, 'hops-ours', arrangement, proxy);
  try {
    const chain = { pages, startMs: await openChain(pages) };
    const settledMs = await settle(pages);
    await takeArrivals(pages);
    const glass = await readGlass(chain, timing);
    const arrivals = await takeArrivals(pages);
    const all = await readAll(pages);
    await unmute(pages);
    const { glassMs: heardMs } = await readGlass(chain, { ...timing, rounds: 1 });
    const heard = await readAll(pages);
    return {
      ...glass,
      arrivalMs: mapDepths((depth) =>
        (arrivals[depth - 1] ?? []).map(([captureMs, completeMs]) => completeMs - captureMs),
      ),
      settledMs,
      heardMs,
      psnrDb: await readPsnr(chain),
      details: { groups: await compareGroups(pages), ...detailsOf(all), heard: detailsOf(heard) },
    };
  } finally {
    await close();
  }
}
