// Firefox while it records, and how its page or all of it may end (TESTS.md R1 and R3). What is on disk is read by the next page.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'puppeteer-core';
import { launchFirefox } from '../browsers.ts';
import type {} from './pages/record-page.ts';
import type { KillResult } from './record-kill.ts';

/** How long a new page may take to open, and how often one is tried. */
const OPEN_MS_MAX = 20_000;
const OPEN_TRIES_MAX = 4;

/** Each ends a page that records; true when the browser is gone with it. */
export const FOX_DEATHS = {
  'kill -9 of the browser': async (browser) => {
    const gone = new Promise((resolve) => browser.process()!.once('exit', resolve));
    browser.process()!.kill('SIGKILL');
    await gone;
    return true;
  },
  'a crash of its process': (browser) => {
    // It may be any of those that show pages: all of them go.
    for (const pid of tabProcesses(browser.process()!.pid!)) process.kill(pid, 'SIGKILL');
    return Promise.resolve(false);
  },
  'going elsewhere': async (_, page) => {
    await page.goto('about:blank');
    return false;
  },
  'being closed': async (_, page) => {
    await page.close();
    return false;
  },
  'being loaded again': async (_, page) => {
    await page.reload();
    return false;
  },
} satisfies Record<string, (browser: Browser, page: Page) => Promise<boolean>>;

/** Processes of a Firefox that hold pages. */
function tabProcesses(browserPid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const rows = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
  const family = new Set([String(browserPid)]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const [, pid, parent] of rows) if (family.has(parent!)) family.add(pid!);
  }
  const isTab = (args: string): boolean => args.includes('-contentproc') && args.trim().endsWith(' tab');
  const pids = rows
    .filter(([, pid, , args]) => family.has(pid!) && isTab(args!))
    .map(([, pid]) => Number(pid));
  if (pids.length === 0) throw new Error('No process holds a page');
  return pids;
}

/** The name of one. */
export type FoxDeath = keyof typeof FOX_DEATHS;

/** What one death left, and the names of the files that the recording gives. */
export type LostPage = Omit<KillResult, 'path'> & { exported: string[] };

/** Records at `pageUrl` for `livedMs` after the first acknowledgement, lets the page end and looks at what is there. */
export async function loseFirefoxWhileRecording(
  pageUrl: string,
  death: FoxDeath,
  livedMs: number,
): Promise<LostPage> {
  const profile = await mkdtemp(join(tmpdir(), 'lucarne-fox-'));
  const id = 'f'.repeat(26);
  let browser = await launchFirefox({}, profile);
  try {
    const page = await browser.newPage();
    await page.goto(pageUrl, { waitUntil: 'load' });
    const said = await recordFor(page, id, livedMs);
    const { acknowledgedSeq, newestMs } = said();
    if (await FOX_DEATHS[death](browser, page)) browser = await launchFirefox({}, profile);
    const again = await openAgain(browser, pageUrl);
    const { contiguousSeq } = await again.evaluate((id) => window.recordTest.readBack(id), id);
    const summary = (await again.evaluate(() => window.recordTest.list())).find((one) => one.id === id);
    if (!summary || summary.isComplete) throw new Error('The interrupted recording is not offered as such');
    const { names } = await again.evaluate((id) => window.recordTest.download(id), id);
    return {
      livedMs,
      acknowledgedSeq,
      recoveredSeq: contiguousSeq,
      lost: Math.max(0, acknowledgedSeq - contiguousSeq),
      // Its encoder is late by as much as a second on a busy machine: what hasn't left it is no loss of the recorder's.
      tailMs: newestMs - (summary.startedAtMs + summary.durationMs),
      exported: names.map((name) => name.replace(/-\d{4}-\d\d-\d\d/, '')),
    };
  } finally {
    await browser.close().catch(() => undefined);
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A page of a browser that may have lost all of its processes just now: a tab that falls into a dying one never opens, and the next one does. */
async function openAgain(browser: Browser, pageUrl: string): Promise<Page> {
  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(pageUrl, { waitUntil: 'load' });
    return page;
  };
  for (let tries = 1; tries < OPEN_TRIES_MAX; tries++) {
    const page = await Promise.race([open().catch(() => undefined), setTimeout(OPEN_MS_MAX, undefined)]);
    if (page) return page;
  }
  return open();
}

/** What a page that records says of it. */
interface Said {
  acknowledgedSeq: number;
  /** Unix ms at which the newest media end that the recorder was given. */
  newestMs: number;
}

async function recordFor(page: Page, id: string, livedMs: number): Promise<() => Said> {
  const said: Said = { acknowledgedSeq: -1, newestMs: 0 };
  const begun = new Promise<void>((resolve) => {
    page.on('console', (message) => {
      const [word, value] = message.text().split(' ');
      if (word === 'newest') said.newestMs = Number(value);
      if (word !== 'ack') return;
      said.acknowledgedSeq = Number(value);
      resolve();
    });
  });
  page.evaluate((id) => window.recordTest.live(id), id).catch(() => undefined);
  await begun;
  await setTimeout(livedMs);
  return () => ({ ...said });
}
