// The recording in Firefox: its store, an export, a database that is closed under it, and every way in which its page may end.

import type { Browser as Firefox, Page as FirefoxPage } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECORD_MS_MAX, RECORD_QUEUE_MS_MAX } from '../../src/base/limits.ts';
import { launchFirefox } from '../browsers.ts';
import { STORE_CASES } from '../contract/store-contract.ts';
import { startPages, type PageServer } from './page-server.ts';
import type { RecordOptions } from './pages/record-page.ts';
import { FOX_DEATHS, loseFirefoxWhileRecording, type FoxDeath } from './record-kill-firefox.ts';

const H264: Omit<RecordOptions, 'id'> = {
  ...{ title: 'Évening show', seconds: 7, epoch: 5, codec: 'avc1.42E01F', width: 320, height: 180 },
  startUs: Date.UTC(2026, 1, 3, 12) * 1000,
};

let pages: PageServer;

beforeAll(async () => {
  pages = await startPages('record');
});

afterAll(() => pages.close());

describe('in Firefox', () => {
  let firefox: Firefox;
  let foxPage: FirefoxPage;

  beforeAll(async () => {
    firefox = await launchFirefox();
    foxPage = await firefox.newPage();
    await foxPage.goto(`${pages.origin}/tests/e2e/pages/record.html`, { waitUntil: 'load' });
  });

  afterAll(async () => {
    await firefox.close();
  });

  test.for(STORE_CASES.map(({ name }) => name))('the store keeps the contract: %s', async (name) => {
    await foxPage.evaluate((name) => window.recordTest.storeCase(name), name);
  });

  test('a recording is made, listed as complete and exported', async () => {
    await foxPage.evaluate((options) => window.recordTest.record(options), { ...H264, id: 'fox' });
    const list = await foxPage.evaluate(() => window.recordTest.list());
    expect(list).toMatchObject([{ id: 'fox', title: 'Évening show', isComplete: true }]);
    const { names } = await foxPage.evaluate(() => window.recordTest.download('fox'));
    expect(names).toEqual(['lucarne-evening-show-2026-02-03.mp4']);
  });

  test('a database that is closed under the recorder is opened again, and nothing is lost', async () => {
    const made = await foxPage.evaluate((options) => window.recordTest.recordWhileClosed(options), {
      ...H264,
      id: 'fox-closed',
    });
    expect(made.closings).toBeGreaterThan(0);
    expect(made).toMatchObject({ faults: [], ending: 'complete' });
    const { contiguousSeq } = await foxPage.evaluate(() => window.recordTest.readBack('fox-closed'));
    expect(contiguousSeq).toBe(made.facts.length);
  });

  test.for(Object.keys(FOX_DEATHS) as FoxDeath[])(
    'a recording whose page ends by %s has lost nothing that was acknowledged, and of the rest no more than may wait',
    async (death) => {
      const result = await loseFirefoxWhileRecording(
        `${pages.origin}/tests/e2e/pages/record.html`,
        death,
        2500,
      );
      console.log(JSON.stringify({ death, ...result }));
      expect(result.lost).toBe(0);
      expect(result.acknowledgedSeq).toBeGreaterThan(50);
      // A second on a quiet machine; how long a strict write takes is the machine's. More than this would have raised the alarm.
      expect(result.tailMs).toBeLessThanOrEqual(RECORD_QUEUE_MS_MAX + RECORD_MS_MAX);
      expect(result.exported).toEqual(['lucarne-killed.mp4']);
    },
  );
});
