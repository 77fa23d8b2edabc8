// The languages of the pages: English in the source, French loaded when it is asked for.
// `lang=` in the address wins, then the person's earlier choice, then the browser's list.

import { configureLocalization } from '@lit/localize';
import type { LinkQuery } from '../base/link.ts';
import { pickLanguage } from './language-choice.ts';
import type { Language } from './language-choice.ts';
import { allLocales, sourceLocale, targetLocales } from './locales/locale-codes.ts';

const CHOICE_KEY = 'lucarne-language';

const { getLocale, setLocale } = configureLocalization({
  sourceLocale,
  targetLocales,
  loadLocale: () => import('./locales/fr.ts'),
});

/** The language on the screen now. */
export function language(): Language {
  return allLocales.find((one) => one === getLocale()) ?? sourceLocale;
}

/** Speaks the language that fits; resolves when its words are there. */
export async function startLanguage(asked: LinkQuery['lang']): Promise<void> {
  await speak(pickLanguage(asked, storedChoice(), navigator.languages));
}

/** Speaks the language of somebody else's page (`tag`, as its `lang`), else the browser's; nothing is remembered, and the page is left alone. */
export async function speakAsPage(tag: string): Promise<void> {
  await setLocale(pickLanguage(undefined, null, [tag, ...navigator.languages]));
}

/** Changes the language and remembers the choice on this machine. */
export async function chooseLanguage(wish: Language): Promise<void> {
  try {
    localStorage.setItem(CHOICE_KEY, wish);
  } catch {
    // Storage is forbidden here: the choice then lasts as long as the page.
  }
  await speak(wish);
}

async function speak(wish: Language): Promise<void> {
  await setLocale(wish);
  document.documentElement.lang = wish;
}

function storedChoice(): string | null {
  try {
    return localStorage.getItem(CHOICE_KEY);
  } catch {
    return null;
  }
}
