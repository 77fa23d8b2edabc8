// What axe finds on a page, shadow roots included.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

export interface Finding {
  id: string;
  /** One of the two worst levels. */
  isSerious: boolean;
  /** The elements that it was found on. */
  html: string[];
}

/** All findings, or those of these rules. */
export async function findingsOf(page: Page, ...rules: string[]): Promise<Finding[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(only.length > 0 ? { runOnly: only } : {});
    return violations.map(({ id, impact, nodes }) => ({
      id,
      isSerious: impact === 'serious' || impact === 'critical',
      html: nodes.map((node) => node.html),
    }));
  }, rules);
}
