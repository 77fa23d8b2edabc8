// The broadcaster's machine loses part of its recording, and the tab with it; viewers who still hold the signed packets give them
// back after the return, and the file is what was on air.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REFILL_AGAIN_MS } from '../../src/base/limits.ts';
import type { PacketHeader } from '../../src/feed/packet.ts';
import { readReceived, tapReceived, tapSigned } from './feed-tap.ts';
import { decodeErrors, probe } from './record-probe.ts';
import { matchFile } from './recorded-file.ts';
import { allowLeaving, downloadRecording, stopBroadcast } from './recording-steps.ts';
import {
  goLive,
  launchStudio,
  startStation,
  studioStats,
  until,
  watchStats,
  type Station,
} from './station.ts';

const TESTCARD = '?source=testcard&quality=360p&children=1';
/** Records of half a second, on air for both viewers. */
const RECORDS_MIN = 16;
const FRAME_S = 1 / 30;
/** Whoever comes back late is asked after so long. */
const STILL_MS = REFILL_AGAIN_MS + 3000;

let station: Station;
let folder: string;
let browser: Browser;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-refill-'));
});

afterAll(async () => {
  await browser.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

/** A viewer whose media messages are kept, with its first picture shown. */
async function openViewer(link: string): Promise<Page> {
  const context = await browser.newContext();
  await tapReceived(context);
  const page = await context.newPage();
  await page.goto(link.replace('#', '?children=1#'));
  await until(
    () => watchStats(page),
    ({ videoFrames }) => videoFrames > 0,
    'a picture',
  );
  return page;
}

interface Damage {
  flipped: number[];
  removed: number[];
}

/** What a bad disk does: bytes of some records are altered, others are gone, the last ones among them. */
async function damageRecords(context: BrowserContext, id: string, from: number): Promise<Damage> {
  const page = await context.newPage();
  await page.goto(`${station.origin}/healthz`);
  const damage = await page.evaluate(
    async ({ name, first }) => {
      const opening = indexedDB.open(name);
      await new Promise((resolve) => (opening.onsuccess = resolve));
      const store = opening.result.transaction('values', 'readwrite').objectStore('values');
      const listing = store.getAllKeys();
      await new Promise((resolve) => (listing.onsuccess = resolve));
      const keys = (listing.result as string[]).filter((key) => key.startsWith('record-'));
      const flipped = [first, first + 5];
      const removed = [first + 2, first + 3, first + 8, keys.length - 2, keys.length - 1];
      for (const index of flipped) {
        const reading = store.get(keys[index]!);
        await new Promise((resolve) => (reading.onsuccess = resolve));
        const record = reading.result as { packets: Uint8Array };
        record.packets[1000]! ^= 1;
        store.put(record, keys[index]);
      }
      for (const index of removed) store.delete(keys[index]!);
      const transaction = store.transaction;
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      opening.result.close();
      return { flipped, removed };
    },
    { name: `lucarne-recording-${id}`, first: from },
  );
  await page.close();
  return damage;
}

async function recordsOf(page: Page, id: string): Promise<number> {
  return page.evaluate(async (name) => {
    const opening = indexedDB.open(name);
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const listing = opening.result.transaction('values').objectStore('values').getAllKeys();
    await new Promise((resolve) => (listing.onsuccess = resolve));
    opening.result.close();
    return (listing.result as string[]).filter((key) => key.startsWith('record-')).length;
  }, `lucarne-recording-${id}`);
}

it('what a broken disk and a killed tab cost the recording comes back from the viewers', async () => {
  const context = await browser.newContext();
  const signed: PacketHeader[] = await tapSigned(context);
  const live = await goLive(context, `${station.origin}/${TESTCARD}#/studio`);
  const id = live.link.slice(-26);
  allowLeaving(live.page);
  const viewers = [await openViewer(live.link), await openViewer(live.link)];
  // The record that is being filled now began before the viewers did.
  const from = (await recordsOf(live.page, id)) + 1;
  await until(
    () => recordsOf(live.page, id),
    (records) => records >= from + RECORDS_MIN,
    'eight seconds recorded',
  );
  const { epoch } = await studioStats(live.page);
  await live.page.close();
  const damage = await damageRecords(context, id, from);
  console.log(`damaged ${damage.flipped.length} records, removed ${damage.removed.length}`);

  const studio = await context.newPage();
  allowLeaving(studio);
  await studio.goto(`${station.origin}/${TESTCARD}#/studio/${id}`);
  await studio.getByRole('button', { name: 'Resume broadcast' }).click();
  const line = studio.getByText(/were lost here and came back from viewers/);
  await line.waitFor({ timeout: 60_000 });
  // Seven records, and what the tab had not written yet: all of it is back once nothing has come for a while.
  let [cameBack, sinceMs] = [0, performance.now()];
  await until(
    async () => {
      const seconds = Number.parseFloat((await line.textContent())?.trim() ?? '');
      if (seconds !== cameBack) [cameBack, sinceMs] = [seconds, performance.now()];
      return cameBack;
    },
    (seconds) => seconds >= 3 && performance.now() - sinceMs > STILL_MS,
    'all of it',
  );
  console.log(`${cameBack} s came back`);
  const received = await Promise.all(viewers.map(readReceived));
  const held = new Set(
    received
      .flatMap(({ packets }) => packets.map(({ header }) => header))
      .filter((header) => header.epoch === epoch)
      .map(({ seq }) => seq),
  );
  await until(
    () => studioStats(studio),
    ({ recordedSeq }) => recordedSeq > 60,
    'something recorded',
  );
  for (const viewer of viewers) {
    const stats = await until(
      () => watchStats(viewer),
      ({ state, epoch: now }) => state === 'live' && now !== epoch,
      'the next epoch',
    );
    expect(stats.rejected).toBe(0);
  }
  await stopBroadcast(studio);

  const path = await downloadRecording(studio, folder);
  const match = matchFile(path, signed);
  // What was signed when the tab was killed and reached nobody is nowhere any more. Of what came after, a file of its own may tell:
  // the encoder is chosen anew.
  const ofFirst = match.missing.filter((header) => header.epoch === epoch);
  // Nor is a picture of use without those before it in its group: a path that was too slow for both viewers may have left one out.
  const gone = ofFirst.filter(({ kind, seq }) => kind === 'video' && !held.has(seq));
  const isCutOff = ({ kind, seq, groupSeq }: PacketHeader): boolean =>
    kind === 'video' && gone.some((one) => one.groupSeq === groupSeq && one.seq < seq);
  const missing = ofFirst.filter((header) => held.has(header.seq) && !isCutOff(header));
  console.log(`reached nobody, or nothing before them did: ${ofFirst.length - missing.length} packets`);
  expect(missing.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual([]);
  expect(match.foreign).toBe(0);
  expect(match.expected.some((header) => header.epoch === epoch && header.seq > 100)).toBe(true);
  expect(Math.abs(probe(path).durationS - match.endS)).toBeLessThanOrEqual(FRAME_S);
  expect(decodeErrors(path)).toBe('');
  expect(await studio.getByText('the recording was lost').count()).toBe(0);

  await studio.getByRole('link', { name: 'My recordings' }).first().click();
  await studio.getByText(/were lost here and came back from viewers/).waitFor();
  await context.close();
});
