// Pictures of the real app: its server, one broadcaster with a painted camera, and viewers, in real browsers.
// The same pages are photographed in every size and scheme, one after the other, while the broadcast goes on.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { demoPicture } from '../tests/fakes/demo-lucarne.ts';
import { launchStudio, startStation, until, watchStats } from '../tests/e2e/station.ts';
import type { Station } from '../tests/e2e/station.ts';

/** Takes a picture of a page in one size and scheme. */
export type Photograph = (page: Page, name: string) => Promise<void>;

const TITLE = 'Sunrise over the harbour';
/** Enough for a number that is more than one. */
const VIEWERS = 3;
const ABSENT_ID = 'b'.repeat(26);

/** A camera that looks at a sunrise, with light moving on the water; the sound is the browser's own test device. */
function paintedCamera(width: number, height: number): string {
  return `{
    globalThis.__name = (painter) => painter;
    const demoPicture = ${demoPicture.toString()};
    const [width, height] = [${width}, ${height}];
    const { mediaDevices } = navigator;
    const open = mediaDevices?.getUserMedia.bind(mediaDevices);
    const paint = () => {
      const picture = demoPicture(width, height);
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const pen = canvas.getContext('2d');
      let tick = 0;
      setInterval(() => {
        pen.drawImage(picture, 0, 0);
        pen.fillStyle = 'rgb(255 226 170 / 0.35)';
        for (let i = 0; i < 9; i++) {
          const x = width * (0.57 + 0.05 * Math.sin(tick / 20 + i));
          pen.fillRect(x, height * (0.65 + 0.037 * i), 70, 2);
        }
        tick++;
      }, 33);
      return canvas.captureStream(30).getTracks();
    };
    if (mediaDevices) {
      mediaDevices.getUserMedia = async () =>
        new MediaStream([...paint(), ...(await open({ audio: true })).getTracks()]);
    }
  }`;
}

/** Photographs every state of the real app; `photograph` is called with each page in turn. */
export async function photographApp(photograph: Photograph): Promise<void> {
  const station = await startStation();
  const browser = await launchStudio();
  try {
    await photographStates(station, browser, photograph);
  } finally {
    await browser.close();
    await station.close();
  }
}

async function photographStates(station: Station, browser: Browser, photograph: Photograph): Promise<void> {
  const open = (): Promise<BrowserContext> => browser.newContext({ locale: 'en', reducedMotion: 'reduce' });
  const studioContext = await open();
  await studioContext.addInitScript({ content: paintedCamera(960, 540) });
  await photographBefore(station, await studioContext.newPage(), photograph);
  const { page: studio, link } = await goLive(studioContext, station);
  const viewer = await openViewer(await open(), link);
  for (let i = 1; i < VIEWERS; i++) await openViewer(await open(), link);
  for (const page of [studio, viewer]) {
    await page
      .getByRole('status')
      .filter({ hasText: `${VIEWERS} watching` })
      .first()
      .waitFor();
  }
  await photograph(studio, 'studio-live');
  await photograph(viewer, 'watch-live');
  const stop = studio.getByRole('button', { name: 'Stop broadcast' });
  await stop.click();
  await stop.click();
  await studio.getByRole('button', { name: 'Download recording' }).waitFor();
  await photograph(studio, 'studio-after');
  await photograph(viewer, 'watch-ended');
  await studio.goto(`${station.origin}/#/recordings`);
  await studio.getByRole('button', { name: 'Download' }).first().waitFor();
  await photograph(studio, 'recordings');
  await studio.getByRole('button', { name: 'Play' }).first().click();
  const shown = await studio.waitForFunction(() => {
    const pages = document.querySelector('lucarne-app')?.shadowRoot?.querySelector('lucarne-recordings');
    const playback = pages?.shadowRoot
      ?.querySelector('lucarne-recording')
      ?.shadowRoot?.querySelector('lucarne-playback');
    const video = playback?.shadowRoot?.querySelector('video');
    video?.pause();
    return video && video.readyState >= 2;
  });
  await shown.dispose();
  await photograph(studio, 'recordings-playing');
  const uprightContext = await open();
  await uprightContext.addInitScript({ content: paintedCamera(540, 960) });
  await photographUpright(uprightContext, await open(), station, photograph);
}

async function photographBefore(station: Station, page: Page, photograph: Photograph): Promise<void> {
  await page.goto(`${station.origin}/#/`);
  await page.getByRole('link', { name: 'Go live' }).waitFor();
  await photograph(page, 'home');
  await page.goto(studioOf(station));
  await page.getByRole('img', { name: 'Preview' }).waitFor();
  await photograph(page, 'studio-before');
  await page.goto(`${station.origin}/#/${ABSENT_ID}`);
  await page.getByRole('status').filter({ hasText: 'isn’t on air yet' }).waitFor();
  await photograph(page, 'watch-waiting');
  await page.goto(`${station.origin}/#/tooshort`);
  await page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
  await photograph(page, 'lost');
  await page.close();
}

/** A phone held upright is on air, until its browser dies without a word. */
async function photographUpright(
  context: BrowserContext,
  viewerContext: BrowserContext,
  station: Station,
  photograph: Photograph,
): Promise<void> {
  const { page: studio, link } = await goLive(context, station);
  const viewer = await openViewer(viewerContext, link);
  await viewer.getByRole('status').filter({ hasText: '1 watching' }).waitFor();
  await photograph(viewer, 'watch-upright-live');
  const crashed = studio.waitForEvent('crash');
  void studio.goto('chrome://crash').catch(() => undefined);
  await crashed;
  await viewer.getByRole('status').filter({ hasText: 'Reconnecting…' }).waitFor();
  await photograph(viewer, 'watch-reconnecting');
}

function studioOf({ origin }: Station): string {
  return `${origin}/?source=camera&quality=540p#/studio`;
}

async function goLive(context: BrowserContext, station: Station): Promise<{ page: Page; link: string }> {
  const page = await context.newPage();
  await page.goto(studioOf(station));
  await page.getByRole('textbox', { name: 'Title' }).fill(TITLE);
  await page.getByRole('button', { name: 'Start broadcast' }).click();
  const link = page.getByRole('textbox', { name: 'Link' });
  await link.waitFor();
  return { page, link: await link.inputValue() };
}

async function openViewer(context: BrowserContext, link: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(link);
  await until(
    () => watchStats(page),
    ({ videoFrames }) => videoFrames > 0,
    'a picture',
  );
  return page;
}
