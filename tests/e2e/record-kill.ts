// Kills the browser while it records and looks at what is on disk (TESTS.md R1). One round is a test; many are a proof.

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from '../browsers.ts';
import type { ExportWishes } from '../../src/session/session-api.ts';
import type {} from './pages/record-page.ts';

/** What one kill left. */
export interface KillResult {
  /** Recording time before the kill, ms. */
  livedMs: number;
  /** Newest seq that the page had said is on disk. */
  acknowledgedSeq: number;
  /** Newest seq that is on disk with everything before it. */
  recoveredSeq: number;
  /** Acknowledged packets that are not on disk. */
  lost: number;
  /** From the newest packet's time on disk to the kill, ms. */
  tailMs: number;
  /** The recovered file. */
  path: string;
}

/** Flags under which Chromium runs here, with a profile that outlives it. */
const LAUNCH = { executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS] };

/**
 * Records at `pageUrl` in a browser of its own for `livedMs`, kills it, opens it again and exports into `folder`.
 * Rejects when the browser can't start again or the recording isn't offered.
 */
export async function killWhileRecording(
  pageUrl: string,
  livedMs: number,
  folder: string,
): Promise<KillResult> {
  const profile = await mkdtemp(join(tmpdir(), 'lucarne-kill-'));
  const id = 'k'.repeat(26);
  try {
    const first = await chromium.launchPersistentContext(profile, LAUNCH);
    const page = await openPage(first, pageUrl);
    const acknowledged = await recordFor(page, id, livedMs);
    const closed = new Promise((resolve) => first.once('close', resolve));
    const killedAtMs = Date.now();
    await killBrowser(profile);
    await closed;

    const second = await chromium.launchPersistentContext(profile, LAUNCH);
    try {
      const again = await openPage(second, pageUrl);
      const { contiguousSeq } = await again.evaluate((id) => window.recordTest.readBack(id), id);
      const summary = (await again.evaluate(() => window.recordTest.list())).find((one) => one.id === id);
      if (!summary || summary.isComplete) throw new Error('The interrupted recording is not offered as such');
      const path = join(folder, `killed-${livedMs}.mp4`);
      await download(again, id, path);
      return {
        livedMs,
        acknowledgedSeq: acknowledged(),
        recoveredSeq: contiguousSeq,
        lost: Math.max(0, acknowledged() - contiguousSeq),
        tailMs: killedAtMs - (summary.startedAtMs + summary.durationMs),
        path,
      };
    } finally {
      await second.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Clicks an export's first download and keeps it at `path`. */
export async function download(
  page: Page,
  id: string,
  path: string,
  more: Partial<ExportWishes> = {},
): Promise<string> {
  const { names } = await page.evaluate(([id, more]) => window.recordTest.download(id, more), [
    id,
    more,
  ] as const);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByText(names[0]!, { exact: true }).click(),
  ]);
  await saved.saveAs(path);
  return saved.suggestedFilename();
}

async function openPage(context: BrowserContext, pageUrl: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(pageUrl, { waitUntil: 'load' });
  return page;
}

/** Resolves `livedMs` after the first acknowledgement; the result gives the newest one, also of later. */
async function recordFor(page: Page, id: string, livedMs: number): Promise<() => number> {
  let acknowledged = -1;
  const begun = new Promise<void>((resolve) => {
    page.on('console', (message) => {
      const [word, seq] = message.text().split(' ');
      if (word !== 'ack') return;
      acknowledged = Number(seq);
      resolve();
    });
  });
  page.evaluate((id) => window.recordTest.live(id), id).catch(() => undefined);
  await begun;
  await new Promise((resolve) => setTimeout(resolve, livedMs));
  return () => acknowledged;
}

/** SIGKILL (or another signal) to all processes that run on this profile, the browser first. */
export async function killBrowser(profile: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const pids = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`--user-data-dir=${profile}`))
    .map((line) => Number(line.trim().split(' ')[0]));
  if (pids.length === 0) throw new Error('No browser runs on the profile');
  const isMain = async (pid: number): Promise<boolean> =>
    !(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('--type=');
  const mains: number[] = [];
  for (const pid of pids) if (await isMain(pid)) mains.push(pid);
  for (const pid of [...mains, ...pids]) {
    try {
      process.kill(pid, signal);
    } catch {
      // It died with the browser.
    }
  }
}
