// The broadcaster's browser is killed while live, with the real app (TESTS.md R1). After a new start with the same profile
// the home page must offer the recording, and its file must hold every packet that was acknowledged before the kill.

import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_PATH, DEVICE_FLAGS } from '../browsers.ts';
import { tapRecorded, tapSigned } from '../e2e/feed-tap.ts';
import { killBrowser } from '../e2e/record-kill.ts';
import { decodeErrors, probe } from '../e2e/record-probe.ts';
import { matchFile } from '../e2e/recorded-file.ts';
import { downloadRecording } from '../e2e/recording-steps.ts';
import { goLive, startStation, until } from '../e2e/station.ts';
import type { Proof } from './proof.ts';

/** The most that a kill may cost, ms. */
export const TAIL_MS_MAX = 1000;
const LIVED_MS_MIN = 1500;
const LIVED_MS_SPREAD = 6000;

/** What one kill left. */
export interface KilledRecording {
  /** From the first acknowledgement to the decision to kill, ms. */
  livedMs: number;
  /** Newest seq that the studio had called recorded before the kill. */
  acknowledgedSeq: number;
  /** Media packets up to it that belong into the file. */
  acknowledgedPackets: number;
  /** Those of them that aren't in the exported file. */
  lost: number;
  /** Packets of the file that were never signed. */
  foreign: number;
  /** Those of them that come after the last signature which the browser could still tell of. */
  untold: number;
  /** From the end of the file to the kill, ms. */
  tailMs: number;
  durationS: number;
  /** What ffmpeg says while it decodes the whole file: nothing, for a sound one. */
  complaints: string;
}

/** One kill, `livedMs` after the first acknowledgement. The file is left in `folder`. */
export async function killWhileLive(
  origin: string,
  livedMs: number,
  folder: string,
): Promise<KilledRecording> {
  const profile = await mkdtemp(join(tmpdir(), 'lucarne-killed-'));
  const live = await openProfile(profile);
  try {
    const signed = await tapSigned(live);
    const { page } = await goLive(live, `${origin}/?source=testcard&quality=360p#/studio`);
    const recordedSeq = await liveFor(page, livedMs);
    const closed = new Promise((resolve) => live.once('close', resolve));
    await killBrowser(profile);
    // Finding its processes takes a while on a busy machine: only now is it certain that the browser is dead.
    const killedAtMs = Date.now();
    await closed;
    const again = await openProfile(profile);
    try {
      const path = await recover(again, origin, folder, livedMs);
      return judge(path, signed, { livedMs, acknowledgedSeq: recordedSeq(), killedAtMs });
    } finally {
      await again.close();
    }
  } finally {
    await live.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** How a tab that is live ends without a word; resolves when it has. */
export type TabDeath = (page: Page) => Promise<void>;

/** One death of a live tab in a browser that goes on, `livedMs` after the first acknowledgement. The file is left in `folder`. */
export async function loseTabWhileLive(
  browser: Browser,
  origin: string,
  { die, livedMs, folder }: { die: TabDeath; livedMs: number; folder: string },
): Promise<KilledRecording> {
  const context = await browser.newContext();
  try {
    const signed = await tapSigned(context);
    const { page } = await goLive(context, `${origin}/?source=testcard&quality=360p#/studio`);
    const recordedSeq = await liveFor(page, livedMs);
    const acknowledgedSeq = recordedSeq();
    await die(page);
    const killedAtMs = Date.now();
    const path = await recover(context, origin, folder, livedMs);
    return judge(path, signed, { livedMs, acknowledgedSeq, killedAtMs });
  } finally {
    await context.close();
  }
}

/** Lets a studio be live for `livedMs` after the first acknowledgement; the result gives the newest seq that it has called recorded. */
export async function liveFor(page: Page, livedMs: number): Promise<() => number> {
  const recordedSeq = await tapRecorded(page);
  await until(
    () => Promise.resolve(recordedSeq()),
    (seq) => seq >= 0,
    'a first acknowledgement',
  );
  await new Promise((resolve) => setTimeout(resolve, livedMs));
  return recordedSeq;
}

/** A browser with a profile that outlives it. */
export function openProfile(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM_PATH,
    args: [...CHROMIUM_FLAGS, ...DEVICE_FLAGS],
  });
}

/** Downloads what the home page offers after the crash. */
export async function recover(
  context: BrowserContext,
  origin: string,
  folder: string,
  livedMs: number,
): Promise<string> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByRole('heading', { name: /was interrupted/ }).waitFor({ timeout: 30_000 });
  const path = await downloadRecording(page, folder);
  const kept = join(folder, `killed-after-${Math.round(livedMs)}-ms${extname(path)}`);
  await rename(path, kept);
  return kept;
}

/** Compares the recovered file with what was signed. */
export function judge(
  path: string,
  signed: Parameters<typeof matchFile>[1],
  { livedMs, acknowledgedSeq, killedAtMs }: { livedMs: number; acknowledgedSeq: number; killedAtMs: number },
): KilledRecording {
  const { expected, missing, foreign, untold, originUs, endS } = matchFile(path, signed);
  const isAcknowledged = ({ seq }: { seq: number }): boolean => seq <= acknowledgedSeq;
  return {
    livedMs: Math.round(livedMs),
    acknowledgedSeq,
    acknowledgedPackets: expected.filter(isAcknowledged).length,
    lost: missing.filter(isAcknowledged).length,
    foreign,
    untold,
    tailMs: Math.round(killedAtMs - originUs / 1000 - endS * 1000),
    durationS: probe(path).durationS,
    complaints: decodeErrors(path),
  };
}

/** Whether nothing was lost that mustn't be. */
export function isWhole({
  lost,
  foreign,
  tailMs,
  complaints,
  acknowledgedPackets,
}: KilledRecording): boolean {
  return lost === 0 && foreign === 0 && tailMs <= TAIL_MS_MAX && complaints === '' && acknowledgedPackets > 0;
}

/** `npm run proof -- kill-recording`. */
export const killRecording: Proof = {
  name: 'kill-recording',
  summary:
    'kill -9 of the browser while live: 0 acknowledged packets lost, tail at most 1 s, the recovered file plays',
  runsDefault: 10,
  async run(runs, log) {
    const folder = await mkdtemp(join(tmpdir(), 'lucarne-kills-'));
    const station = await startStation();
    const kills: KilledRecording[] = [];
    const phase = Math.random();
    try {
      for (let run = 0; run < runs; run++) {
        // Spread over the phases of records and groups: no run repeats another's, no batch an earlier one's.
        const livedMs = LIVED_MS_MIN + ((phase + run * 0.618) % 1) * LIVED_MS_SPREAD;
        const kill = await killWhileLive(station.origin, livedMs, folder);
        kills.push(kill);
        log(`${run + 1}: ${JSON.stringify(kill)}`);
      }
    } finally {
      await station.close();
      await rm(folder, { recursive: true, force: true });
    }
    const sum = (of: (kill: KilledRecording) => number): number =>
      kills.reduce((all, kill) => all + of(kill), 0);
    return {
      name: killRecording.name,
      runs: kills.length,
      passed: kills.length === runs && kills.every(isWhole),
      acknowledgedPackets: sum(({ acknowledgedPackets }) => acknowledgedPackets),
      lost: sum(({ lost }) => lost),
      tailMsMax: Math.max(...kills.map(({ tailMs }) => tailMs)),
      kills,
    };
  },
};
