// A source that stops on air: viewers get a card and the sound, and one tap brings the picture back, in the same epoch.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCREEN_FLAG } from '../browsers.ts';
import { goLive, launchStudio, startStation, until, watch, watchStats, type Station } from './station.ts';

let station: Station;
let browser: Browser;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio(SCREEN_FLAG);
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

/** Takes the picture's source away, as a pulled plug or the browser's own "Stop sharing" does. */
async function endPicture(studio: Page): Promise<void> {
  await studio.locator('lucarne-preview video').evaluate((video) => {
    for (const track of ((video as HTMLVideoElement).srcObject as MediaStream).getVideoTracks()) {
      track.stop();
      // A page's own stop() fires no event; a device that goes away does.
      track.dispatchEvent(new Event('ended'));
    }
  });
}

/** Whether the preview shows a picture that moves on. */
function isPreviewLive(studio: Page): Promise<boolean> {
  return studio.locator('lucarne-preview video').evaluate((video) => {
    const { srcObject } = video as HTMLVideoElement;
    return (srcObject as MediaStream).getVideoTracks().some(({ readyState }) => readyState === 'live');
  });
}

async function expectToGoOn(viewer: Page): Promise<void> {
  const before = await watchStats(viewer);
  const after = await until(
    () => watchStats(viewer),
    ({ videoFrames, audioChunks }) =>
      videoFrames > before.videoFrames + 2 && audioChunks > before.audioChunks + 50,
    'picture and sound going on',
  );
  expect(after).toMatchObject({ state: 'live', epoch: before.epoch, packetsMissing: 0, rejected: 0 });
}

describe('when the picture’s source stops on air', () => {
  it.each([
    ['camera', 'Resume camera'],
    ['screen', 'Share again'],
  ])('a %s comes back with one tap on "%s"', async (source, name) => {
    const context = await browser.newContext();
    const { page: studio, link } = await goLive(
      context,
      `${station.origin}/?source=${source}&quality=360p#/studio`,
    );
    const viewer = await watch(browser, link);
    await until(
      () => watchStats(viewer),
      ({ videoFrames }) => videoFrames > 0,
      'a picture',
    );
    await endPicture(studio);
    const tap = studio.getByRole('button', { name });
    await tap.waitFor();
    expect(await isPreviewLive(studio)).toBe(false);
    await expectToGoOn(viewer);
    await tap.click();
    await tap.waitFor({ state: 'detached' });
    expect(await isPreviewLive(studio)).toBe(true);
    await expectToGoOn(viewer);
    await viewer.context().close();
    await context.close();
  });
});
