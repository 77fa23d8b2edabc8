// The studio's stage while on air: muted, hidden, another camera, the screen and a turned phone, as a viewer gets them. In every
// case the epoch and its coded size stay, and the viewer misses no packet.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCREEN_FLAG } from '../browsers.ts';
import type { WatchStats } from '../../src/session/session-api.ts';
import {
  goLive,
  launchStudio,
  startStation,
  until,
  watchPictures,
  watchStats,
  type Station,
} from './station.ts';

type Colour = readonly [red: number, green: number, blue: number];
/** How dark a picture's black is after coding, at least. */
const BLACK_MAX = 24;

let station: Station;
let browser: Browser;
let context: BrowserContext;
let studio: Page;
let viewer: Page;
let link: string;
let before: WatchStats;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio('--use-fake-device-for-media-stream=device-count=4', SCREEN_FLAG);
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

const button = (name: string): ReturnType<Page['getByRole']> =>
  studio.getByRole('button', { name, exact: true });

/** Colours of the viewer's picture at these places, in parts of its sides. */
function coloursAt(...places: (readonly [x: number, y: number])[]): Promise<Colour[]> {
  return viewer.locator('lucarne-player canvas').evaluate((canvas, at) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const pen = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')!;
    pen.drawImage(canvas as HTMLCanvasElement, 0, 0);
    return at.map(([x, y]) => [...pen.getImageData(x * width, y * height, 1, 1).data].slice(0, 3));
  }, places) as unknown as Promise<Colour[]>;
}

const isBlack = (colour: Colour): boolean => colour.every((part) => part <= BLACK_MAX);
/** The picture of Chromium's camera that isn't there is green all over. */
const isGreen = ([red, green, blue]: Colour): boolean => green > red + 60 && green > blue + 60;
const isBlue = ([red, , blue]: Colour): boolean => blue > red + 15;

const isRed = ([red, green, blue]: Colour): boolean => red > 120 && green < 80 && blue < 80;
const isYellow = ([red, green, blue]: Colour): boolean => red > 150 && green > 120 && blue < 170;

const CORNER = [0.05, 0.5] as const;
const MIDDLE = [0.5, 0.45] as const;

/** The viewer has got pictures and sound since `before`, all of them, in the same epoch and size. */
async function expectNothingMissed(): Promise<void> {
  const since = await watchStats(viewer);
  const after = await until(
    () => watchStats(viewer),
    ({ videoFrames, audioChunks }) =>
      videoFrames > since.videoFrames + 2 && audioChunks > since.audioChunks + 25,
    'picture and sound going on',
  );
  expect(after).toMatchObject({ state: 'live', epoch: before.epoch, packetsMissing: 0, rejected: 0 });
  const size = await viewer
    .locator('lucarne-player canvas')
    .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
  expect(size).toEqual([640, 360]);
}

/** Waits until the viewer's picture at these places is so. */
function seen(
  isSo: (...colours: Colour[]) => boolean,
  what: string,
  ...places: (readonly [number, number])[]
) {
  return until(
    () => coloursAt(...places),
    (colours) => isSo(...colours),
    what,
  );
}

/** The device whose picture the preview shows. */
function cameraOnAir(): Promise<string | undefined> {
  return studio.locator('lucarne-preview video').evaluate((video) => {
    const [track] = ((video as HTMLVideoElement).srcObject as MediaStream).getVideoTracks();
    return track?.getSettings().deviceId;
  });
}

/** Another shape of the camera's picture, as a phone gives when it is turned. */
function turnCamera(width: number, height: number): Promise<void> {
  return studio.locator('lucarne-preview video').evaluate(
    async (video, size) => {
      const [track] = ((video as HTMLVideoElement).srcObject as MediaStream).getVideoTracks();
      await track!.applyConstraints({ width: { exact: size[0]! }, height: { exact: size[1]! } });
    },
    [width, height],
  );
}

describe('the stage, on air', () => {
  beforeEach(async () => {
    context = await browser.newContext();
    const live = await goLive(context, `${station.origin}/?source=camera&quality=360p#/studio`);
    studio = live.page;
    link = live.link;
    viewer = await watchPictures(browser, link, '');
    before = await watchStats(viewer);
  });

  afterEach(async () => {
    await viewer.context().close();
    await context.close();
  });

  it('hides the picture behind a card, and shows it again', async () => {
    await seen(isGreen, 'the camera', CORNER);
    await button('Hide picture').click();
    await seen(isBlue, 'the card', CORNER);
    await studio.getByText('Your picture is hidden.').waitFor();
    await expectNothingMissed();
    await button('Hide picture').click();
    await seen(isGreen, 'the camera again', CORNER);
    await expectNothingMissed();
  });

  it('shows what a hand draws on the preview, at its place, until it has faded', async () => {
    await seen(isGreen, 'the camera', CORNER);
    await button('Draw on the picture').click();
    const glass = (await studio.locator('lucarne-sketch').boundingBox())!;
    const at = (x: number, y: number) => [glass.x + x * glass.width, glass.y + y * glass.height] as const;
    // The preview is a mirror: what is drawn on its left lies on the right of the picture.
    await studio.mouse.move(...at(0.1, 0.6));
    await studio.mouse.down();
    await studio.mouse.move(...at(0.4, 0.6), { steps: 12 });
    await studio.mouse.up();
    const [drawn, other] = [
      [0.75, 0.6],
      [0.25, 0.6],
    ] as const;
    await seen((line, rest) => isYellow(line) && isGreen(rest), 'the line', drawn, other);
    await expectNothingMissed();
    await seen(isGreen, 'no line', drawn);
    await button('Draw on the picture').click();
    await studio.mouse.move(...at(0.1, 0.6));
    await studio.mouse.down();
    await studio.mouse.move(...at(0.4, 0.6), { steps: 4 });
    await studio.mouse.up();
    await expectNothingMissed();
    expect(isGreen((await coloursAt(drawn))[0]!)).toBe(true);
  });

  it('letterboxes the picture of a turned phone, and puts another camera on air, by name and in turn', async () => {
    const first = await cameraOnAir();
    await turnCamera(360, 640);
    await seen((corner, middle) => isBlack(corner) && isGreen(middle), 'bars', CORNER, MIDDLE);
    await expectNothingMissed();
    await studio.getByText('Camera and microphone', { exact: true }).click();
    await studio.getByRole('combobox', { name: 'Camera' }).selectOption({ index: 3 });
    await until(cameraOnAir, (id) => id !== undefined && id !== first, 'the fourth camera');
    await seen(isGreen, 'its whole picture', CORNER);
    await expectNothingMissed();
    await button('Switch camera').click();
    await until(cameraOnAir, (id) => id === first, 'the first camera');
    await expectNothingMissed();
  });

  it('goes from the camera to the screen and back', async () => {
    const first = await cameraOnAir();
    await turnCamera(360, 640);
    await seen((corner, middle) => isBlack(corner) && isGreen(middle), 'bars', CORNER, MIDDLE);
    await button('Share the screen').click();
    await button('Back to the camera').waitFor();
    expect(await cameraOnAir()).not.toBe(first);
    await seen((corner) => !isBlack(corner), 'a picture without bars', CORNER);
    await expectNothingMissed();
    await button('Back to the camera').click();
    await until(cameraOnAir, (id) => id === first, 'the camera');
    await expectNothingMissed();
  });

  it('puts the camera into a corner of the screen, and takes it out again', async () => {
    await button('Share the screen').click();
    await button('Back to the camera').waitFor();
    await studio.evaluate(() => {
      // The camera that isn't there shows the same as the screen that isn't there.
      const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
      const pen = canvas.getContext('2d')!;
      let pictures = 0;
      setInterval(() => {
        pen.fillStyle = `rgb(200 0 ${pictures++ % 9})`;
        pen.fillRect(0, 0, 320, 240);
      }, 60);
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream());
    });
    const me = button('My camera in the corner');
    await me.click();
    const [corner, whole] = [
      [0.88, 0.8],
      [0.5, 0.3],
    ] as const;
    await seen((face, screen) => isRed(face) && !isRed(screen), 'the camera in the corner', corner, whole);
    expect(await me.getAttribute('aria-pressed')).toBe('true');
    await expectNothingMissed();
    await me.click();
    await seen((face) => !isRed(face), 'the screen alone', corner);
    await expectNothingMissed();
  });

  it('keeps the camera on air when another one is refused, and says so', async () => {
    const first = await cameraOnAir();
    await studio.evaluate(() => {
      // What a browser does when the person says no.
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await button('Switch camera').click();
    await studio.getByRole('alert').filter({ hasText: 'camera' }).waitFor();
    expect(await cameraOnAir()).toBe(first);
    await seen(isGreen, 'the camera', CORNER);
    await expectNothingMissed();
  });

  it('changes the title for those who watch and for the recording', async () => {
    await button('Change the title').click();
    await studio.getByRole('textbox', { name: 'Title' }).fill('Noon at the fountain');
    await button('Save').click();
    await studio.getByRole('heading', { name: 'Noon at the fountain' }).waitFor();
    await viewer.getByRole('heading', { name: 'Noon at the fountain' }).waitFor();
    const late = await watchPictures(browser, link, '');
    await late.getByRole('heading', { name: 'Noon at the fountain' }).waitFor();
    await late.context().close();
    await expectNothingMissed();
    await button('Stop broadcast').click();
    await button('Stop broadcast').click();
    const downloading = studio.waitForEvent('download');
    await button('Download recording').click();
    expect((await downloading).suggestedFilename()).toMatch(/^lucarne-noon-at-the-fountain-/);
  });
});

describe('before going on air', () => {
  beforeEach(async () => {
    context = await browser.newContext();
  });

  afterEach(() => context.close());

  it('counts down from 3 when that is wanted, and goes back from it or on at once', async () => {
    const page = await context.newPage();
    await page.goto(`${station.origin}/?source=testcard&quality=360p#/studio`);
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    await page.getByRole('checkbox', { name: 'Count down from 3 first' }).check();
    await press('Start broadcast');
    await page.getByRole('status').filter({ hasText: '3' }).waitFor();
    await press('Cancel');
    await press('Start broadcast');
    await page.getByRole('status').filter({ hasText: '2' }).waitFor();
    await press('Start now');
    await page.getByRole('textbox', { name: 'Link' }).waitFor();
  });

  it('keeps a microphone muted and a picture hidden that were so before', async () => {
    const page = await context.newPage();
    await page.goto(`${station.origin}/?source=camera&quality=360p#/studio`);
    const toggle = (name: string) => page.getByRole('button', { name, exact: true });
    await page.getByRole('meter', { name: 'Microphone level' }).waitFor({ state: 'attached' });
    await toggle('Mute microphone').click();
    await toggle('Hide picture').click();
    await page.getByRole('combobox', { name: 'Quality' }).selectOption('540p');
    await toggle('Start broadcast').click();
    await page.getByRole('textbox', { name: 'Link' }).waitFor();
    expect(await toggle('Mute microphone').getAttribute('aria-pressed')).toBe('true');
    expect(await toggle('Hide picture').getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await page.getByRole('textbox', { name: 'Link' }).waitFor();
    expect(await toggle('Mute microphone').getAttribute('aria-pressed')).toBe('true');
    expect(await toggle('Hide picture').getAttribute('aria-pressed')).toBe('true');
  });
});
