// Which language a person gets: the address's wish, then an earlier choice, then the browser's list, then English.

import type { LinkQuery } from '../base/link.ts';
import { allLocales, sourceLocale } from './locales/locale-codes.ts';

/** A language that the pages speak. */
export type Language = (typeof allLocales)[number];

/** The language for a person, given what the address, an earlier choice and the browser say. */
export function pickLanguage(
  asked: LinkQuery['lang'],
  chosen: string | null,
  browser: readonly string[],
): Language {
  const wishes = [asked, chosen, ...browser.map((tag) => tag.slice(0, 2).toLowerCase())];
  for (const wish of wishes) {
    const match = allLocales.find((one) => one === wish);
    if (match) return match;
  }
  return sourceLocale;
}
