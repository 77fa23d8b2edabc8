// Recordings in real browsers: storage, export, download and the killed browser. ffmpeg judges the files.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPORT_KEEP_MS } from '../../src/base/limits.ts';
import { STORE_CASES } from '../contract/store-contract.ts';
import type { RecordingGap } from '../../src/session/session-api.ts';
import { startPages } from './page-server.ts';
import type { PageServer } from './page-server.ts';
import type { ChunkFact, RecordOptions } from './pages/record-page.ts';
import { download, killWhileRecording } from './record-kill.ts';
import { beeps, decodeErrors, flashes, probe } from './record-probe.ts';
import type { ProbedPacket } from './record-probe.ts';

const START_US = Date.UTC(2026, 1, 3, 12) * 1000;
const H264: Omit<RecordOptions, 'id'> = {
  ...{ title: 'Évening show', seconds: 7, epoch: 5, codec: 'avc1.42E01F', width: 320, height: 180 },
  startUs: START_US,
};
const NAME = 'lucarne-evening-show-2026-02-03';
const FRAME_S = 1 / 30;

let pages: PageServer;
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucarne-record-'));
  pages = await startPages('record');
  page = await pages.open('record');
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
});

afterAll(async () => {
  await pages.close();
  await rm(folder, { recursive: true, force: true });
});

const make = (options: RecordOptions): Promise<ChunkFact[]> =>
  page.evaluate((options) => window.recordTest.record(options), options);

function hashes(chunks: readonly (ChunkFact | ProbedPacket)[]): string[] {
  return chunks.map(({ sha256 }) => sha256);
}

/** Where chunks belong in a file that begins with the first picture, s. */
function placedTimes(chunks: readonly ChunkFact[]): number[] {
  return chunks.map(({ timeUs }) => (timeUs - START_US) / 1e6);
}

/** Where the last picture or sound ends in the file, s. */
function endOf(chunks: readonly ChunkFact[]): number {
  const lastsS = { video: FRAME_S, audio: 0.04 };
  return Math.max(...placedTimes(chunks).map((timeS, i) => timeS + lastsS[chunks[i]!.track]));
}

function expectTimes(packets: readonly ProbedPacket[], expectedS: readonly number[]): void {
  expect(packets.length).toBe(expectedS.length);
  packets.forEach(({ ptsS }, i) =>
    expect(Math.abs(ptsS - expectedS[i]!), `packet ${i}`).toBeLessThan(0.0015),
  );
}

describe('the store in Chromium keeps the contract of stores', () => {
  test.for(STORE_CASES.map(({ name }) => name))('%s', async (name) => {
    await page.evaluate((name) => window.recordTest.storeCase(name), name);
  });

  test('a connection that was closed under it is opened again', async () => {
    expect(await page.evaluate(() => window.recordTest.reopen())).toEqual([['b'], 2]);
  });
});

describe('an exported recording', () => {
  test('H.264 and Opus: an MP4 with the very chunks, right duration, seekable, picture and sound together', async () => {
    const facts = await make({ ...H264, id: 'mp4' });
    const path = join(folder, 'whole.mp4');
    expect(await download(page, 'mp4', path)).toBe(`${NAME}.mp4`);
    const file = probe(path);
    expect(file.codecs.toSorted()).toEqual(['h264', 'opus']);
    const video = facts.filter(({ track }) => track === 'video');
    const audio = facts.filter(({ track, timeUs }) => track === 'audio' && timeUs >= START_US);
    expect(hashes(file.video)).toEqual(hashes(video));
    expect(hashes(file.audio)).toEqual(hashes(audio));
    expectTimes(file.video, placedTimes(video));
    expectTimes(file.audio, placedTimes(audio));
    expect(file.video.map(({ isKey }) => isKey)).toEqual(video.map(({ isKey }) => isKey));
    expect(Math.abs(file.durationS - endOf(facts))).toBeLessThanOrEqual(FRAME_S);
    expect(decodeErrors(path)).toBe('');
    expect(decodeErrors(path, 4.5)).toBe('');

    const [seen, heard] = [flashes(path), beeps(path)];
    expect(seen.map(Math.round)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // The first beep lies in the sound packet that began before the first picture.
    const offsetsMs = heard.slice(-6).map((timeS, i) => 1000 * (timeS - seen.slice(-6)[i]!));
    console.log(`sound after picture, ms: ${offsetsMs.map((ms) => ms.toFixed(1)).join(' ')}`);
    for (const offsetMs of offsetsMs) expect(Math.abs(offsetMs)).toBeLessThan(20);
  });

  test('VP8 and Opus: a WebM with the very chunks, in the colours that were on air', async () => {
    const facts = await make({ ...H264, id: 'webm', codec: 'vp8' });
    const path = join(folder, 'whole.webm');
    expect(await download(page, 'webm', path)).toBe(`${NAME}.webm`);
    const file = probe(path);
    expect(file.codecs.toSorted()).toEqual(['opus', 'vp8']);
    expect(hashes(file.video)).toEqual(hashes(facts.filter(({ track }) => track === 'video')));
    expectTimes(file.video, placedTimes(facts.filter(({ track }) => track === 'video')));
    expect(Math.abs(file.durationS - endOf(facts))).toBeLessThanOrEqual(FRAME_S);
    expect(file.streams.find(({ codec_name }) => codec_name === 'vp8')?.['color_space']).toBeDefined();
    expect(decodeErrors(path)).toBe('');
    expect(decodeErrors(path, 4.5)).toBe('');
  });

  test.for([
    ['mp4', 'avc1.42E01F'],
    ['webm', 'vp8'],
  ] as const)('the %s plays in the browser itself, with its duration, and jumps', async ([name, codec]) => {
    const facts = await make({ ...H264, id: `played-${name}`, codec });
    const played = await page.evaluate((id) => window.recordTest.play(id, 4.5), `played-${name}`);
    expect(Math.abs(played.durationS - endOf(facts))).toBeLessThanOrEqual(FRAME_S);
    expect(played).toMatchObject({ atS: 4.5, width: 320 });
  });

  test('a damaged record is a hole of its own length, and the rest decodes without an error', async () => {
    const facts = await make({ ...H264, id: 'damaged' });
    const { fromSeq, toSeq } = await page.evaluate(() => window.recordTest.damage('damaged', 5));
    const path = join(folder, 'damaged.mp4');
    await download(page, 'damaged', path);
    const pictures = facts.filter(({ track }) => track === 'video');
    const nextKey = pictures.find(({ seq, isKey }) => seq > toSeq && isKey)!.seq;
    const [[gap]] = (await page.evaluate(() => window.recordTest.download('damaged'))).gaps as [
      RecordingGap[],
    ];
    expect(gap).toMatchObject({ where: 'inside', why: 'lost' });
    const bounds = [
      pictures.find(({ seq }) => seq >= fromSeq)!,
      pictures.find(({ seq }) => seq === nextKey)!,
    ].map(({ timeUs }) => (timeUs - START_US) / 1000);
    expect(Math.abs(gap!.fromMs - bounds[0]!)).toBeLessThan(1);
    expect(Math.abs(gap!.toMs - bounds[1]!)).toBeLessThan(1);
    const isKept = ({ seq, track }: ChunkFact): boolean =>
      track === 'video' ? seq < fromSeq || seq >= nextKey : seq < fromSeq || seq > toSeq;
    const kept = facts.filter((fact) => isKept(fact) && fact.timeUs >= START_US);
    const file = probe(path);
    for (const track of ['video', 'audio'] as const) {
      const expected = kept.filter((fact) => fact.track === track);
      expect(hashes(file[track])).toEqual(hashes(expected));
      expectTimes(file[track], placedTimes(expected));
    }
    expect(decodeErrors(path)).toBe('');
  });

  test('a resumed broadcast is one file while the codec stays, with the pause in it', async () => {
    const before = await make({ ...H264, id: 'resumed', seconds: 2 });
    const after = await make({ ...H264, id: 'resumed', seconds: 2, epoch: 6, startUs: START_US + 5_000_000 });
    const path = join(folder, 'resumed.mp4');
    await download(page, 'resumed', path);
    const file = probe(path);
    const video = [...before, ...after].filter(({ track }) => track === 'video');
    expect(hashes(file.video)).toEqual(hashes(video));
    expectTimes(file.video, placedTimes(video));
    expect(Math.abs(file.durationS - endOf(after))).toBeLessThanOrEqual(FRAME_S);
    expect(decodeErrors(path)).toBe('');
  });

  test('a second part begins where the codec settings changed', async () => {
    await make({ ...H264, id: 'parts', seconds: 2 });
    await make({
      ...H264,
      id: 'parts',
      seconds: 2,
      epoch: 6,
      width: 640,
      height: 360,
      startUs: START_US + 5_000_000,
    });
    const { names } = await page.evaluate(() => window.recordTest.download('parts'));
    expect(names).toEqual([`${NAME}.mp4`, `${NAME}-2.mp4`]);
    const saved = page.waitForEvent('download');
    await page.getByText(`${NAME}-2.mp4`, { exact: true }).click();
    const path = join(folder, 'part-2.mp4');
    await (await saved).saveAs(path);
    const file = probe(path);
    expect(file.streams.find(({ codec_name }) => codec_name === 'h264')).toMatchObject({
      width: 640,
      height: 360,
    });
    expect(file.video[0]?.ptsS).toBe(0);
    expect(decodeErrors(path)).toBe('');
  });

  test('progress grows to 1; a cancelled export leaves no file behind', async () => {
    await make({ ...H264, id: 'cancelled' });
    const { shares } = await page.evaluate(() => window.recordTest.download('cancelled'));
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const left = await page.evaluate(() => window.recordTest.cancel('cancelled'));
    expect(left).toEqual({ name: 'AbortError', filesLeft: 0 });
  });

  test('goes into a chosen file whole, and replaces what was in it', async () => {
    const facts = await make({ ...H264, id: 'chosen' });
    expect(await page.evaluate(() => window.recordTest.saveInto('chosen', 'what was there'))).toContain(
      'ftyp',
    );
    const saved = page.waitForEvent('download');
    await page.getByText('chosen', { exact: true }).click();
    const path = join(folder, 'chosen.mp4');
    await (await saved).saveAs(path);
    const file = probe(path);
    expect(hashes(file.video)).toEqual(hashes(facts.filter(({ track }) => track === 'video')));
    expect(Math.abs(file.durationS - endOf(facts))).toBeLessThanOrEqual(FRAME_S);
    expect(decodeErrors(path)).toBe('');
  });

  test('that is cancelled keeps nothing in a new file, and an old one as it was', async () => {
    await make({ ...H264, id: 'unwanted' });
    const save = (before: string): Promise<string | undefined> =>
      page.evaluate((before) => window.recordTest.saveInto('unwanted', before, 0.5), before);
    expect(await save('')).toBeUndefined();
    expect(await save('what was there')).toBe('what was');
    expect(await page.evaluate(() => window.recordTest.saveInto('nothing', 'what was there'))).toBe(
      'what was',
    );
  });

  test('with the sound encoded anew has the very pictures, and sound at its time, over damage and pauses too', async () => {
    const facts = await make({ ...H264, id: 'converted' });
    const { fromSeq, toSeq } = await page.evaluate(() => window.recordTest.damage('converted', 5));
    const again = { epoch: 6, seconds: 3, startUs: START_US + 20_000_000 };
    const after = await make({ ...H264, ...again, id: 'converted' });
    const path = join(folder, 'converted.mp4');
    // AAC is in no browser that is tested here: the way is the same with the codec that is.
    await download(page, 'converted', path, { sound: 'opus' as 'aac' });
    const file = probe(path);
    const nextKey = facts.find(({ seq, isKey, track }) => seq > toSeq && isKey && track === 'video')!.seq;
    const video = [...facts.filter(({ seq }) => seq < fromSeq || seq >= nextKey), ...after].filter(
      ({ track }) => track === 'video',
    );
    expect(hashes(file.video)).toEqual(hashes(video));
    expectTimes(file.video, placedTimes(video));
    expect(hashes(file.audio)).not.toEqual(hashes(facts.filter(({ track }) => track === 'audio')));
    expect(Math.abs(file.durationS - endOf(after))).toBeLessThan(0.1);
    expect(decodeErrors(path)).toBe('');
    const [seen, heard] = [flashes(path), beeps(path)];
    // The first beep lies in the sound packet that began before the first picture.
    for (const atS of seen.slice(1)) {
      const offsetMs = Math.min(...heard.map((timeS) => Math.abs(timeS - atS))) * 1000;
      expect(offsetMs, `beep at ${atS}`).toBeLessThan(20);
    }
    expect(seen.filter((timeS) => timeS > 19)).toHaveLength(3);
  });

  test('of which the sound is being encoded anew is cancelled and leaves no file behind', async () => {
    await make({ ...H264, id: 'unconverted' });
    const left = await page.evaluate(() =>
      window.recordTest.cancel('unconverted', { sound: 'opus' as 'aac' }),
    );
    expect(left).toEqual({ name: 'AbortError', filesLeft: 0 });
  });

  test('is offered with AAC where the browser encodes it, and nowhere else', async () => {
    await make({ ...H264, id: 'offered', seconds: 1 });
    const { offers, supports } = await page.evaluate(async () => ({
      offers: await window.recordTest.offersAac('offered'),
      supports: (
        await AudioEncoder.isConfigSupported({
          ...{ codec: 'mp4a.40.2', sampleRate: 48_000, numberOfChannels: 1, bitrate: 128_000 },
        })
      ).supported,
    }));
    expect(offers).toBe(supports);
    await make({ ...H264, id: 'offered-webm', seconds: 1, codec: 'vp8' });
    const lying = await page.evaluate(async () => {
      const ask = AudioEncoder.isConfigSupported.bind(AudioEncoder);
      AudioEncoder.isConfigSupported = (config) => Promise.resolve({ supported: true, config });
      const both = ['offered', 'offered-webm', 'nothing'].map((id) => window.recordTest.offersAac(id));
      const answers = await Promise.all(both);
      AudioEncoder.isConfigSupported = ask;
      return answers;
    });
    expect(lying).toEqual([true, false, false]);
  });

  test('a recording that holds nothing says so', async () => {
    expect(await page.evaluate(() => window.recordTest.exportCode('nothing'))).toBe('recording-empty');
  });
});

describe('exported files', () => {
  test('are removed once their page is gone and their hour is over, and not before', async () => {
    const context = await pages.browser.newContext();
    const staying = await pages.open('record', context);
    await staying.evaluate((options) => window.recordTest.record(options), {
      ...H264,
      id: 'kept',
      seconds: 1,
    });
    await staying.evaluate(() => window.recordTest.download('kept'));
    const going = await pages.open('record', context);
    await going.evaluate(() => window.recordTest.download('kept'));
    await going.close();
    const soon = await pages.open('record', context);
    await soon.evaluate(() => window.recordTest.removeOldExports());
    // A recording and its proof, twice.
    expect(await soon.evaluate(() => window.recordTest.exportsOnDisk())).toBe(4);
    await context.addInitScript((keptMs) => {
      const now = Date.now;
      Date.now = () => now() + keptMs;
    }, EXPORT_KEEP_MS);
    const later = await pages.open('record', context);
    // The browser lets go of a closed page's locks when it comes to it.
    const left = async (): Promise<number> => {
      await later.evaluate(() => window.recordTest.removeOldExports());
      return later.evaluate(() => window.recordTest.exportsOnDisk());
    };
    await expect.poll(left, { timeout: 20_000 }).toBe(2);
    expect(await left()).toBe(2);
    await context.close();
  });
});

describe('a full disk', () => {
  test('takes what fits of several waiting records, ends the recording with its own fault, and all that was kept is exported', async () => {
    const context = await pages.browser.newContext();
    const small = await pages.open('record', context);
    const session = await context.newCDPSession(small);
    const setQuota = (quotaSize?: number): Promise<unknown> =>
      session.send('Storage.overrideQuotaForOrigin', {
        origin: pages.origin,
        ...(quotaSize && { quotaSize }),
      });
    // Less than the first eight records with their ballast, which are given to the disk at once.
    await setQuota(3 * 1024 * 1024);
    const made = await small.evaluate((options) => window.recordTest.recordWithBallast(options, 500_000), {
      ...H264,
      id: 'full',
    });
    expect(made.faults).toEqual(['storage-full']);
    expect(made.ending).toBe('storage-full');
    expect(made.recordedSeq).toBeGreaterThan(20);
    await setQuota();
    expect(await small.evaluate(() => window.recordTest.list())).toMatchObject([
      { id: 'full', isComplete: false },
    ]);
    const path = join(folder, 'full.mp4');
    await download(small, 'full', path);
    const kept = made.facts.filter(({ track, seq }) => track === 'video' && seq <= made.recordedSeq);
    expect(hashes(probe(path).video)).toEqual(hashes(kept));
    expect(decodeErrors(path)).toBe('');
    await context.close();
  });
});

/** R6 in a real browser; tests/unit/record/recorder.test.ts has more ways of failing. */
describe('a disk that refuses a transaction', () => {
  const SHORT = { ...H264, seconds: 6 };
  const CALLS_MAX = 40;

  async function refuse(k: number, isLasting: boolean) {
    const id = `refused-${k}${isLasting ? '-on' : ''}`;
    const made = await page.evaluate(
      ([options, k, isLasting]) => window.recordTest.recordRefused(options, k, isLasting),
      [{ ...SHORT, id }, k, isLasting] as const,
    );
    const { contiguousSeq } = await page.evaluate((id) => window.recordTest.readBack(id), id);
    const listed = (await page.evaluate(() => window.recordTest.list())).find((one) => one.id === id);
    return { ...made, contiguousSeq, isComplete: listed?.isComplete ?? false };
  }

  test('once, be it the first, the last or any between, has lost nothing by it', async () => {
    let k = 0;
    for (let isHit = true; isHit && k < CALLS_MAX; k++) {
      const { calls, faults, ending, facts, recordedSeq, contiguousSeq, isComplete } = await refuse(k, false);
      isHit = k < calls;
      expect({ k, faults, ending, isComplete }).toEqual({
        ...{ k, ending: 'complete', isComplete: true },
        faults: isHit ? ['storage-failed'] : [],
      });
      // A config comes before the media.
      expect([recordedSeq, contiguousSeq]).toEqual([facts.length, facts.length]);
    }
    console.log(`refused each of ${k - 1} transactions once`);
    expect(k).toBeGreaterThan(3);
  });

  test('and all that follow, is called no success, and what was acknowledged is there', async () => {
    let k = 0;
    for (let isHit = true; isHit && k < CALLS_MAX; k++) {
      const { calls, ending, recordedSeq, contiguousSeq, isComplete } = await refuse(k, true);
      isHit = k < calls;
      const expected = isHit ? 'storage-failed' : 'complete';
      expect({ k, ending, isComplete }).toEqual({ k, ending: expected, isComplete: !isHit });
      expect(contiguousSeq).toBeGreaterThanOrEqual(recordedSeq);
    }
    expect(k).toBeGreaterThan(3);
  });
});

/** R5. */
describe('a database that is closed under the recorder', () => {
  test('is opened again, and nothing is lost or told as a fault', async () => {
    const made = await page.evaluate((options) => window.recordTest.recordWhileClosed(options), {
      ...H264,
      id: 'closed',
    });
    console.log(`closed ${made.closings} times`);
    expect(made.closings).toBeGreaterThan(0);
    expect(made).toMatchObject({ faults: [], ending: 'complete' });
    expect(await page.evaluate(() => window.recordTest.readBack('closed'))).toMatchObject({
      // A config comes before the media.
      ...{ contiguousSeq: made.facts.length, packets: made.facts.length + 1 },
    });
  });
});

describe('a browser killed while it records', () => {
  test('loses nothing that was acknowledged and at most a second, and the file plays', async () => {
    const result = await killWhileRecording(`${pages.origin}/tests/e2e/pages/record.html`, 2500, folder);
    console.log(JSON.stringify(result));
    expect(result.lost).toBe(0);
    expect(result.acknowledgedSeq).toBeGreaterThan(50);
    expect(result.tailMs).toBeLessThanOrEqual(1000);
    expect(probe(result.path).durationS).toBeGreaterThan(2);
    expect(decodeErrors(result.path)).toBe('');
  });
});
