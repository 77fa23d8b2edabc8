// A flood of offers at one broadcaster (TESTS.md S5): real Chromiums send and show the picture while a hostile crowd joins as fast as the
// server takes it. The server and the crowd have one core, the browsers the other, since in life they are other machines; the idle
// stretch before it is measured in the same places. What decides: pictures encoded, and what the viewer missed.

import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { goLive, launchStudio, startStation, studioStats, until, watch, watchStats } from '../e2e/station.ts';
import { endAttacked, startAttacked } from './attacked-server.ts';
import type { Proof } from './proof.ts';

const BROWSER_CORE = '0';
const CROWD_CORE = '1';
/** Less than this share of the idle frame rate counts as harm. */
const RATE_SHARE_MIN = 0.98;
const PICTURES = 60;

interface Stretch {
  framesPerSecond: number;
  missing: number;
  stalls: number;
}

function pin(core: string, pid: number): void {
  execFileSync('taskset', ['-acp', core, String(pid)]);
}

async function pinBrowser(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  for (const { id } of processInfo) pin(BROWSER_CORE, id);
  await session.detach();
}

/** What happens to the picture while `happening` does. */
async function measure(studio: Page, viewer: Page, happening: () => Promise<unknown>): Promise<Stretch> {
  const [sent, shown] = await Promise.all([studioStats(studio), watchStats(viewer)]);
  const startMs = performance.now();
  await happening();
  const [sentThen, shownThen] = await Promise.all([studioStats(studio), watchStats(viewer)]);
  const seconds = (performance.now() - startMs) / 1000;
  return {
    framesPerSecond: Math.round(((sentThen.videoFrames - sent.videoFrames) / seconds) * 100) / 100,
    missing: shownThen.packetsMissing - shown.packetsMissing,
    stalls: shownThen.stalls - shown.stalls,
  };
}

/** Frames that the server has received and sent, by its own figures. */
async function framesOf(origin: string): Promise<{ in: number; out: number }> {
  const page = await (await fetch(`${origin}/metrics`)).text();
  const read = (direction: string): number =>
    Number(
      new RegExp(`^lucarne_frames_total\\{direction="${direction}"\\} (\\d+)`, 'm').exec(page)?.[1] ?? 0,
    );
  return { in: read('in'), out: read('out') };
}

/** `npm run proof -- server-offers`. */
export const serverOffers: Proof = {
  name: 'server-offers',
  summary: 'seconds of a flood of offers at one broadcaster: its frame rate stays, nobody misses a packet',
  runsDefault: 30,
  async run(seconds, log) {
    const station = await startStation();
    const server = await startAttacked();
    const browser = await launchStudio();
    try {
      pin(CROWD_CORE, server.pid);
      const query = `server=${server.origin}&source=testcard&quality=360p&children=2`;
      const { page, link } = await goLive(await browser.newContext(), `${station.origin}/?${query}#/studio`);
      const viewer = await watch(browser, link);
      await until(
        () => watchStats(viewer),
        ({ videoFrames }) => videoFrames > PICTURES,
        'pictures',
      );
      await pinBrowser(browser);
      const { broadcastId } = await studioStats(page);
      const idle = await measure(page, viewer, () => viewer.waitForTimeout(seconds * 1000));
      const before = await framesOf(server.origin);
      let crowd = '';
      const flood = async (): Promise<void> => {
        const program = ['--import', 'tsx', 'tests/proof/offer-flood-process.ts'];
        const args = [...program, String(server.port), broadcastId, String(seconds)];
        const { stdout } = await promisify(execFile)('taskset', [
          '-c',
          CROWD_CORE,
          process.execPath,
          ...args,
        ]);
        crowd = stdout;
      };
      const flooded = await measure(page, viewer, flood);
      const after = await framesOf(server.origin);
      const rateShare = Math.round((flooded.framesPerSecond / idle.framesPerSecond) * 1000) / 1000;
      const result = {
        ...(JSON.parse(crowd) as { sockets: number }),
        framesInPerSecond: Math.round((after.in - before.in) / seconds),
        framesOutPerSecond: Math.round((after.out - before.out) / seconds),
        idle,
        flooded,
        rateShare,
      };
      log(JSON.stringify(result));
      const passed = rateShare >= RATE_SHARE_MIN && flooded.missing === 0;
      return { name: 'server-offers', runs: seconds, passed, ...result };
    } finally {
      await browser.close();
      await endAttacked(server);
      await station.close();
    }
  },
};
