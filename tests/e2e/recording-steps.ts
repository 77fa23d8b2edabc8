// What a broadcaster does with a recording, step by step, as the pages offer it.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Dialog, Download, Page } from 'playwright-core';

const STOP_TRIES_MAX = 5;
/** Two downloads of one click begin closer to each other than this. */
const PARTS_MS = 1500;

/**
 * Ends the broadcast at once (the second press means it) and waits for the report. On a machine so busy that the second press comes too
 * late to mean it, presses again.
 */
export async function stopBroadcast(page: Page): Promise<void> {
  const stop = page.getByRole('button', { name: 'Stop broadcast' });
  const report = page.getByRole('button', { name: 'Download recording' });
  for (let tries = 1; tries < STOP_TRIES_MAX; tries++) {
    await stop.click();
    await stop.click({ timeout: 5000 }).catch(() => undefined);
    const isOver = await report.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (isOver || !(await stop.isVisible())) break;
  }
  await report.waitFor({ timeout: 30_000 });
  // A broadcast that failed has a report too.
  await page.getByRole('heading', { name: 'That was your broadcast' }).waitFor();
}

/** Presses the button called `name` and keeps what the browser downloads in `folder`; gives its path. */
export async function downloadRecording(
  page: Page,
  folder: string,
  name = 'Download recording',
): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    page.getByRole('button', { name, exact: true }).first().click(),
  ]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** As `downloadRecording`, of a recording that may have several parts: the paths of all, in order. */
export async function downloadParts(page: Page, folder: string): Promise<string[]> {
  const downloads: Download[] = [];
  const note = (download: Download): void => void downloads.push(download);
  page.on('download', note);
  await page.getByRole('button', { name: 'Download recording', exact: true }).first().click();
  await page.getByText('Ready: look among your downloads.').waitFor({ timeout: 60_000 });
  // They begin within a moment after that is said.
  for (let seen = -1; seen !== downloads.length || seen === 0;) {
    seen = downloads.length;
    await setTimeout(PARTS_MS);
  }
  page.off('download', note);
  const paths = downloads.map((download) => join(folder, download.suggestedFilename()));
  await Promise.all(downloads.map((download, i) => download.saveAs(paths[i]!)));
  return paths;
}

/** Lets the page go though it is on air: answers the browser's own question. */
export function allowLeaving(page: Page): void {
  page.on('dialog', (dialog: Dialog) => void dialog.accept());
}
