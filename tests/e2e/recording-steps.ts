// What a broadcaster does with a recording, step by step, as the pages offer it.

import { join } from 'node:path';
import type { Dialog, Page } from 'playwright-core';

/** Ends the broadcast at once (the second press means it) and waits for the report. */
export async function stopBroadcast(page: Page): Promise<void> {
  const stop = page.getByRole('button', { name: 'Stop broadcast' });
  await stop.click();
  await stop.click();
  await page.getByRole('button', { name: 'Download recording' }).waitFor({ timeout: 30_000 });
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
