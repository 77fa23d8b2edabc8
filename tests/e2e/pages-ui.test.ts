// The pages as people meet them, in a real browser, with a demonstration in place of the network.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../browsers.ts';
import { DEMO_ID, demoRecording, demoVerdict } from '../fakes/demo-lucarne.ts';
import type { DemoWishes } from '../fakes/demo-lucarne.ts';
import { LIVELY } from '../fakes/demo-room.ts';
import { chooseFiles, startUiServer, UI_STATES } from '../fakes/ui-server.ts';
import type { UiState } from '../fakes/ui-server.ts';
import type { LucarnePlayer } from '../../src/ui/watch/lucarne-player.ts';
import type { LucarneStudio } from '../../src/ui/studio/lucarne-studio.ts';
import { findingsOf } from './axe.ts';
import { hasFocus, tabRound } from './focus.ts';

let browser: Browser;
let server: Awaited<ReturnType<typeof startUiServer>>;
let page: Page;

beforeAll(async () => {
  server = await startUiServer();
  browser = await launchChromium();
});

afterEach(() => page.context().close());

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function open(
  state: Omit<UiState, 'name'>,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<void> {
  page = await browser.newPage({ locale: 'en', reducedMotion: 'reduce', ...options });
  await reach(state);
}

/** Goes to a state by pressing what leads there. */
async function reach(state: Omit<UiState, 'name'>): Promise<void> {
  await page.goto(server.addressOf(state));
  await page.getByRole('main').waitFor();
  if (state.files) await chooseFiles(page);
  for (const name of state.clicks ?? []) await button(name).click();
  if (state.opens) await page.getByText(state.opens).click();
}

const button = (name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('button', { name, exact: true });
const link = (name: string): ReturnType<Page['getByRole']> => page.getByRole('link', { name, exact: true });
const field = (name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('textbox', { name, exact: true });
const choice = (name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('combobox', { name, exact: true });
const status = (text: string | RegExp): ReturnType<Page['getByRole']> =>
  page.getByRole('status').filter({ hasText: text });

async function goLive(): Promise<void> {
  await open({ hash: '#/studio', query: 'source=testcard' });
  await field('Title').fill('A small test');
  await button('Start broadcast').click();
  await field('Link').waitFor();
}

describe('home', () => {
  test('leads to the studio and to the recordings', async () => {
    await open({ hash: '#/' });
    await link('My recordings').click();
    await page.getByRole('heading', { name: 'My recordings' }).waitFor();
    await page.goBack();
    await link('Go live').click();
    await button('Start broadcast').waitFor();
  });

  test('opens a pasted link, whatever a messenger has done to it', async () => {
    await open({ hash: '#/' });
    await field('Broadcast link').fill(`  <${server.addressOf({ hash: '' })}#/${DEMO_ID}>. `);
    await button('Watch').click();
    await status('1,284 watching').waitFor();
    expect(new URL(page.url()).hash).toBe(`#/${DEMO_ID}`);
  });

  test.each([
    ['', 'There is no link here yet. Paste the link that the broadcaster shared.'],
    [DEMO_ID.slice(1), 'This link isn’t complete'],
    [DEMO_ID.toUpperCase(), 'This link has capital letters in it'],
    ['x'.repeat(10_240), 'This text is far too long for a link.'],
    [`\u202e${DEMO_ID}`, 'This link has hidden characters in it'],
    [`#/${DEMO_ID}#/${'b'.repeat(26)}`, 'There are two links in this text.'],
  ])('says what is wrong with a bad link (%#)', async (text, sentence) => {
    await open({ hash: '#/' });
    await field('Broadcast link').fill(text);
    await button('Watch').click();
    await page.getByRole('alert').filter({ hasText: sentence }).waitFor();
  });

  test('offers the recording of an interrupted broadcast as a download', async () => {
    await open({ hash: '#/', wishes: { recordings: [demoRecording({ isComplete: false })] } });
    const downloading = page.waitForEvent('download');
    await button('Download recording').click();
    expect((await downloading).suggestedFilename()).toBe(`lucarne-${DEMO_ID}.mp4`);
  });
});

describe('the studio', () => {
  test('has a name for each of its fields', async () => {
    await open({ hash: '#/studio' });
    await field('Title').waitFor();
    for (const name of ['Source', 'Camera', 'Microphone', 'Quality']) await choice(name).waitFor();
    await choice('Source').selectOption({ label: 'Test card' });
    await choice('Quality').selectOption('360p');
    const opened = await page.evaluate(() => window.demo.opened.at(-1));
    expect(opened).toEqual({ source: 'testcard', quality: '360p' });
  });

  test('starts with the source and the quality of its address', async () => {
    await open({ hash: '#/studio', query: 'source=testcard&quality=1080p' });
    await button('Start broadcast').waitFor();
    expect(await choice('Source').inputValue()).toBe('testcard');
    expect(await choice('Quality').inputValue()).toBe('1080p');
  });

  test('goes live, shows the link and who is watching, stops and goes on', async () => {
    await goLive();
    expect(await field('Link').inputValue()).toMatch(new RegExp(`#/${DEMO_ID}$`));
    expect(await field('Link').getAttribute('readonly')).not.toBeNull();
    await button('Copy link').waitFor();
    await button('Share').waitFor();
    await status('1,284 watching').waitFor();
    const stats = await page.locator('lucarne-studio').evaluate((studio: LucarneStudio) => studio.getStats());
    expect(stats).toMatchObject({ state: 'live', viewers: 1284 });
    await button('Stop broadcast').click();
    await button('Stop broadcast').click();
    await button('Download recording').waitFor();
    await button('Resume broadcast').click();
    await field('Link').waitFor();
  });

  test('stops by itself shortly after the wish, unless it is taken back', async () => {
    await goLive();
    await button('Stop broadcast').click();
    await button('Keep broadcasting').click();
    await button('Keep broadcasting').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.demo.broadcast?.state)).toBe('live');
    await button('Stop broadcast').click();
    await button('Download recording').waitFor();
  });

  test('is not left while live without being asked', async () => {
    await goLive();
    await link('Lucarne').click();
    await page.getByRole('alert').filter({ hasText: 'You’re on air.' }).waitFor();
    await button('Stay on air').click();
    await field('Link').waitFor();
    await link('Lucarne').click();
    await button('Stop and leave').click();
    await link('Go live').waitFor();
    expect(await page.evaluate(() => window.demo.broadcast?.state)).toBe('stopped');
  });

  test.each([
    ['camera-denied', 'This page may not use your camera.'],
    ['camera-missing', 'No camera was found.'],
    ['camera-busy', 'Another program is using the camera.'],
  ] as const)('offers the test card when the answer is %s', async (openFault, sentence) => {
    await open({ hash: '#/studio', wishes: { openFault } });
    await page.getByText(sentence).waitFor();
    await button('Use the test card').click();
    await page.getByRole('img', { name: 'Preview' }).waitFor();
    expect(await choice('Source').inputValue()).toBe('testcard');
  });

  test('says when the same broadcast is on air in another tab, and shows a fresh preview', async () => {
    await open({ hash: '#/studio', wishes: { startFault: 'key-in-use' }, clicks: ['Start broadcast'] });
    await page.getByText('This broadcast is already on air in another tab.').waitFor();
    await page.getByRole('img', { name: 'Preview' }).waitFor();
  });

  test('can be driven by keyboard alone', async () => {
    await open({ hash: '#/studio', query: 'source=testcard' });
    await field('Title').focus();
    await page.keyboard.type('By hand');
    await page.keyboard.press('Enter');
    await field('Link').waitFor();
    await button('Stop broadcast').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await button('Download recording').waitFor();
  });
});

describe('watching', () => {
  test('turns the sound on when asked, and off again by keyboard', async () => {
    await open({ hash: `#/${DEMO_ID}`, wishes: { isSoundBlocked: true } });
    await button('Unmute').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(button('Mute'))).toBe(true);
    await page.keyboard.press('Enter');
    await button('Unmute').waitFor();
    await button('Pause').focus();
    await page.keyboard.press('Space');
    await button('Play').waitFor();
  });

  test('waits for a broadcast that is not on air, and starts by itself', async () => {
    await open({ hash: `#/${DEMO_ID}`, wishes: { watchState: 'waiting' } });
    await status('This broadcast isn’t on air yet.').waitFor();
    const states = page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('lucarne-state-changed', (event) => {
            resolve((event as Event & { state: string }).state);
          });
        }),
    );
    await page.evaluate(() => window.demo.watched?.change({ state: 'live', hasPicture: true, viewers: 2 }));
    await status('2 watching').waitFor();
    expect(await states).toBe('live');
    await page.evaluate(() => window.demo.watched?.change({ state: 'reconnecting' }));
    await status('Reconnecting…').waitFor();
    await page.evaluate(() => window.demo.watched?.change({ state: 'ended' }));
    await status('This broadcast has ended.').waitFor();
  });

  test('says how many wait before us where every place is taken', async () => {
    await open({ hash: `#/${DEMO_ID}`, wishes: { watchState: 'waiting', waitingBehind: 11 } });
    await status('Every place is taken right now.').waitFor();
    await status('11 before you').waitFor();
    await page.evaluate(() => window.demo.watched?.change({ waitingBehind: 0 }));
    await status('You are next').waitFor();
    await page.evaluate(() =>
      window.demo.watched?.change({ waitingBehind: undefined, state: 'live', hasPicture: true }),
    );
    await status('Every place is taken right now.').waitFor({ state: 'detached' });
  });

  test('warns when the broadcast is on air from two places at once', async () => {
    await open({ hash: `#/${DEMO_ID}` });
    const warning = page.getByRole('alert').filter({ hasText: 'from two places at once' });
    await page.locator('lucarne-rights summary').waitFor();
    expect(await warning.count()).toBe(0);
    await page.evaluate(() => window.demo.watched?.change({ hasTwin: true }));
    await warning.waitFor();
  });

  test('uses the ICE servers of its attribute, and warns once of a list that is none', async () => {
    await open({ hash: `#/${DEMO_ID}` });
    await status('1,284 watching').waitFor();
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    const watchedWith = (iceServers: string): Promise<unknown> =>
      page.locator('lucarne-player').evaluate(async (player: LucarnePlayer, text) => {
        player.setAttribute('ice-servers', text);
        await player.updateComplete;
        return window.demo.watchedWith.at(-1)?.iceServers;
      }, iceServers);
    expect(await watchedWith('[{"urls":"stun:a.example"}]')).toEqual([{ urls: 'stun:a.example' }]);
    expect(await watchedWith('stun:a.example')).toBeUndefined();
    expect(await watchedWith('[7]')).toBeUndefined();
    expect(await page.evaluate(() => window.demo.watchedWith.length)).toBe(4);
    expect(warnings).toEqual([expect.stringContaining('ice-servers')]);
  });

  test('lets go of the broadcast when the page is left', async () => {
    await open({ hash: `#/${DEMO_ID}` });
    await link('Lucarne').click();
    await link('Go live').waitFor();
    expect(await page.evaluate(() => window.demo.watched?.isClosed)).toBe(true);
  });

  test('offers small letters for a link in capital ones', async () => {
    await open({ hash: `#/${DEMO_ID.toUpperCase()}` });
    await link('Try it in small letters').click();
    await status('1,284 watching').waitFor();
  });
});

describe('the screen', () => {
  /** Counts the locks that the page holds. */
  async function countLocks(): Promise<void> {
    page = await browser.newPage({ locale: 'en' });
    await page.addInitScript(() => {
      // eslint-disable-next-line @typescript-eslint/unbound-method
      const { request } = WakeLock.prototype;
      Object.assign(window, { locks: 0 });
      WakeLock.prototype.request = async function (type) {
        const lock = await request.call(this, type);
        const counted = window as unknown as { locks: number };
        counted.locks++;
        lock.addEventListener('release', () => counted.locks--);
        return lock;
      };
    });
  }
  const locks = (): Promise<number> => page.evaluate('locks');

  test('stays on while a broadcast is watched, not while it is paused', async () => {
    await countLocks();
    await reach({ hash: `#/${DEMO_ID}` });
    await expect.poll(locks).toBe(1);
    await button('Pause').click();
    await expect.poll(locks).toBe(0);
    await button('Play').click();
    await expect.poll(locks).toBe(1);
    await page.goto(`${page.url().split('#')[0]}#/`);
    await expect.poll(locks).toBe(0);
  });

  test('stays on while one is made', async () => {
    await countLocks();
    await reach({ hash: '#/studio', query: 'source=testcard' });
    expect(await locks()).toBe(0);
    await field('Title').fill('A small test');
    await button('Start broadcast').click();
    await expect.poll(locks).toBe(1);
  });
});

describe('my recordings', () => {
  const list = () =>
    page.evaluate(async () => (await window.demo.recordings.list()).map(({ title }) => title));

  test('are deleted with a way back, and for good once the page is left', async () => {
    await open({ hash: '#/recordings', wishes: { recordings: [demoRecording()] } });
    await button('Download').waitFor();
    await button('Delete').click();
    await status('is deleted, and its link with it').waitFor();
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('lucarne-app');
    await page.keyboard.press('Enter');
    await button('Download').waitFor();
    expect(await list()).toHaveLength(1);
    await button('Delete').click();
    await link('Lucarne').click();
    await link('Go live').waitFor();
    expect(await list()).toEqual([]);
  });

  test('are renamed, and keep their name when one thinks better of it', async () => {
    await open({ hash: '#/recordings', wishes: { recordings: [demoRecording()] } });
    await button('Rename').click();
    await page.keyboard.type('  First light ');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'First light' }).waitFor();
    expect(await list()).toEqual(['First light']);
    await button('Rename').click();
    await page.keyboard.type('Never mind');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'First light' }).waitFor();
  });

  test('say when space is short, and which of them was interrupted', async () => {
    const wishes = { recordings: [demoRecording({ isComplete: false })], leftBytes: 90_000_000 };
    await open({ hash: '#/recordings', wishes });
    await page.getByText('Interrupted').waitFor();
    await link('Resume broadcast').waitFor();
    await page.getByText('Nearly full').waitFor();
  });
});

describe('verifying', () => {
  const verified = { hash: '#/verify', files: true, clicks: ['Verify'] };

  test('is reached from the recordings, and asks for both files', async () => {
    await open({ hash: '#/recordings' });
    await link('Verify a recording').click();
    await button('Verify').click();
    await page.getByRole('alert').filter({ hasText: 'Choose the recording and its proof first.' }).waitFor();
  });

  test('announces the answer, and takes it back when another file or link is given', async () => {
    await open({ ...verified, wishes: { verdict: demoVerdict() } });
    await status('Genuine and whole').waitFor();
    await field('Broadcast link, if you know it').fill('x');
    await status('Genuine').waitFor({ state: 'detached' });
    await button('Verify').click();
    await page.getByRole('alert').filter({ hasText: 'This link isn’t complete' }).waitFor();
    await field('Broadcast link, if you know it').fill(DEMO_ID);
    await page.keyboard.press('Enter');
    await status('Broadcast under your link').waitFor();
    await chooseFiles(page);
    await status('Genuine').waitFor({ state: 'detached' });
  });

  test('shows how far it is and can be cancelled, by keyboard alone', async () => {
    await open({ hash: '#/verify', files: true });
    await button('Verify').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('progressbar', { name: 'Verifying' }).waitFor();
    await page.getByText('42 %').waitFor();
    await page.keyboard.press('Enter');
    await button('Verify').waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
  });

  test('takes both files dropped at once, by their names', async () => {
    await open({ hash: '#/verify', wishes: { verdict: demoVerdict() } });
    await button('Verify').waitFor();
    await page.locator('lucarne-verify form').evaluate((form) => {
      const dataTransfer = new DataTransfer();
      for (const name of ['a.proof', 'a.mp4']) dataTransfer.items.add(new File(['x'], name));
      form.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    await button('Verify').click();
    await status('Genuine and whole').waitFor();
  });

  test('offers the proof once a recording has been downloaded', async () => {
    await open({ hash: '#/recordings', wishes: { recordings: [demoRecording()] }, clicks: ['Download'] });
    const downloading = page.waitForEvent('download');
    await button('Download proof').click();
    expect((await downloading).suggestedFilename()).toBe(`lucarne-${DEMO_ID}.proof`);
  });
});

describe('"Save as…"', () => {
  const state = { hash: '#/recordings', wishes: { recordings: [demoRecording()] } };

  test('is there where the browser asks for a place', async () => {
    await open(state);
    await button('Save as…').waitFor();
  });

  test('is left alone when the person changes their mind', async () => {
    await open(state);
    await page.evaluate(() =>
      Object.assign(window, {
        showSaveFilePicker: () => Promise.reject(new DOMException('', 'AbortError')),
      }),
    );
    await button('Save as…').click();
    await button('Download').click();
    await status('Ready: look among your downloads.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('is absent where it doesn’t', async () => {
    page = await browser.newPage({ locale: 'en' });
    await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
    await reach(state);
    await button('Download').waitFor();
    expect(await button('Save as…').count()).toBe(0);
  });
});

describe('the most compatible file', () => {
  const wishes: DemoWishes = { recordings: [demoRecording()] };

  test('is made when it is asked for', async () => {
    await open({ hash: '#/recordings', wishes: { ...wishes, offersAac: true } });
    await page.getByRole('checkbox', { name: /most compatible file/ }).check();
    await button('Download').click();
    await status('Ready: look among your downloads.').waitFor();
    expect(await page.evaluate(() => window.demo.recordings.exportedWith?.sound)).toBe('aac');
  });

  test('is not offered where the browser can’t make it', async () => {
    await open({ hash: '#/recordings', clicks: ['Download'], wishes });
    await status('Ready: look among your downloads.').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await page.evaluate(() => window.demo.recordings.exportedWith?.sound)).toBeUndefined();
  });
});

describe('a recording with gaps', () => {
  const wishes = (gaps: DemoWishes['gaps']): DemoWishes => ({
    recordings: [demoRecording()],
    ...(gaps && { gaps }),
  });

  test('names them, from when to when, once it was downloaded', async () => {
    await open({
      hash: '#/recordings',
      clicks: ['Download'],
      wishes: wishes([
        [
          { where: 'inside', why: 'off-air', fromMs: 61_000, toMs: 74_300 },
          { where: 'inside', why: 'lost', fromMs: 600_000, toMs: 600_400 },
        ],
      ]),
    });
    const items = page.locator('lucarne-gaps li');
    await items.first().waitFor();
    expect(await items.allTextContents()).toEqual([
      'from 1:01 to 1:15, nothing was on air.',
      'from 10:00 to 10:01, the recording was lost.',
    ]);
  });

  test('in two files says why there are two, and which one lacks what', async () => {
    await open({
      hash: '#/recordings',
      clicks: ['Download'],
      wishes: wishes([[], [{ where: 'end', why: 'lost', fromMs: 1, toMs: 1 }]]),
    });
    await page.getByText('In 2 files: the settings of picture or sound changed in between.').waitFor();
    await page.getByText('File 2: what came after its end was lost.').waitFor();
  });

  test('and one without says nothing of any', async () => {
    await open({ hash: '#/recordings', clicks: ['Download'], wishes: wishes(undefined) });
    await status('Ready: look among your downloads.').waitFor();
    expect(
      await page
        .locator('lucarne-gaps')
        .evaluate((gaps) => gaps.shadowRoot!.querySelectorAll('p, li').length),
    ).toBe(0);
  });
});

test('the pages speak French when the address, the browser or the person says so', async () => {
  await open({ hash: '#/', query: 'lang=fr' });
  await link('Passer en direct').waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
  await page.close();
  await open({ hash: '#/' }, { locale: 'fr-CA' });
  await link('Passer en direct').waitFor();
  await button('English').click();
  await link('Go live').waitFor();
  await button('Français').click();
  await button('English').waitFor();
});

describe('everybody can use', () => {
  test.each(UI_STATES)('$name: no serious finding of axe, nothing wider than 320 px', async (state) => {
    await open(state, { viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
    await page.getByRole('main').getByRole('heading').first().waitFor();
    expect(await seriousFindings()).toEqual([]);
    // Nothing but the colours differs in the other scheme.
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await seriousFindings('color-contrast')).toEqual([]);
    expect(await width()).toBeLessThanOrEqual(320);
    expect(await movements()).toEqual([]);
    // A window of 1280 x 1024, magnified four times.
    await page.setViewportSize({ width: 320, height: 256 });
    expect(await width()).toBeLessThanOrEqual(320);
    await tabRound(page);
    const stops = await tabRound(page);
    expect(stops.filter(({ trouble }) => trouble)).toEqual([]);
    // Text alone of twice its size.
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    expect(await width()).toBeLessThanOrEqual(1280);
  });

  test('and colours of the system’s own leave a difference between on and off', async () => {
    await open({ hash: `#/${DEMO_ID}`, wishes: { room: LIVELY } }, { forcedColors: 'active' });
    await page.getByText('Comments and name').click();
    await differsWhenPressed('Larger text');
    await page.close();
    await open({ hash: '#/studio', query: 'source=testcard' }, { forcedColors: 'active' });
    await differsWhenPressed('Hide picture');
  });

  test('and the check of movement notices what moves', async () => {
    await open({ hash: `#/${DEMO_ID}`, wishes: { room: LIVELY } }, { reducedMotion: 'no-preference' });
    await button('Heart').click();
    await expect.poll(movements).not.toEqual([]);
    await page.close();
    await open({ hash: `#/${DEMO_ID}`, wishes: { room: LIVELY } });
    await button('Heart').click();
    expect(await movements()).toEqual([]);
  });

  test('and the built pages have their colours', async () => {
    await open({ hash: '#/' }, { colorScheme: 'light' });
    const sky = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await sky()).toBe('rgb(250, 244, 234)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await sky()).toBe('rgb(10, 15, 36)');
  });

  test('and the check itself notices what it should', async () => {
    await open({ hash: '#/' });
    await page.locator('lucarne-home').evaluate((home) => {
      home.shadowRoot!.querySelector('label')!.remove();
    });
    expect((await seriousFindings()).join()).toMatch(/label/);
  });
});

/** How wide the page is, CSS px. */
const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);

/** Everything that runs on the page and is more than a fade, by its element and what it changes. */
function movements(): Promise<string[]> {
  return page.evaluate(() => {
    const roots: (Document | ShadowRoot)[] = [document];
    for (const root of roots)
      for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
    const steady = new Set(['offset', 'computedOffset', 'easing', 'composite', 'opacity']);
    return roots
      .flatMap((root) => root.getAnimations())
      .map(({ effect }) => effect as KeyframeEffect)
      .flatMap((effect) => {
        const changed = effect.getKeyframes().flatMap((step) => Object.keys(step));
        const moved = changed.find((name) => !steady.has(name));
        return moved ? [`${effect.target?.className} ${moved}`] : [];
      });
  });
}

/** Whether a button that stays pressed looks otherwise then, by more than its icon. */
async function differsWhenPressed(name: string): Promise<void> {
  const look = (): Promise<string> =>
    button(name).evaluate((one) =>
      [one, ...one.children]
        .map((part) => getComputedStyle(part))
        .map(({ color, backgroundColor }) => `${color} ${backgroundColor}`)
        .join(),
    );
  const before = await look();
  await button(name).click();
  await page.mouse.move(0, 0);
  expect(await button(name).getAttribute('aria-pressed')).toBe('true');
  await expect.poll(look).not.toBe(before);
}

/** What axe (or these rules of it) finds on the page at the two worst levels, in words. */
async function seriousFindings(...rules: string[]): Promise<string[]> {
  const findings = await findingsOf(page, ...rules);
  return findings.filter(({ isSerious }) => isSerious).map(({ id, html }) => `${id}: ${html.join(' | ')}`);
}
