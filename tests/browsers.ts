// The browsers that tests, benchmarks and pictures drive: Debian's, with what a machine without screen, camera and network needs.

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import type { Browser as Firefox, Browser as Tabs } from 'puppeteer-core';

/** Debian's Chromium. */
export const CHROMIUM_PATH = '/usr/bin/chromium';

/**
 * Off in every Chromium. The first two are pages of the address bar that each window loads for itself, unseen: they cost more than the
 * browser does. The others are what Playwright turns off, since the last list of such names is the one that counts.
 */
const FEATURES_OFF = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
] as const;

/** For every Chromium: no screen, no sandbox (tests may run as root), no request of the browser's own. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${FEATURES_OFF.join(',')}`,
];

/** A camera and a microphone that aren't there, allowed without asking, and sound without a gesture. */
export const DEVICE_FLAGS: readonly string[] = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

/** Picks the whole screen when a page asks for one. */
export const SCREEN_FLAG = '--auto-select-desktop-capture-source=Entire screen';

/** A Chromium with further flags. */
export function launchChromium(...flags: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS, ...flags] });
}

/**
 * A Chromium whose tabs are hidden when another one is in front, and slowed as a person's are: playwright's pages always
 * believe that they are seen. With a camera and a microphone that aren't there.
 */
export function launchTabs(): Promise<Tabs> {
  return puppeteer.launch({
    executablePath: CHROMIUM_PATH,
    headless: true,
    args: [...CHROMIUM_FLAGS, ...DEVICE_FLAGS],
    ignoreDefaultArgs: [
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      '--disable-background-timer-throttling',
    ],
  });
}

/** A Firefox with a camera and a microphone that aren't there, allowed without asking; `prefs` are added. `profile`: a folder that outlives it. */
export function launchFirefox(prefs: Record<string, boolean> = {}, profile?: string): Promise<Firefox> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    ...(profile && { userDataDir: profile }),
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
      ...prefs,
    },
  });
}

/** `kill -9` of all pages of a Chromium, and of nothing else of it; gives the wall time at which that was done, ms. */
export async function killPages(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  if (renderers.length === 0) throw new Error('The browser has no page');
  const killedAtMs = performance.timeOrigin + performance.now();
  for (const { id } of renderers) process.kill(id, 'SIGKILL');
  await session.detach();
  return killedAtMs;
}
