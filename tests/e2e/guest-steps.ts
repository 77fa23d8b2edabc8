// What tests of a guest on air do in the studio, and how they see that somebody is there.

import type { Browser, Page } from 'playwright-core';
import { allowLeaving } from './recording-steps.ts';
import { button, goLive, until } from './station.ts';

/** Goes live at this address and asks a guest; gives the studio, the broadcast's link and the guest's. */
export async function inviteGuest(
  browser: Browser,
  address: string,
): Promise<{ studio: Page; link: string; asked: string }> {
  const context = await browser.newContext({ locale: 'en' });
  const { page: studio, link } = await goLive(context, address);
  allowLeaving(studio);
  await studio.getByText('Guest on air', { exact: true }).click();
  await button(studio, 'Create link for a guest').click();
  return { studio, link, asked: await studio.getByLabel('Link for the guest').inputValue() };
}

/** Waits until a moving picture is shown there. */
export function moving(page: Page, selector: string): Promise<unknown> {
  const look = (): Promise<[number, number]> =>
    page.locator(selector).evaluate((video) => {
      const { videoWidth, currentTime } = video as HTMLVideoElement;
      return [videoWidth, currentTime] as [number, number];
    });
  let firstS = 0;
  return until(
    look,
    ([width, timeS]) => {
      firstS ||= timeS;
      return width > 0 && timeS > firstS + 0.5;
    },
    `a moving picture in ${selector}`,
  );
}
