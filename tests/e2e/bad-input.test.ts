// What people meet when something is wrong with their devices, their browser or their link: the real app, real faults
// where Chromium can be brought to have them, and each time the sentence and the way on.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { DEVICE_FLAGS, launchChromium, SCREEN_FLAG } from '../browsers.ts';
import { button, goLive, startStation, studioStats, until, watchStats } from './station.ts';
import type { LucarneHome } from '../../src/ui/home/lucarne-home.ts';
import type { Station } from './station.ts';

const FAKE_UI = '--use-fake-ui-for-media-stream';
const FAKE_DEVICE = '--use-fake-device-for-media-stream';
/** Without the flag that answers every question with yes, a context's permissions decide. */
const ASKING = DEVICE_FLAGS.filter((flag) => flag !== FAKE_UI);
const DEVICES = ['camera', 'microphone'];
/** Wrong by twelve years. */
const CLOCK_SHIFT_MS = 12 * 365 * 86_400_000;

let station: Station;
let browser: Browser;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  station = await startStation();
  browser = await launchChromium(...ASKING, '--host-resolver-rules=MAP lucarne.test 127.0.0.1');
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

afterAll(async () => {
  await browser.close();
  await station.close();
});

interface Visit {
  on?: Browser;
  permissions?: string[];
  /** Runs in the page before anything else. */
  init?: () => void;
  /** Put in front of the scripts of the page's workers. */
  inWorkers?: string;
}

/** A page of its own, closed after the test. */
async function visit({ on = browser, permissions = DEVICES, init, inWorkers }: Visit = {}): Promise<Page> {
  const context = await on.newContext({ locale: 'en', permissions });
  contexts.push(context);
  if (init) await context.addInitScript(init);
  if (inWorkers !== undefined) {
    await context.route(/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${inWorkers};${await response.text()}` });
    });
  }
  return context.newPage();
}

async function openStudio(options: Visit = {}, query = 'quality=360p'): Promise<Page> {
  const page = await visit(options);
  await page.goto(`${station.origin}/?${query}#/studio`);
  return page;
}

const alertOn = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text });
const statusOn = (page: Page, text: string | RegExp) => page.getByRole('status').filter({ hasText: text });

async function start(page: Page): Promise<string> {
  await button(page, 'Start broadcast').click();
  const box = page.getByRole('textbox', { name: 'Link' });
  await box.waitFor();
  return box.inputValue();
}

async function expectPicture(page: Page): Promise<void> {
  await until(
    () => watchStats(page),
    ({ state, videoFrames }) => state === 'live' && videoFrames > 5,
    'a picture',
  );
}

describe('before going live', () => {
  it('a camera that may not be used is said, and the test card offered', async () => {
    const page = await openStudio({ permissions: [] });
    await alertOn(page, 'This page may not use your camera. Allow it with the camera sign').waitFor();
    await button(page, 'Use the test card').click();
    await start(page);
  });

  it('a question closed without an answer is said', async () => {
    const page = await openStudio();
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    const { browserContextId } = targetInfos.find(({ url }) => url === page.url())!;
    for (const name of DEVICES) {
      const permission = { permission: { name }, setting: 'prompt' as const };
      await session.send('Browser.setPermission', { ...permission, browserContextId: browserContextId! });
    }
    await page.reload();
    await alertOn(page, 'The question about your camera was closed without an answer. Try again').waitFor();
  });

  it('a machine without a camera is told what else can go on air', async () => {
    const bare = await launchChromium(...ASKING.filter((flag) => flag !== FAKE_DEVICE));
    try {
      const page = await openStudio({ on: bare });
      await alertOn(page, 'No camera was found. Plug one in and try again, or go live with').waitFor();
      await button(page, 'Share a screen').waitFor();
    } finally {
      contexts.length = 0;
      await bare.close();
    }
  });

  it('a microphone that may not be used is said, and the picture goes on air without', async () => {
    const page = await openStudio({ permissions: ['camera'] });
    await alertOn(page, 'This page may not use your microphone.').waitFor();
    await start(page);
    await statusOn(page, 'There is no sound').waitFor();
  });

  it('a missing microphone is said', async () => {
    const page = await openStudio({
      init: () => {
        const { mediaDevices } = navigator;
        const open = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = (wish) =>
          wish?.audio ? Promise.reject(new DOMException('', 'NotFoundError')) : open(wish);
      },
    });
    await alertOn(page, 'No microphone was found.').waitFor();
    await page.getByRole('combobox', { name: 'Microphone' }).selectOption({ label: 'No sound' });
    await alertOn(page, 'No microphone was found.').waitFor({ state: 'detached' });
  });

  it('a camera that another program uses is said, and opened when it is free', async () => {
    const page = await openStudio({
      init: () => {
        const { mediaDevices } = navigator;
        const open = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'));
        addEventListener('freed', () => (mediaDevices.getUserMedia = open));
      },
    });
    await alertOn(page, 'Another program is using the camera. Close it there').waitFor();
    await page.evaluate(() => dispatchEvent(new Event('freed')));
    await button(page, 'Try again').click();
    await page.getByRole('img', { name: 'Preview' }).waitFor();
  });

  it('an insecure address is named as the reason, on every page', async () => {
    const page = await visit();
    const origin = station.origin.replace('localhost', 'lucarne.test');
    for (const hash of ['#/', '#/studio', `#/${'a'.repeat(26)}`]) {
      await page.goto(`${origin}/${hash}`);
      const notice = page.getByText('Browsers open a camera only on a secure page.');
      await notice.waitFor();
      await page.getByText('Open this page with https://').waitFor();
    }
  });

  it('a browser without WebCodecs is told which one to use, on every page', async () => {
    const page = await visit({
      init: () => {
        for (const name of ['VideoEncoder', 'VideoDecoder', 'AudioEncoder', 'AudioDecoder']) {
          Reflect.deleteProperty(globalThis, name);
        }
      },
    });
    for (const hash of ['#/', '#/studio', `#/${'a'.repeat(26)}`]) {
      await page.goto(`${station.origin}/${hash}`);
      await page.getByText('This browser is too old for live video here.').waitFor();
      await page.getByText('Use Chrome 137, Firefox 130 or Safari 26').waitFor();
    }
  });

  it.each([
    ['no IndexedDB at all', () => void Reflect.deleteProperty(globalThis, 'indexedDB')],
    [
      'an IndexedDB that refuses',
      () => {
        const refuse = () => {
          throw new DOMException('', 'SecurityError');
        };
        Object.assign(IDBFactory.prototype, { open: refuse, databases: refuse });
      },
    ],
  ])('with %s the studio says what is needed, and goes live without a recording', async (_, init) => {
    const page = await openStudio({ init }, 'source=testcard&quality=360p');
    await button(page, 'Start broadcast').click();
    await alertOn(page, 'This browser doesn’t let the page keep anything').waitFor();
    await page.getByText('Leave private browsing, or allow storage').first().waitFor();
    await button(page, 'Go live without a recording').click();
    const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    await statusOn(page, 'This broadcast isn’t recorded').waitFor();
    const viewer = await visit();
    await viewer.goto(link);
    await expectPicture(viewer);
    await button(page, 'Stop broadcast').click();
    await button(page, 'Stop broadcast').click();
    await page.getByText('That was your broadcast').waitFor();
  });
});

describe('live', () => {
  it('another codec goes on air where H.264 can’t be encoded', async () => {
    const refuseAvc = `{
      const ask = VideoEncoder.isConfigSupported;
      VideoEncoder.isConfigSupported = async (config) =>
        config.codec.startsWith('avc') ? { supported: false, config } : ask.call(VideoEncoder, config);
    }`;
    const page = await openStudio({ inWorkers: refuseAvc }, 'source=testcard&quality=360p');
    const link = await start(page);
    const viewer = await visit();
    await viewer.goto(link);
    await expectPicture(viewer);
    await button(page, 'Stop broadcast').click();
    await button(page, 'Stop broadcast').click();
    const downloading = page.waitForEvent('download');
    await button(page, 'Download recording').click();
    expect((await downloading).suggestedFilename()).toMatch(/\.webm$/);
  });

  it('a second tab can’t send under the same key, and isn’t offered the broadcast as interrupted', async () => {
    const page = await openStudio({}, 'source=testcard&quality=360p');
    const link = await start(page);
    await until(
      () => studioStats(page),
      ({ recordedSeq }) => recordedSeq > 0,
      'a record',
    );
    const other = await page.context().newPage();
    await other.goto(`${station.origin}/#/recordings`);
    await other.getByText('On air at this moment').waitFor();
    expect(await button(other, 'Delete').isDisabled()).toBe(true);
    await other.getByRole('link', { name: 'Lucarne', exact: true }).click();
    await other.locator('lucarne-home').evaluate(async (home: LucarneHome) => {
      // Reads after the page has read.
      await home.lucarne.recordings.list();
      await home.updateComplete;
    });
    expect(await other.getByText('A broadcast was interrupted.').count()).toBe(0);
    await other.goto(`${station.origin}/?source=testcard&quality=360p#/studio/${link.split('#/')[1]}`);
    await button(other, 'Start broadcast').click();
    await alertOn(other, 'This broadcast is already on air in another tab.').waitFor();
    expect((await studioStats(page)).state).toBe('live');
    // The tab dies without a word: now it is interrupted.
    const crashed = page.waitForEvent('crash');
    void page.goto('chrome://crash').catch(() => undefined);
    await crashed;
    await other.goto(`${station.origin}/#/`);
    await other.getByText('A broadcast was interrupted. Its recording is safe.').waitFor();
  });

  it('a camera that changes its shape is letterboxed, the size on air stays', async () => {
    const page = await openStudio();
    const viewer = await visit();
    await viewer.goto(await start(page));
    await expectPicture(viewer);
    const whole = await until(
      () => look(viewer),
      ({ middle, edge }) => middle && edge,
      'a picture without bars',
    );
    await page.locator('lucarne-preview video').evaluate(async (video: HTMLVideoElement) => {
      const [track] = (video.srcObject as MediaStream).getVideoTracks();
      await track!.applyConstraints({ width: { exact: 200 }, height: { exact: 356 } });
    });
    const boxed = await until(
      () => look(viewer),
      ({ middle, edge }) => middle && !edge,
      'black bars beside the picture',
    );
    expect([boxed.width, boxed.height]).toEqual([whole.width, whole.height]);
    expect(await watchStats(viewer)).toMatchObject({ state: 'live', packetsMissing: 0 });
  });

  it('a screen share that the browser ends is said; sound and link stay', async () => {
    const sharing = await launchChromium(...DEVICE_FLAGS, SCREEN_FLAG);
    try {
      const page = await openStudio({ on: sharing }, 'source=screen&quality=360p');
      await button(page, 'Choose what to share').click();
      await page.getByRole('img', { name: 'Preview' }).waitFor();
      await start(page);
      await page.locator('lucarne-preview video').evaluate((video: HTMLVideoElement) => {
        const [track] = (video.srcObject as MediaStream).getVideoTracks();
        track!.stop();
        track!.dispatchEvent(new Event('ended'));
      });
      await statusOn(page, 'The picture’s source has stopped').waitFor();
      const { videoFrames } = await studioStats(page);
      await until(
        () => studioStats(page),
        (stats) => stats.state === 'live' && stats.videoFrames > videoFrames + 2,
        'the card on air',
      );
    } finally {
      contexts.length = 0;
      await sharing.close();
    }
  });

  it('clocks that are wrong by years keep nobody from watching', async () => {
    const shift = (shiftMs: number): string => `{
      const RealDate = Date;
      globalThis.Date = class extends RealDate {
        constructor(...given) { if (given.length) super(...given); else super(RealDate.now() + ${shiftMs}); }
        static now() { return RealDate.now() + ${shiftMs}; }
      };
      const origin = performance.timeOrigin + ${shiftMs};
      Object.defineProperty(performance, 'timeOrigin', { get: () => origin });
    }`;
    const visitAt = async (shiftMs: number): Promise<Page> => {
      const page = await visit({ inWorkers: shift(shiftMs) });
      await page.addInitScript(shift(shiftMs));
      return page;
    };
    const page = await visitAt(-CLOCK_SHIFT_MS);
    await page.goto(`${station.origin}/?source=testcard&quality=360p#/studio`);
    const link = await start(page);
    const viewer = await visitAt(CLOCK_SHIFT_MS);
    await viewer.goto(link);
    await expectPicture(viewer);
    const { latencyMs, epoch } = await until(
      () => watchStats(viewer),
      (stats) => stats.latencyMs !== null,
      'a latency',
    );
    expect(Math.abs(latencyMs!)).toBeLessThan(10_000);
    expect(epoch! * 1000).toBeLessThan(Date.now() - CLOCK_SHIFT_MS / 2);
  });

  it('viewers need no storage, 320 px are wide enough, and forced colours leave every control visible', async () => {
    const { page, link } = await goLive(
      (await openStudio()).context(),
      `${station.origin}/?source=testcard&quality=360p#/studio`,
    );
    const viewer = await visit({ init: () => void Reflect.deleteProperty(globalThis, 'indexedDB') });
    await viewer.goto(link);
    await expectPicture(viewer);
    for (const one of [page, viewer]) {
      await one.setViewportSize({ width: 320, height: 640 });
      expect(await one.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      await one.emulateMedia({ forcedColors: 'active' });
      expect(await unseenControls(one)).toEqual([]);
    }
  });
});

/** Whether the viewer's picture is other than black in its middle and at its left edge, and its size. */
function look(page: Page): Promise<{ width: number; height: number; middle: boolean; edge: boolean }> {
  return page.locator('lucarne-player canvas').evaluate((shown: HTMLCanvasElement) => {
    const { width, height } = shown;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d')!;
    pen.drawImage(shown, 0, 0);
    const isBright = (x: number): boolean => {
      const [r = 0, g = 0, b = 0] = pen.getImageData(x, Math.floor(height / 2), 1, 1).data;
      return r + g + b > 120;
    };
    return { width, height, middle: isBright(Math.floor(width / 2)), edge: isBright(8) };
  });
}

/** Buttons and links like buttons that forced colours would leave without an outline. */
function unseenControls(page: Page): Promise<string[]> {
  return page.getByRole('button').evaluateAll((all) =>
    all
      .filter((one) => one.checkVisibility())
      .filter((one) => {
        const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(one);
        return (
          borderTopStyle === 'none' || borderTopWidth === '0px' || /^rgba\(.*, 0\)$/.test(borderTopColor)
        );
      })
      .map((one) => one.outerHTML),
  );
}

const ID = 'lucarne2bad3input4test5677';
const OTHER_ID = 'b'.repeat(26);
const OPENS = undefined;
/** A person's text and what the app answers; the second address is how it arrives when it is opened. */
const LINKS: [what: string, text: string, sentence: string | undefined][] = [
  [
    'too short',
    `#/${ID.slice(1)}`,
    'This link isn’t complete: its last part must have exactly 26 characters.',
  ],
  ['too long', `#/${ID}a`, 'This link isn’t complete: its last part must have exactly 26 characters.'],
  ['in capitals', `#/${ID.toUpperCase()}`, 'This link has capital letters in it'],
  ['with a dot behind', `#/${ID}.`, OPENS],
  ['with a space behind', `#/${ID} `, OPENS],
  ['with %23 again', `#/%23/${ID}`, OPENS],
  ['twice the same', `#/${ID}#/${ID}`, OPENS],
  ['two of them', `#/${ID}#/${OTHER_ID}`, 'There are two links in this text.'],
  ['10 kB long', `#/${'x'.repeat(10_240)}`, 'This text is far too long for a link.'],
  ['with a right-to-left override', `#/\u202e${ID}`, 'This link has hidden characters in it'],
];

describe('a link', () => {
  let page: Page;
  beforeAll(async () => {
    const context = await browser.newContext({ locale: 'en' });
    page = await context.newPage();
  });
  afterAll(() => page.context().close());

  const opened = async (): Promise<string | null> => {
    await page.locator('lucarne-watch').waitFor();
    return page.locator('lucarne-watch').getAttribute('link');
  };

  describe.each(LINKS)('%s', (_, text, sentence) => {
    test('in the box of the start page', async () => {
      await page.goto(`${station.origin}/#/`);
      await page.getByRole('textbox', { name: 'Broadcast link' }).fill(station.origin + '/' + text);
      await button(page, 'Watch').click();
      if (sentence === OPENS) expect(await opened()).toMatch(new RegExp(`#/${ID}$`));
      else await alertOn(page, sentence).waitFor();
    });

    test('as an address', async () => {
      await page.goto(`${station.origin}/${text}`);
      if (sentence === OPENS) expect(await opened()).toMatch(new RegExp(`#/${ID}$`));
      else await page.getByText(sentence).waitFor();
      await page.goto('about:blank');
    });
  });

  test('with %23 for its # in the box of the start page', async () => {
    await page.goto(`${station.origin}/#/`);
    await page.getByRole('textbox', { name: 'Broadcast link' }).fill(`${station.origin}/%23/${ID}`);
    await button(page, 'Watch').click();
    expect(await opened()).toMatch(new RegExp(`#/${ID}$`));
  });
});
