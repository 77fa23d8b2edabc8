// The main path with real browsers: one broadcaster, four viewers in a chain, each in a context of its own.
// Latency and stalls are printed: everything here shares one machine. Bytes and counts are asserted.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchStats } from '../../src/session/session-api.ts';
import { stopBroadcast } from './recording-steps.ts';
import {
  goLive,
  launchStudio,
  startStation,
  studioStats,
  until,
  watch,
  watchStats,
  type Station,
} from './station.ts';

const QUIET_MS = 60_000;

let station: Station;
let browser: Browser;
let studio: Page;
let link: string;
const viewers: Page[] = [];

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const context = await browser.newContext();
  ({ page: studio, link } = await goLive(
    context,
    `${station.origin}/?children=1&source=testcard&quality=360p#/studio`,
  ));
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

/** Adds a viewer at the end of the chain and waits for its picture. */
async function addViewer(): Promise<Page> {
  const page = await watch(browser, link, '?children=1');
  await until(
    () => watchStats(page),
    ({ videoFrames, depth }) => videoFrames > 0 && depth !== null,
    'a picture',
  );
  viewers.push(page);
  return page;
}

function report(stats: WatchStats): string {
  const { depth, joinMs, latencyMs, stalls, stallMs, framesSkipped, videoFrames, reparents } = stats;
  return `depth ${depth}: join ${joinMs?.toFixed(0)} ms, latency ${latencyMs?.toFixed(0)} ms, stalls ${stalls} (${stallMs.toFixed(0)} ms), frames ${videoFrames}, skipped ${framesSkipped}, new parents ${reparents}`;
}

/**
 * The digests of one group, at the root and at all viewers: of each page's newest groups, the first that all have named. They
 * need not be equally far at the same moment.
 */
async function commonGroup(): Promise<string[]> {
  const named = [studio, ...viewers].map(() => new Map<number, string>());
  const look = async () => {
    const newest = await Promise.all([studioStats(studio), ...viewers.map(watchStats)]);
    for (const [i, { group }] of newest.entries()) if (group) named[i]!.set(group.seq, group.sha256);
    const common = [...named[0]!.keys()].find((seq) => named.every((groups) => groups.has(seq)));
    return common === undefined ? [] : named.map((groups) => groups.get(common)!);
  };
  return until(look, (digests) => digests.length > 0, 'a group that all have');
}

describe('a broadcast through a chain of relays', () => {
  it('reaches depth 1 to 4, each viewer fed by the one before', async () => {
    for (let depth = 1; depth <= 4; depth++) {
      const page = await addViewer();
      expect((await watchStats(page)).depth).toBe(depth);
    }
    const parents = await Promise.all(viewers.map(async (page) => (await watchStats(page)).childIds.length));
    expect(parents).toEqual([1, 1, 1, 0]);
  });

  it('shows the number watching on both sides', async () => {
    await until(
      () => studioStats(studio),
      (stats) => stats.viewers === 4,
      'four viewers counted',
    );
    for (const page of [studio, viewers[3]!]) {
      await page.getByRole('status').filter({ hasText: '4 watching' }).first().waitFor();
    }
  });

  it('has the same bytes at every depth', async () => {
    const digests = await commonGroup();
    expect(digests).toHaveLength(5);
    expect(new Set(digests).size).toBe(1);
  });

  it('loses nothing and refuses nothing for a minute', async () => {
    const before = await Promise.all(viewers.map(watchStats));
    const endMs = performance.now() + QUIET_MS;
    await until(
      () => Promise.resolve(performance.now()),
      (nowMs) => nowMs > endMs,
      'a minute',
      QUIET_MS + 5000,
    );
    for (const [i, page] of viewers.entries()) {
      const stats = await watchStats(page);
      console.log(report(stats));
      expect(stats).toMatchObject({ packetsMissing: 0, rejected: 0, state: 'live' });
      expect(stats.videoFrames).toBeGreaterThan(before[i]!.videoFrames);
      expect(stats.audioChunks).toBeGreaterThan(before[i]!.audioChunks);
    }
    expect(new Set(await commonGroup()).size).toBe(1);
  });
});

describe('when a relay goes', () => {
  /** Frames shown below the place of the lost relay move on again, under new parents, with nothing missing. */
  async function expectRecovery(below: Page[]): Promise<void> {
    for (const page of below) {
      const before = await watchStats(page);
      const after = await until(
        () => watchStats(page),
        (stats) => stats.state === 'live' && stats.videoFrames > before.videoFrames + 60,
        'pictures again',
      );
      console.log(report(after));
      expect(after).toMatchObject({ packetsMissing: 0, rejected: 0 });
    }
    expect(new Set(await commonGroup()).size).toBe(1);
  }

  it('closed by its owner, those below go on by themselves', async () => {
    const [closed] = viewers.splice(1, 1);
    await closed!.goto('about:blank');
    await closed!.close();
    await expectRecovery(viewers.slice(1));
  });

  it('killed without a word, those below go on by themselves', async () => {
    await addViewer();
    const [killed] = viewers.splice(1, 1);
    const crashed = killed!.waitForEvent('crash');
    void killed!.goto('chrome://crash').catch(() => undefined);
    await crashed;
    await expectRecovery(viewers.slice(1));
    await until(
      () => studioStats(studio),
      (stats) => stats.viewers === viewers.length,
      'the killed viewer leaving the count',
    );
  });
});

describe('a viewer that joins in the middle of a group', () => {
  it('shows a picture from the group that is under way', async () => {
    const page = await addViewer();
    const { joinMs, group } = await watchStats(page);
    console.log(`joined in ${joinMs?.toFixed(0)} ms, before a whole group: ${group === null}`);
    const early = await until(
      () => watchStats(page),
      (stats) => stats.group !== null,
      'a whole group',
    );
    const rootGroup = (await studioStats(studio)).group!;
    expect(early.group!.seq).toBeLessThanOrEqual(rootGroup.seq);
    expect(early.packetsMissing).toBe(0);
  });
});

describe('when the broadcaster stops', () => {
  it('every viewer reads that it has ended', async () => {
    await stopBroadcast(studio);
    for (const page of viewers)
      await until(
        () => watchStats(page),
        (stats) => stats.state === 'ended',
        'the end',
      );
  });
});
