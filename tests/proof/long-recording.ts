// A recording of many hours, faster than time (TESTS.md R7): real storage in a real Chromium with a profile on the disk. It fails when the
// page's heap grows by more than HEAP_MIB_PER_HOUR_MAX with each recorded hour, or when a packet isn't on the disk at the end.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { slopePerHour, tenth } from '../bench/benchmark.ts';
import { openStage } from '../bench/stage.ts';
import { CHROMIUM_FLAGS, CHROMIUM_PATH } from '../browsers.ts';
import type {} from '../bench/pages/record.ts';
import type { Proof } from './proof.ts';

const MINUTE_MS = 60_000;
/** Recorded between two looks at the heap, minutes. */
const STEP_MINUTES = 10;
/** The heap after its first half hour is what growth is measured from. */
const WARM_UP_MS = 30 * MINUTE_MS;
const HEAP_MIB_PER_HOUR_MAX = 1;

/** Bytes of the page's heap that are in use once nothing is left to collect. */
async function heapMiB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

/** `npm run proof -- long-recording --minutes M`: M minutes of recording, in as little time as the disk needs for them. */
export const longRecording: Proof = {
  name: 'long-recording',
  summary:
    'a recording of 8 hours, faster than time: at most 1 MiB of heap a recorded hour, every packet on disk',
  unit: 'minutes',
  runsDefault: 480,
  async run(minutes, log) {
    const profile = await mkdtemp(join(tmpdir(), 'lucarne-long-'));
    const stage = await openStage(['record'], { hasApp: false });
    const context = await chromium.launchPersistentContext(profile, {
      ...{ executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS] },
    });
    try {
      const page = await stage.openPage('record', context);
      await page.evaluate(() => window.benchRecord.beginLong());
      const heap: { atMs: number; value: number }[] = [];
      for (let at = 0; at < minutes; at += STEP_MINUTES) {
        const step = Math.min(STEP_MINUTES, minutes - at);
        const { bytes, ms } = await page.evaluate((step) => window.benchRecord.recordLong(step), step);
        const value = await heapMiB(page);
        heap.push({ atMs: (at + step) * MINUTE_MS, value });
        const speed = Math.round((step * MINUTE_MS) / ms);
        log(
          `${at + step} min: heap ${tenth(value)} MiB, ${tenth(bytes / 1e6)} MB on disk, at ${speed} times real time`,
        );
      }
      const end = await page.evaluate(() => window.benchRecord.endLong());
      const heapMiBPerHour = tenth(slopePerHour(heap, WARM_UP_MS));
      log(`heap ${heapMiBPerHour} MiB an hour; ${end.recorded} of ${end.packets} packets on disk`);
      const isWhole = end.isComplete && end.recorded === end.packets && end.faults.length === 0;
      return {
        name: longRecording.name,
        runs: minutes,
        passed: isWhole && heapMiBPerHour <= HEAP_MIB_PER_HOUR_MAX,
        heapMiBPerHour,
        ...end,
        heap: heap.map(({ value }) => tenth(value)),
      };
    } finally {
      await context.close();
      await stage.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  },
};
