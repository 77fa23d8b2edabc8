// Who stands with the broadcaster, in real browsers: a guest who comes over a connection, and a camera in the corner of a screen.
import type { Page } from 'playwright-core';
import type { Browser as FirefoxBrowser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVICE_FLAGS, SCREEN_FLAG, launchFirefox } from '../browsers.ts';
import type { ComposedFacts, ComposedOptions, UnderTest } from './pages/composed-page.ts';
import { startPages } from './page-server.ts';
import type { PageServer } from './page-server.ts';

declare const underTest: UnderTest;

type Compose = (options: ComposedOptions) => Promise<ComposedFacts>;

/** A change is through the encoder, and what was on its way of the sound has come, after this long, µs, on a busy machine too. */
const SETTLED_US = 2_500_000;

let pages: PageServer;
let firefox: FirefoxBrowser;

beforeAll(async () => {
  pages = await startPages('composed', [...DEVICE_FLAGS, SCREEN_FLAG]);
  firefox = await launchFirefox();
});

afterAll(async () => {
  await firefox.close();
  await pages.close();
});

async function openInChromium(): Promise<Page> {
  const page = await pages.open('composed');
  await page.waitForFunction(() => 'underTest' in globalThis);
  return page;
}

async function inChromium(): Promise<Compose> {
  const page = await openInChromium();
  return (options) => page.evaluate((given) => underTest.compose(given), options);
}

async function inFirefox(): Promise<Compose> {
  const page = await firefox.newPage();
  await page.goto(`${pages.origin}/tests/e2e/pages/composed.html`);
  await page.waitForFunction(() => 'underTest' in globalThis);
  return (options) => page.evaluate((given) => underTest.compose(given), options);
}

/** What was there while nobody had come yet, while somebody was there, and after they had gone. */
function phases<Item extends { timeUs: number }>(
  items: readonly Item[],
  { cameUs, wentUs }: ComposedFacts,
): { before: Item[]; during: Item[]; after: Item[] } {
  return {
    before: items.filter(({ timeUs }) => timeUs < cameUs - 300_000),
    during: items.filter(({ timeUs }) => timeUs > cameUs + SETTLED_US && timeUs < wentUs - 300_000),
    after: items.filter(({ timeUs }) => timeUs > wentUs + SETTLED_US),
  };
}

function isGreen([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  return green > 120 && red < 80 && blue < 80;
}

function isRed([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  return red > 120 && green < 80 && blue < 80;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

for (const [browser, open] of [
  ['Chromium', inChromium],
  ['Firefox', inFirefox],
] as const) {
  describe(`a guest in ${browser}`, () => {
    it('has one half of the picture and a voice in the sound while there, and nothing after', async () => {
      const compose = await open();
      const facts = await compose({
        ...{ source: 'testcard', quality: '360p', who: 'guest', seconds: [3, 6, 6] },
        // Well inside the left and the right half.
        points: [
          [0.25, 0.85],
          [0.75, 0.85],
          [0.55, 0.5],
        ],
      });
      expect(facts.errors).toEqual([]);
      const pictures = phases(facts.pictures, facts);
      const greens = (at: number, of: typeof pictures.during) =>
        of.filter(({ colors }) => isGreen(colors[at]!)).length;
      for (const each of Object.values(pictures)) expect(each.length).toBeGreaterThan(5);
      expect([greens(1, pictures.before), greens(1, pictures.after)]).toEqual([0, 0]);
      expect(greens(1, pictures.during)).toBe(pictures.during.length);
      expect(greens(2, pictures.during)).toBe(pictures.during.length);
      expect(greens(0, pictures.during)).toBe(0);
      // A Firefox without a sound device reads no sound from a track.
      if (browser === 'Firefox') return;
      const sounds = phases(facts.sounds, facts);
      const levels = Object.values(sounds).map((each) => median(each.map(({ loudness }) => loudness)));
      console.log(`Loudness ${levels.map((each) => each.toFixed(3)).join(', ')}`);
      expect(levels[1]).toBeGreaterThan(0.02);
      expect(Math.max(levels[0]!, levels[2]!)).toBeLessThan(0.005);
    });
  });
}

describe('a camera in the corner of a screen', () => {
  it('stands there while it is wanted, moves though the screen is still, and leaves the screen whole', async () => {
    const compose = await inChromium();
    const facts = await compose({
      ...{ source: 'screen', quality: '360p', who: 'inset', seconds: [3, 5, 5] },
      points: [
        [0.88, 0.8],
        [0.5, 0.3],
      ],
    });
    expect(facts.errors).toEqual([]);
    const { before, during, after } = phases(facts.pictures, facts);
    const reds = (of: typeof during, at: number) => of.filter(({ colors }) => isRed(colors[at]!)).length;
    expect(during.length).toBeGreaterThan(20);
    expect([reds(during, 0), reds(during, 1)]).toEqual([during.length, 0]);
    for (const each of [before, after]) {
      expect(each.length).toBeGreaterThan(0);
      expect(reds(each, 0)).toBe(0);
    }
  });
});

describe('a shared screen with a sound of its own', () => {
  it('is heard together with the microphone, and only while it is shared', async () => {
    const page = await openInChromium();
    const { errors, tones, cameraUs, screenUs } = await page.evaluate(() => underTest.mixScreen(5));
    expect(errors).toEqual([]);
    const heard = (fromUs: number, toUs: number) => {
      const part = tones.filter(({ timeUs }) => timeUs > fromUs && timeUs < toUs - 300_000);
      return [median(part.map(({ screen }) => screen)), median(part.map(({ voice }) => voice))] as const;
    };
    const phases = [
      heard(tones[0]!.timeUs + 1_000_000, cameraUs),
      heard(cameraUs + SETTLED_US, screenUs),
      heard(screenUs + SETTLED_US, Infinity),
    ];
    console.log(
      `Screen and voice: ${phases.map((each) => each.map((one) => one.toFixed(3)).join(' ')).join(', ')}`,
    );
    const [shared, alone, again] = phases;
    for (const [screen, voice] of [shared!, again!]) {
      expect(screen).toBeGreaterThan(0.1);
      expect(voice).toBeGreaterThan(0.1);
    }
    expect(alone![0]).toBeLessThan(0.005);
    expect(alone![1]).toBeGreaterThan(0.1);
  });
});
