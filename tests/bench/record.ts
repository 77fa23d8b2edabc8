// `npm run bench -- record`: what recording costs beside the encoding that is done anyway, against MediaRecorder recording the same
// camera in the same page; and what memory an export takes above idle, for two sizes of recording.

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from '../browsers.ts';
import { tenth, thousandth } from './benchmark.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import type { ExportFigures, RecordingSide } from './pages/record.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';

const ROUNDS = 5;
const SPELL_MS = 8000;
/** After a change of sides, until what it cost itself is over. */
const SETTLE_MS = 1500;
const SAMPLE_MS = 250;
const SIDES: readonly RecordingSide[] = ['none', 'ours', 'peer'];
const EXPORTS = { 'export-400': 400, 'export-4000': 4000 } as const;

/** What an export took, MB. */
export interface ExportCost extends ExportFigures {
  idleMb: number;
  /** The most above idle, of all processes of the browser together. */
  aboveIdleMb: number;
}

/** CPU time of all processes of a browser so far, s. */
async function cpuSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** The browser that runs on a profile, and all that it has started. */
function processesOn(profile: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const rows = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null);
  const family = new Set(rows.filter(([, , , args]) => args!.includes(profile)).map(([, pid]) => pid));
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const [, pid, parent] of rows) if (family.has(parent)) family.add(pid);
  }
  return [...family].map(Number);
}

/**
 * Memory of all of them, shared pages counted once, MB. Without pages of files that are only mapped: the system takes those back
 * whenever it likes.
 */
async function memoryMb(profile: string): Promise<number> {
  const sizes = await Promise.all(
    processesOn(profile).map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      const kilobytes = (name: string): number =>
        Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
      return kilobytes('Pss_Anon') + kilobytes('Pss_Shmem');
    }),
  );
  return (sizes.reduce((sum, size) => sum + size, 0) * 1024) / 1e6;
}

/** Extra CPU of each side, ms per second, over the same spells with nobody recording. */
async function measureCpu(stage: Stage, log: (line: string) => void): Promise<Record<string, number>> {
  const page = await stage.openPage('record', await stage.openContext({ scripts: [] }));
  await page.evaluate(() => window.benchRecord.start());
  const totals: Record<RecordingSide, number> = { none: 0, ours: 0, peer: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < SIDES.length; turn++) {
      const side = SIDES[(turn + round) % SIDES.length]!;
      await page.evaluate((side) => window.benchRecord.record(side), side);
      await setTimeout(SETTLE_MS);
      const before = await cpuSeconds(stage.browser);
      await setTimeout(SPELL_MS);
      totals[side] += (await cpuSeconds(stage.browser)) - before;
      if (round === 0 && side !== 'none')
        log(`${side}: ${JSON.stringify(await page.evaluate(() => window.benchRecord.recorded()))}`);
    }
  }
  await page.evaluate(() => window.benchRecord.record('none'));
  await page.evaluate(() => window.benchRecord.clear());
  await page.close();
  const perSecond = (seconds: number): number => tenth((seconds * 1e6) / (ROUNDS * SPELL_MS));
  return {
    none: perSecond(totals.none),
    ours: perSecond(totals.ours - totals.none),
    peer: perSecond(totals.peer - totals.none),
  };
}

/**
 * Makes a recording of this size and exports it, in a page that has done nothing else. In a browser with a profile on the disk: a
 * context without one has its files in memory.
 */
export async function measureExport(stage: Stage, megabytes: number): Promise<ExportCost> {
  const profile = await mkdtemp(join(tmpdir(), 'lucarne-export-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...{ executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS] },
  });
  try {
    const maker = await stage.openPage('record', context);
    await maker.evaluate((megabytes) => window.benchRecord.make(megabytes), megabytes);
    await maker.close();
    const page = await stage.openPage('record', context);
    await setTimeout(SETTLE_MS);
    const idleMb = await memoryMb(profile);
    const { figures, mostMb } = await exportWatched(profile, page);
    return { ...figures, idleMb: tenth(idleMb), aboveIdleMb: tenth(mostMb - idleMb) };
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function exportWatched(
  profile: string,
  page: Page,
): Promise<{ figures: ExportFigures; mostMb: number }> {
  const over = new AbortController();
  const exporting = page.evaluate(() => window.benchRecord.export()).finally(() => over.abort());
  let mostMb = 0;
  while (!over.signal.aborted) {
    mostMb = Math.max(mostMb, await memoryMb(profile));
    await setTimeout(SAMPLE_MS);
  }
  return { figures: await exporting, mostMb };
}

async function run(log: (line: string) => void, parts: readonly string[]): Promise<BenchmarkResult> {
  const stage = await openStage(['record'], { hasApp: false });
  try {
    const cpu = parts.includes('cpu') ? await measureCpu(stage, log) : undefined;
    if (cpu)
      log(
        `CPU, ms a second: encoding ${cpu['none']}, recording +${cpu['ours']}, MediaRecorder +${cpu['peer']}`,
      );
    const exports: Record<string, ExportCost> = {};
    for (const [part, megabytes] of Object.entries(EXPORTS)) {
      if (!parts.includes(part)) continue;
      const cost = (exports[part] = await measureExport(stage, megabytes));
      log(
        `${part}: ${tenth(cost.bytes / 1e6)} MB in ${tenth(cost.ms / 1000)} s, at most ${cost.aboveIdleMb} MB above idle (${cost.idleMb} MB)`,
      );
    }
    return {
      ...{ name: 'record', unit: 'ms of CPU a second', runs: ROUNDS, machine: stage.machine },
      ours: { extraCpu: cpu?.['ours'], exports },
      peer: { extraCpu: cpu?.['peer'] },
      // Without the first part there is nobody to compare with.
      ratio: cpu ? thousandth(cpu['ours']! / cpu['peer']!) : 0,
    };
  } finally {
    await stage.close();
  }
}

export const record: Benchmark = {
  name: 'record',
  summary:
    'extra CPU of recording, against MediaRecorder on the same camera; memory of exports of 400 MB and 4 GB',
  parts: ['cpu', ...Object.keys(EXPORTS)],
  run,
};
