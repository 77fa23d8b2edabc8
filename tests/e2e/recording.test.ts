// The recording through the real app: what was on air is in the file, packet by packet, whatever happened in between.
// What was signed in the studio and what a viewer's data channel got are the truth; ffmpeg reads the file.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketHeader } from '../../src/feed/packet.ts';
import { testcardFlashBox } from '../../src/media/testcard-picture.ts';
import { readTestcardCode } from '../../src/media/testcard-code.ts';
import { isWhole, killWhileLive, TAIL_MS_MAX } from '../proof/kill-recording.ts';
import { measureAvOffset, pictureAt, psnrAgainst } from './av-offset.ts';
import { readReceived, tapReceived, tapSigned } from './feed-tap.ts';
import { decodeErrors, probe } from './record-probe.ts';
import { matchFile, missingRuns } from './recorded-file.ts';
import type { FileMatch } from './recorded-file.ts';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
import {
  goLive,
  launchStudio,
  startStation,
  studioStats,
  until,
  watchStats,
  type Station,
} from './station.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FRAME_S = 1 / 30;
const LIVE_S = 12;
const OFFSET_MS_MAX = 20;
/** A file's times are kept to 1/57600 s. */
const TIME_ERROR_S_MAX = 0.0015;
const TESTCARD = '?source=testcard&quality=360p';

let station: Station;
let folder: string;

beforeAll(async () => {
  station = await startStation();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-recording-'));
});

afterAll(async () => {
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

/** A viewer whose media messages are kept, with its first picture shown. */
async function openTappedViewer(browser: Browser, link: string): Promise<Page> {
  const context = await browser.newContext();
  await tapReceived(context);
  const page = await context.newPage();
  await page.goto(link);
  await until(
    () => watchStats(page),
    ({ videoFrames }) => videoFrames > 0,
    'a picture',
  );
  return page;
}

/** Waits until the studio has been live for `seconds`, by its own encoder's count of pictures or the clock. */
async function stayLive(studio: Page, seconds: number): Promise<void> {
  const endMs = performance.now() + seconds * 1000;
  await until(
    () => studioStats(studio),
    () => performance.now() > endMs,
    'the time on air',
    (seconds + 30) * 1000,
  );
}

/** The file holds exactly what was signed, at its capture times, and ends where the broadcast ended. */
function expectWhole(path: string, match: FileMatch): void {
  expect(missingRuns(match)).toEqual([]);
  expect(match.foreign).toBe(0);
  expect(match.timeErrorS).toBeLessThan(TIME_ERROR_S_MAX);
  expect(Math.abs(probe(path).durationS - match.endS)).toBeLessThanOrEqual(FRAME_S);
  expect(decodeErrors(path)).toBe('');
}

describe('a broadcast of the test card with one viewer', () => {
  let browser: Browser;
  let studio: Page;
  let viewer: Page;
  let path: string;
  let signed: PacketHeader[];
  let match: FileMatch;

  beforeAll(async () => {
    browser = await launchStudio();
    const context = await browser.newContext();
    signed = await tapSigned(context);
    const live = await goLive(context, `${station.origin}/${TESTCARD}#/studio`);
    studio = live.page;
    viewer = await openTappedViewer(browser, live.link);
    await stayLive(studio, LIVE_S);
    await stopBroadcast(studio);
    await until(
      () => watchStats(viewer),
      ({ state }) => state === 'ended',
      'the end',
    );
    path = await downloadRecording(studio, folder);
    match = matchFile(path, signed);
  });

  afterAll(() => browser.close());

  it('is downloaded under its title and day', () => {
    expect(basename(path)).toMatch(/^lucarne-a-test-of-the-main-path-\d{4}-\d\d-\d\d\.(mp4|webm)$/);
  });

  it('holds every packet that was signed, lasts as long as it was live, and decodes without an error', () => {
    expect(match.endS).toBeGreaterThan(LIVE_S - 1);
    expectWhole(path, match);
  });

  it('would be found out if a packet were missing, altered or out of place', () => {
    const victim = match.expected.find(({ kind, seq }) => kind === 'video' && seq > 100)!;
    const altered = { ...victim, digests: victim.digests.map((digest) => digest.map((byte) => byte ^ 1)) };
    const late = { ...victim, timeUs: victim.timeUs + 20_000 };
    for (const other of [altered, late]) {
      const lie = matchFile(
        path,
        signed.map((header) => (header === victim ? other : header)),
      );
      expect(lie).toMatchObject({ missing: [other], foreign: 1 });
    }
  });

  it('has the very bytes that the viewer received', async () => {
    const { packets, skips } = await readReceived(viewer);
    const got = new Map(packets.map(({ header, payload }) => [header.seq, payload]));
    const isSkipped = (seq: number): boolean =>
      skips.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
    const firstSeq = packets.find(({ header }) => header.kind === 'video')!.header.seq;
    const file = probe(path);
    for (const track of ['video', 'audio'] as const) {
      const expected = match.expected.filter(({ kind }) => kind === track);
      expect(file[track].length).toBe(expected.length);
      let compared = 0;
      for (const [i, { seq }] of expected.entries()) {
        const payload = got.get(seq);
        // A parent may leave pictures out of what it forwards, and says so: the viewer joined later, or can't keep up.
        if (!payload && (seq < firstSeq || isSkipped(seq))) continue;
        expect(payload, `packet ${seq} at the viewer`).toBeDefined();
        expect(file[track][i]!.sha256).toBe(createHash('sha256').update(payload!).digest('hex'));
        compared++;
      }
      console.log(`${track}: ${compared} of ${expected.length} packets compared with the viewer's`);
      expect(compared).toBeGreaterThan(expected.length / 2);
    }
  });

  it('is seekable: a jump lands on the picture of that time', () => {
    const codeAt = (atS: number): number => readTestcardCode(pictureAt(path, atS), WIDTH, HEIGHT)!;
    for (const atS of [0, 3.3, match.endS / 2, match.endS - 1]) {
      const { ptsS } = probe(path).video.find((packet) => packet.ptsS >= atS - 0.001)!;
      expect(codeAt(atS) - codeAt(0)).toBe(Math.round(ptsS / FRAME_S));
    }
  });

  it('has the beep at the flash', () => {
    const { offsetsMs, unclear } = measureAvOffset(path, testcardFlashBox(WIDTH, HEIGHT));
    console.log(
      `sound after picture, ms: ${offsetsMs.map((ms) => ms.toFixed(1)).join(' ')}; unclear: ${unclear}`,
    );
    expect(offsetsMs.length).toBeGreaterThan(3);
    for (const offsetMs of offsetsMs) expect(Math.abs(offsetMs)).toBeLessThan(OFFSET_MS_MAX);
  });

  it('would be found out if the sound were 50 ms late', () => {
    const shifted = join(folder, 'shifted.mkv');
    const inputs = ['-i', path, '-itsoffset', '0.05', '-i', path, '-map', '0:v', '-map', '1:a'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, '-c', 'copy', shifted]);
    const { offsetsMs } = measureAvOffset(shifted, testcardFlashBox(WIDTH, HEIGHT));
    expect(offsetsMs.length).toBeGreaterThan(3);
    for (const offsetMs of offsetsMs.slice(1)) expect(Math.abs(offsetMs - 50)).toBeLessThan(10);
  });
});

/** What a `<video>` in the page plays by now. */
function playing(page: Page): Promise<{ durationS: number; atS: number; rate: number; width: number }> {
  return page.locator('video').evaluate((element) => {
    const { duration, currentTime, playbackRate, videoWidth } = element as HTMLVideoElement;
    return { durationS: duration, atS: currentTime, rate: playbackRate, width: videoWidth };
  });
}

describe('my recordings', () => {
  let browser: Browser;
  let page: Page;
  let whole: string;

  beforeAll(async () => {
    browser = await launchStudio();
    ({ page } = await goLive(await browser.newContext(), `${station.origin}/${TESTCARD}#/studio`));
    await stayLive(page, 9);
    await stopBroadcast(page);
    await page.getByRole('link', { name: 'My recordings' }).first().click();
    await page.getByRole('heading', { name: 'My recordings' }).waitFor();
  });

  afterAll(() => browser.close());

  it('show a picture out of each', async () => {
    const still = page.locator('img.still');
    await still.waitFor();
    const width = () => still.evaluate((image) => (image as HTMLImageElement).naturalWidth);
    await until(width, (pixels) => pixels > 0, 'the still');
  });

  it('are downloaded under the name that they were given', async () => {
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.keyboard.type('Once more');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Once more' }).waitFor();
    whole = await downloadRecording(page, folder, 'Download');
    expect(basename(whole)).toMatch(/^lucarne-once-more-/);
    await page.reload();
    await page.getByRole('heading', { name: 'Once more' }).waitFor();
  });

  it('are saved where the person wants them', async () => {
    // The dialog alone is a window of the browser's own: the file behind it is a real one.
    await page.evaluate(() =>
      Object.assign(window, {
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
          (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
      }),
    );
    await page.getByRole('button', { name: 'Save as…' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    const bytes = await page.evaluate(async (name) => {
      const file = await (await (await navigator.storage.getDirectory()).getFileHandle(name)).getFile();
      return [...new Uint8Array(await file.arrayBuffer())];
    }, basename(whole));
    const path = join(folder, 'saved');
    await writeFile(path, Uint8Array.from(bytes));
    expect(probe(path)).toMatchObject({ video: probe(whole).video, audio: probe(whole).audio });
    expect(decodeErrors(path)).toBe('');
  });

  it('play in the page, from any place and faster', async () => {
    await page.getByRole('button', { name: 'Play' }).click();
    const { durationS } = await until(
      () => playing(page),
      ({ width }) => width === WIDTH,
      'a picture',
    );
    expect(Math.abs(durationS - probe(whole).durationS)).toBeLessThan(2 * FRAME_S);
    await page.getByLabel('Speed').selectOption({ label: '2×' });
    await page.locator('video').evaluate((video) => ((video as HTMLVideoElement).currentTime = 5));
    await until(
      () => playing(page),
      ({ atS, rate }) => atS > 5.5 && rate === 2,
      'time to pass',
    );
  });

  it('give clips, cut where one asks, with the very bytes of the whole', async () => {
    const seek = (atS: number) =>
      page.locator('video').evaluate(async (element, to) => {
        const video = element as HTMLVideoElement;
        video.pause();
        const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
        video.currentTime = to;
        await sought;
      }, atS);
    await seek(3);
    await page.getByRole('button', { name: 'Starts here' }).click();
    await seek(6.5);
    await page.getByRole('button', { name: 'Ends here' }).click();
    const path = await downloadRecording(page, folder, 'Download clip');
    expect(basename(path)).toMatch(/-clip\.(mp4|webm)$/);
    const [all, clip] = [probe(whole), probe(path)];
    const first = all.video.findIndex(({ sha256 }) => sha256 === clip.video[0]!.sha256);
    const begun = all.video[first]!;
    // At the key chunk before: they are 2 s apart.
    expect(begun.ptsS).toBeLessThanOrEqual(3);
    expect(begun.ptsS).toBeGreaterThan(0.9);
    expect(clip.video.map(({ sha256 }) => sha256)).toEqual(
      all.video.slice(first, first + clip.video.length).map(({ sha256 }) => sha256),
    );
    expect(Math.abs(begun.ptsS + clip.durationS - 6.5)).toBeLessThan(0.1);
    expect(clip.audio.length).toBeGreaterThan(60);
    expect(decodeErrors(path)).toBe('');
    const { offsetsMs } = measureAvOffset(path, testcardFlashBox(WIDTH, HEIGHT));
    expect(offsetsMs.length).toBeGreaterThan(1);
    for (const offsetMs of offsetsMs) expect(Math.abs(offsetMs)).toBeLessThan(OFFSET_MS_MAX);
  });

  it('are gone for good once they were deleted, and their link with them', async () => {
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'Once more' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Lucarne' }).click();
    await page.getByRole('link', { name: 'My recordings' }).first().click();
    await page.getByText('Nothing here yet.').waitFor();
  });
});

describe('a broadcast of a camera and a microphone with known content', () => {
  const FLASH = { x: 520, y: 140, width: 80, height: 80 };
  const STILL = { x: 0, y: 0, width: 480, height: 360 };
  const SOURCE = `smptehdbars=size=${WIDTH}x${HEIGHT}:rate=30:duration=2,drawbox=x=500:y=120:w=120:h=120:color=black:t=fill`;
  let browser: Browser;
  let path: string;
  let match: FileMatch;
  let still: string;

  beforeAll(async () => {
    const y4m = join(folder, 'camera.y4m');
    const wav = join(folder, 'microphone.wav');
    still = join(folder, 'still.png');
    const flash = `drawbox=x=500:y=120:w=120:h=120:color=white:t=fill:enable='lt(mod(t,1),0.06)'`;
    const beep = "aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.05)':s=48000:d=2";
    const ffmpeg = (...args: string[]) =>
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', ...args]);
    ffmpeg('-i', `${SOURCE},${flash}`, '-pix_fmt', 'yuv420p', y4m);
    ffmpeg('-i', beep, '-c:a', 'pcm_s16le', wav);
    ffmpeg('-i', SOURCE, '-frames:v', '1', still);
    browser = await launchStudio(
      `--use-file-for-fake-video-capture=${y4m}`,
      `--use-file-for-fake-audio-capture=${wav}`,
    );
    const context = await browser.newContext();
    const signed = await tapSigned(context);
    const live = await goLive(context, `${station.origin}/?source=camera&quality=360p#/studio`);
    const viewer = await openTappedViewer(browser, live.link);
    await stayLive(live.page, 8);
    expect(await watchStats(viewer)).toMatchObject({ state: 'live', packetsMissing: 0, rejected: 0 });
    await stopBroadcast(live.page);
    path = await downloadRecording(live.page, folder);
    match = matchFile(path, signed);
  });

  afterAll(() => browser.close());

  it('holds every packet that was signed, and decodes without an error', () => {
    expect(match.endS).toBeGreaterThan(7);
    expectWhole(path, match);
  });

  it('shows the picture of the file', () => {
    const psnr = psnrAgainst(path, still, STILL);
    const least = Math.min(...psnr);
    console.log(`luma PSNR of ${psnr.length} pictures: least ${least.toFixed(1)} dB`);
    expect(psnr.length).toBeGreaterThan(60);
    expect(least).toBeGreaterThan(30);
  });

  it('flashes and beeps; how far apart is up to the two fake devices, which share no clock', () => {
    const { offsetsMs, unclear, flashPeriodsS, beepPeriodsS } = measureAvOffset(path, FLASH);
    const text = (values: number[], digits: number): string =>
      values.map((value) => value.toFixed(digits)).join(' ');
    console.log(`camera, sound after picture, ms: ${text(offsetsMs, 0)}; unclear: ${unclear}`);
    console.log(`flash to flash, s: ${text(flashPeriodsS, 2)}; beep to beep, s: ${text(beepPeriodsS, 2)}`);
    expect(offsetsMs.length + unclear).toBeGreaterThan(3);
    expect(beepPeriodsS.length).toBeGreaterThan(2);
  });
});

describe('a browser killed while live', () => {
  it('offers the recording again with every acknowledged packet in it and at most a second less', async () => {
    const kill = await killWhileLive(station.origin, 3000, folder);
    console.log(JSON.stringify(kill));
    expect(kill).toMatchObject({ lost: 0, foreign: 0, complaints: '' });
    expect(kill.tailMs).toBeLessThanOrEqual(TAIL_MS_MAX);
    expect(isWhole(kill)).toBe(true);
    expect(isWhole({ ...kill, lost: 1 })).toBe(false);
  });
});
