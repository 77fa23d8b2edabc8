// A live tab that the browser throws away to save memory (TESTS.md R3). The browser doesn't do that to a tab that somebody drives, so
// all let go of it first; the page of the browser's own that throws tabs away is driven alone.

import puppeteer, { TargetType } from 'puppeteer-core';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import { launchTabs } from '../browsers.ts';
import { judge, recover, type KilledRecording } from '../proof/kill-recording.ts';
import { tapRecorded, tapSigned } from './feed-tap.ts';
import { goLive, until } from './station.ts';

const DISCARDS = 'chrome://discards';
/** Stands in the address of the live tab. */
const MARK = 'source=testcard';

/** One live tab, thrown away `livedMs` after the first acknowledgement, and what the next tab recovers into `folder`. */
export async function discardWhileLive(
  origin: string,
  livedMs: number,
  folder: string,
): Promise<KilledRecording> {
  const tabs = await launchTabs();
  const endpoint = tabs.wsEndpoint();
  await tabs.disconnect();
  try {
    const context = await drive(endpoint);
    const said = await tapSigned(context);
    const { page } = await goLive(context, `${origin}/?${MARK}&quality=360p#/studio`);
    const recordedSeq = await tapRecorded(page);
    await until(
      () => Promise.resolve(recordedSeq()),
      (seq) => seq >= 0,
      'a first acknowledgement',
    );
    await openDiscards(context);
    await new Promise((resolve) => setTimeout(resolve, livedMs));
    const acknowledgedSeq = recordedSeq();
    await context.browser()!.close();
    await discardTab(endpoint);
    const killedAtMs = Date.now();
    const again = await drive(endpoint);
    // What the tab signed while nobody drove it lies in its storage.
    const found = await tapSigned(again);
    const path = await recover(again, origin, folder, livedMs);
    const names = new Set<string>();
    const signed = [...said, ...found].filter(({ epoch, seq }) => {
      const name = `${epoch}/${seq}`;
      return !names.has(name) && names.add(name);
    });
    return judge(path, signed, { livedMs, acknowledgedSeq, killedAtMs });
  } finally {
    await (await puppeteer.connect({ browserWSEndpoint: endpoint })).close();
  }
}

/** The browser's own context; closing its browser only lets go of it. */
async function drive(endpoint: string): Promise<BrowserContext> {
  const browser = await chromium.connectOverCDP(endpoint);
  return browser.contexts()[0]!;
}

async function openDiscards(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto('chrome://chrome-urls');
  await page.getByRole('button', { name: 'Enable internal debugging pages' }).click();
  await page.getByRole('button', { name: 'Disable internal debugging pages' }).waitFor();
  await page.goto(DISCARDS);
}

/** Clicks "Urgent Discard" in the live tab's row, and resolves once that row says that it happened. */
async function discardTab(endpoint: string): Promise<void> {
  const browser = await puppeteer.connect({
    browserWSEndpoint: endpoint,
    targetFilter: (target) => target.type() === TargetType.BROWSER || target.url().startsWith(DISCARDS),
  });
  const page = (await browser.pages()).find((one) => one.url().startsWith(DISCARDS))!;
  const row = (): Promise<string> =>
    page.evaluate((mark) => {
      const tabs = document.querySelector('discards-main')!.shadowRoot!.querySelector('discards-tab')!;
      const rows = [...tabs.shadowRoot!.querySelectorAll('tr')];
      return rows.find(({ textContent }) => textContent.includes(mark))?.textContent ?? '';
    }, MARK);
  await until(row, (text) => text.includes('[Urgent Discard]'), 'the row of the live tab');
  await page.evaluate((mark) => {
    const tabs = document.querySelector('discards-main')!.shadowRoot!.querySelector('discards-tab')!;
    const row = [...tabs.shadowRoot!.querySelectorAll('tr')].find(({ textContent }) =>
      textContent.includes(mark),
    );
    const links = [...(row?.querySelectorAll<HTMLElement>('[is=action-link]') ?? [])];
    links.find(({ textContent }) => textContent.includes('[Urgent Discard]'))?.click();
  }, MARK);
  await until(row, (text) => text.includes('discarded (urgent)'), 'the tab thrown away');
  await browser.disconnect();
}
