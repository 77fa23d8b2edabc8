// The room of a recording, after a real broadcast: chapters in the MP4 as ffprobe reads them, the files beside it, and comments
// that come in time with the video, wherever one seeks to.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DepthQuality } from '../../src/session/session-api.ts';
import type { LucarneOnAir } from '../../src/ui/studio/lucarne-on-air.ts';
import { decodeErrors } from './record-probe.ts';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
import { button, goLive, launchStudio, startStation, until, watchPictures, type Station } from './station.ts';

interface RoomFile {
  comments: { text: string; atMs: number; takenAway?: string }[];
  hearts: { atMs: number; total: number }[];
  answered: { text: string; atMs: number }[];
  log: { act: string; text: string; reason?: string; atMs?: number }[];
}

const run = promisify(execFile);

let station: Station;
let folder: string;
let browser: Browser;
let studio: Page;
let viewer: Page;
let video: string;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-replay-'));
  const context = await browser.newContext({ locale: 'en' });
  const live = await goLive(context, `${station.origin}/?children=1&source=testcard&quality=360p#/studio`);
  studio = live.page;
  viewer = await watchPictures(browser, live.link, '?children=0&lang=en');
});

afterAll(async () => {
  await browser.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

const log = (page: Page): Locator => page.getByRole('log', { name: 'Comments' });

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Comment', exact: true }).fill(text);
  await button(page, 'Send').click();
}

async function readRoom(): Promise<RoomFile> {
  const path = await downloadRecording(studio, folder, 'Comments as data (JSON)');
  return JSON.parse(await readFile(path, 'utf8')) as RoomFile;
}

describe('the room of a recording', () => {
  it('is recorded while it happens', async () => {
    await say(viewer, 'The first');
    await log(studio).getByText('The first', { exact: true }).waitFor();
    await say(viewer, 'A rude one');
    await log(studio).getByText('A rude one', { exact: true }).waitFor();
    await button(viewer, 'Heart').click();
    await studio.locator('lucarne-desk').getByText('♥ 1').waitFor();
    await viewer.getByRole('checkbox', { name: 'This is a question' }).check();
    await say(viewer, 'Why is it so?');
    await studio.locator('lucarne-board summary').click();
    await setTimeout(2500);
    await button(studio, 'Answer now (1)').click();
    const rude = studio.locator('lucarne-desk .list .row').filter({ hasText: 'A rude one' });
    await rude.getByRole('button', { name: 'Hide' }).click();
    await setTimeout(2500);
    await say(studio, 'The last');
    await log(viewer).getByText('The last', { exact: true }).waitFor();
    await setTimeout(1500);
    await until(
      () => studio.locator('lucarne-on-air').evaluate((page) => (page as LucarneOnAir).session.stretch),
      (stretch) => stretch?.quality?.length === 1,
      'how well the viewer has seen for ten seconds',
    );
    await stopBroadcast(studio);
  });

  it('is reported when it is over: how long, how many, what was said', async () => {
    const figure = (name: string): Locator =>
      studio.locator('lucarne-end-report dl div').filter({ hasText: name }).locator('dd');
    await until(
      () => figure('Most watching at once').innerText(),
      (text) => text === '1',
      'the report',
    );
    expect(await figure('Hearts').innerText()).toBe('1');
    // The broadcaster's own is one too.
    expect(await studio.locator('lucarne-end-report dl').innerText()).toMatch(/Comments\s*3\b|3\s*Comments/);
    await studio.getByRole('img', { name: 'At most 1 were watching at once.' }).waitFor();
    const json = await downloadRecording(studio, folder, 'Report as JSON');
    const { totals, quality } = JSON.parse(await readFile(json, 'utf8')) as {
      totals: Record<string, number>;
      quality: DepthQuality[];
    };
    expect(quality).toMatchObject([{ depth: 1, reparents: 0 }]);
    const [{ watchedMs, timedMs, latencyMs }] = quality as [DepthQuality];
    expect(timedMs).toBeGreaterThan(0);
    expect(timedMs).toBeLessThanOrEqual(watchedMs);
    expect(latencyMs).toBeGreaterThan(0);
    await studio.getByRole('row', { name: /^straight from you \d/ }).waitFor();
    expect(totals).toMatchObject({ viewersMax: 1, hearts: 1, comments: 3, questions: 1, reports: 0 });
    expect(totals.watchedMs).toBeGreaterThan(1000);
    expect(totals.watchedMs).toBeLessThanOrEqual(totals.durationMs!);
    const csv = await downloadRecording(studio, folder, 'Report as CSV');
    expect(await readFile(csv, 'utf8')).toMatch(/^measure,at,value\r\n/);
    expect(await readFile(csv, 'utf8')).toContain(`"depth 1: latency, ms",,${latencyMs}\r\n`);
  });

  it('has a chapter for the question, inside the MP4', async () => {
    video = await downloadRecording(studio, folder);
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', video]);
    const { chapters } = JSON.parse(stdout) as {
      chapters: { start_time: string; tags: { title: string } }[];
    };
    console.log(chapters.map(({ start_time, tags }) => `${start_time} ${tags.title}`).join('\n'));
    expect(chapters.map(({ tags }) => tags.title)).toEqual(['A test of the main path', 'Why is it so?']);
    expect(Number(chapters[0]!.start_time)).toBe(0);
    const { answered } = await readRoom();
    expect(Math.abs(Number(chapters[1]!.start_time) * 1000 - answered[0]!.atMs)).toBeLessThan(1);
    expect(decodeErrors(video)).toBe('');
  });

  it('lies beside it, as data and as subtitles', async () => {
    const { comments, hearts, log: acts } = await readRoom();
    expect(comments.map(({ text, takenAway }) => [text, takenAway])).toEqual([
      ['The first', undefined],
      ['A rude one', 'hidden'],
      ['The last', undefined],
    ]);
    expect(hearts.map(({ total }) => total)).toEqual([1]);
    expect(acts).toMatchObject([
      { act: 'pin', text: 'Why is it so?' },
      { act: 'hide', text: 'A rude one' },
    ]);
    const path = await downloadRecording(studio, folder, 'Comments as subtitles');
    // What reads them is not ours.
    const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, '-f', 'srt', '-']);
    expect(stdout).toMatch(/♥ 1/);
    expect(stdout).toMatch(/The first/);
    expect(stdout).toMatch(/The last/);
    expect(stdout).not.toMatch(/rude/);
    await downloadRecording(studio, folder, 'Chapters (WebVTT)');
  });

  it('comes in time with the video, and after a seek', async () => {
    const { comments } = await readRoom();
    const [first, , last] = comments;
    await studio.getByRole('link', { name: 'My recordings' }).first().click();
    await button(studio, 'Report').click();
    await studio.locator('lucarne-end-report').getByText('Most watching at once').waitFor();
    await button(studio, 'Report').click();
    await button(studio, 'Play').click();
    const player = studio.locator('lucarne-replay video');
    await player.waitFor();
    const seek = (atMs: number) =>
      player.evaluate(async (element, toS) => {
        const media = element as HTMLVideoElement;
        media.pause();
        media.currentTime = toS;
        await new Promise((resolve) => media.addEventListener('seeked', resolve, { once: true }));
      }, atMs / 1000);
    const over = (text: string): Locator => studio.locator('lucarne-replay .rising').getByText(text);
    await seek(last!.atMs + 300);
    await over('The last').waitFor();
    await studio.getByText('♥ 1', { exact: true }).waitFor();
    await studio.getByText('Answering now').waitFor();
    expect(await studio.getByText('A rude one').count()).toBe(0);
    await seek(first!.atMs + 300);
    await over('The first').waitFor();
    await over('The last').waitFor({ state: 'detached' });
    await studio.getByText('♥ 0', { exact: true }).waitFor();
    await studio.getByText('Answering now').waitFor({ state: 'detached' });
    await studio.getByText('2 comments', { exact: true }).click();
    expect(await log(studio).locator('.comment').count()).toBe(1);
    await log(studio).getByText('The first', { exact: true }).waitFor();
  });
});
