// What a broadcaster does with a recording, step by step, as the pages offer it.

import { join } from 'node:path';
import type { Dialog, Page } from 'playwright-core';

const STOP_TRIES_MAX = 5;

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

/** Lets the page go though it is on air: answers the browser's own question. */
export function allowLeaving(page: Page): void {
  page.on('dialog', (dialog: Dialog) => void dialog.accept());
}
