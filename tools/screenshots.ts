// Takes a picture of every page and state, on a phone held either way and on a desktop, light and dark, in English and in French (`-fr`),
// into dist-screenshots/: first each state of the demonstration, then the real app (names that start with `app-`).
// `npm run screenshots -- NAME…` takes only those whose name starts so; `docs` renews the two in docs/pictures/.

import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { launchChromium } from '../tests/browsers.ts';
import { chooseFiles, startUiServer, UI_STATES } from '../tests/fakes/ui-server.ts';
import type { UiState } from '../tests/fakes/ui-server.ts';
import { photographApp } from './real-pictures.ts';

const FOLDER = 'dist-screenshots';
const DOCS_FOLDER = 'docs/pictures';
const SIZES = {
  phone: { width: 390, height: 844 },
  landscape: { width: 844, height: 390 },
  desktop: { width: 1280, height: 800 },
} as const;
const SCHEMES = ['light', 'dark'] as const;
type Size = keyof typeof SIZES;
type Scheme = (typeof SCHEMES)[number];

/** In both languages, all sizes and both schemes. States are reached in English, whose names they are written in. */
async function photograph(page: Page, name: string): Promise<void> {
  await photographSizes(page, name);
  await speak(page, 'Français');
  await photographSizes(page, `${name}-fr`);
  await speak(page, 'English');
}

/** By the page's own switch, which is on it where there is room. */
async function speak(page: Page, language: 'English' | 'Français'): Promise<void> {
  await page.setViewportSize(SIZES.desktop);
  const other = language === 'English' ? 'Français' : 'English';
  await page.getByRole('button', { name: language, exact: true }).click();
  await page.getByRole('button', { name: other, exact: true }).waitFor();
  await page.mouse.move(0, 0);
}

async function photographSizes(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const scheme of SCHEMES) await shoot(page, `${FOLDER}/${name}-${size}-${scheme}.png`, scheme);
  }
}

async function shoot(page: Page, path: string, colorScheme: Scheme, isWhole = true): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.screenshot({ path, fullPage: isWhole, ...(path.endsWith('.jpg') && { quality: 80 }) });
}

/** The two for the README, small enough for a page that people read. */
const FOR_DOCS: Record<string, { size: Size; scheme: Scheme }> = {
  'studio-live': { size: 'desktop', scheme: 'dark' },
  'watch-upright-live': { size: 'phone', scheme: 'dark' },
};

async function photographForDocs(page: Page, name: string): Promise<void> {
  const wish = FOR_DOCS[name];
  if (!wish) return;
  await page.setViewportSize(SIZES[wish.size]);
  await shoot(page, `${DOCS_FOLDER}/${name}.jpg`, wish.scheme, false);
}

/** Goes to a state by pressing what leads there. */
async function reach(page: Page, state: UiState, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('main').waitFor();
  if (state.files) await chooseFiles(page);
  for (const name of state.clicks ?? []) await page.getByRole('button', { name, exact: true }).click();
  if (state.opens) await page.getByText(state.opens).click();
  await page.waitForLoadState('networkidle');
}

async function photographDemo(states: readonly UiState[]): Promise<void> {
  const server = await startUiServer();
  const browser = await launchChromium();
  try {
    for (const state of states) {
      const page = await browser.newPage({ reducedMotion: 'reduce', locale: 'en' });
      await reach(page, state, server.addressOf(state));
      await photograph(page, state.name);
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((start) => name.startsWith(start));
if (wanted.includes('docs')) {
  mkdirSync(DOCS_FOLDER, { recursive: true });
  await photographApp(photographForDocs);
} else {
  mkdirSync(FOLDER, { recursive: true });
  const states = UI_STATES.filter(({ name }) => isWanted(name));
  if (states.length > 0) await photographDemo(states);
  const isAppWanted = wanted.length === 0 || wanted.some((start) => start.startsWith('app'));
  if (isAppWanted)
    await photographApp(async (page, name) => {
      if (isWanted(`app-${name}`)) await photograph(page, `app-${name}`);
    });
}
console.log(`screenshots: in ${wanted.includes('docs') ? DOCS_FOLDER : FOLDER}/`);
