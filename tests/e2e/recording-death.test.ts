// The recording of a live tab that ends without a word, that is not alone, or whose disk is full, through the real app
// (TESTS.md R3, R4 and R9).

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardTabWhileLive } from '../proof/discard-tab.ts';
import { isWhole, loseTabWhileLive, type TabDeath } from '../proof/kill-recording.ts';
import { tapSigned } from './feed-tap.ts';
import { decodeErrors } from './record-probe.ts';
import { matchFile, missingRuns } from './recorded-file.ts';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
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

const LIVED_MS = 3000;
const TESTCARD = '?source=testcard&quality=360p';

let station: Station;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-deaths-'));
});

afterAll(async () => {
  await browser.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

const DEATHS: Record<string, TabDeath> = {
  'a crash of its renderer': async (page) => {
    const crashed = page.waitForEvent('crash');
    void page.goto('chrome://crash').catch(() => undefined);
    await crashed;
  },
  'being closed': (page) => page.close(),
  'going elsewhere': async (page) => {
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto('about:blank');
  },
  'being frozen, and closed in that state': async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await page.close();
  },
};

describe('the recording of a live tab that ends by', () => {
  it.each(Object.keys(DEATHS))('%s has all that was acknowledged, and its file plays', async (name) => {
    const lost = await loseTabWhileLive(browser, station.origin, {
      die: DEATHS[name]!,
      livedMs: LIVED_MS,
      folder,
    });
    console.log(`${name}: ${JSON.stringify(lost)}`);
    expect(lost).toMatchObject({ lost: 0, foreign: 0, complaints: '' });
    expect(isWhole(lost)).toBe(true);
  });

  it('being discarded by the browser has all that was acknowledged, and its file plays', async () => {
    const lost = await discardTabWhileLive(station.origin, LIVED_MS, folder);
    console.log(`discarded: ${JSON.stringify(lost)}`);
    expect(lost).toMatchObject({ lost: 0, foreign: 0, complaints: '' });
    expect(isWhole(lost)).toBe(true);
  });
});

async function setQuota(page: Page, quotaSize?: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: station.origin,
    ...(quotaSize !== undefined && { quotaSize }),
  });
}

describe('a disk that is full while live', () => {
  it('is told, the broadcast goes on, and what was recorded before is downloaded', async () => {
    const context = await browser.newContext();
    const signed = await tapSigned(context);
    const { page, link } = await goLive(context, `${station.origin}/${TESTCARD}#/studio`);
    const viewer = await watch(browser, link);
    await until(
      () => studioStats(page),
      ({ recordedSeq }) => recordedSeq > 200,
      'something recorded',
    );
    await setQuota(page, 1);
    await page.getByText(/The recording stopped|This device is nearly full/).waitFor();
    const { recordedSeq } = await studioStats(page);
    const before = await watchStats(viewer);
    await until(
      () => watchStats(viewer),
      ({ videoFrames, state }) => state === 'live' && videoFrames > before.videoFrames + 60,
      'the broadcast going on',
    );
    expect(await watchStats(viewer)).toMatchObject({ packetsMissing: 0 });
    expect((await studioStats(page)).recordedSeq).toBe(recordedSeq);
    await setQuota(page);
    await stopBroadcast(page);
    const path = await downloadRecording(page, folder);
    const match = matchFile(path, signed);
    const missing = match.missing.filter(({ seq }) => seq <= recordedSeq);
    expect(missingRuns({ ...match, missing })).toEqual([]);
    expect(match.foreign).toBe(0);
    expect(match.expected.length - match.missing.length).toBeGreaterThan(150);
    expect(decodeErrors(path)).toBe('');
    await viewer.context().close();
    await context.close();
  });
});

describe('two tabs of one browser', () => {
  it('record two broadcasts, each whole, and nothing of the other', async () => {
    const context = await browser.newContext();
    const signed = await tapSigned(context);
    const studios: Page[] = [];
    for (let i = 0; i < 2; i++) {
      // Epochs are seconds of the clock: only by them are the two told apart here.
      await studios[0]?.waitForTimeout(1000);
      studios.push((await goLive(context, `${station.origin}/${TESTCARD}#/studio`)).page);
    }
    const epochs = await Promise.all(studios.map(async (page) => (await studioStats(page)).epoch));
    expect(epochs[0]).not.toBe(epochs[1]);
    for (const page of studios)
      await until(
        () => studioStats(page),
        ({ recordedSeq }) => recordedSeq > 200,
        'something recorded',
      );
    for (const [i, page] of studios.entries()) {
      await stopBroadcast(page);
      const path = await downloadRecording(page, folder);
      const match = matchFile(
        path,
        signed.filter(({ epoch }) => epoch === epochs[i]),
      );
      expect(match).toMatchObject({ missing: [], foreign: 0 });
      expect(match.expected.length).toBeGreaterThan(150);
      expect(decodeErrors(path)).toBe('');
    }
    await context.close();
  });
});
