import { readFileSync } from 'node:fs';
import { configureLocalization } from '@lit/localize';
import { describe, expect, test, vi } from 'vitest';
import { LucarneError } from '../../../src/base/errors.ts';
import { faultOf } from '../../../src/ui/fault-codes.ts';
import { faultText, SHOWN_FAULTS } from '../../../src/ui/words/faults.ts';
import { SHOWN_WARNINGS, warningText } from '../../../src/ui/studio/warning-text.ts';
import { pickLanguage } from '../../../src/ui/language-choice.ts';

// The library announces each change of language on the window, which Node doesn't have.
vi.stubGlobal('window', new EventTarget());

const { setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: ['fr'],
  loadLocale: () => import('../../../src/ui/locales/fr.ts'),
});

async function inBoth<Text>(say: () => Text): Promise<{ en: Text; fr: Text }> {
  await setLocale('en');
  const en = say();
  await setLocale('fr');
  return { en, fr: say() };
}

/** The codes as errors.ts lists them, so that a new one can't be forgotten here. */
const CODES = [...readFileSync('src/base/errors.ts', 'utf8').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(
  (m) => m[1]!,
);

describe('the words of the pages', () => {
  test('cover every fault that the product knows', () => {
    expect(CODES.length).toBeGreaterThan(20);
    expect(SHOWN_FAULTS).toEqual(expect.arrayContaining(CODES));
  });

  test.each(SHOWN_FAULTS)('explain %s and say what to do, in both languages', async (fault) => {
    const { en, fr } = await inBoth(() => faultText(fault));
    for (const key of ['sentence', 'step'] as const) {
      expect(en[key]).toMatch(/^\p{Lu}.*\.$/u);
      expect(fr[key]).toMatch(/^\p{Lu}.*\.$/u);
      expect(fr[key]).not.toBe(en[key]);
    }
  });

  test.each(SHOWN_WARNINGS)('explain the warning %s in both languages', async (warning) => {
    const { en, fr } = await inBoth(() => warningText(warning));
    expect(en).toMatch(/\.$/);
    expect(fr).not.toBe(en);
  });

  test('are translated one by one: no message is without French', () => {
    const units = readFileSync('xliff/fr.xlf', 'utf8').split('<trans-unit').slice(1);
    expect(units.length).toBeGreaterThan(150);
    expect(units.filter((unit) => !/<target>[^<]|<target><x/.test(unit))).toEqual([]);
  });

  test("never show an error's own text", () => {
    expect(faultOf(new LucarneError('storage-full'))).toBe('storage-full');
    expect(faultOf(new TypeError('secret internals'))).toBe('unexpected');
    expect(faultOf('text')).toBe('unexpected');
  });
});

describe('the language', () => {
  test.each([
    ['what the address asks for', 'fr', 'en', ['en'], 'fr'],
    ['what was chosen before', undefined, 'fr', ['en'], 'fr'],
    ['the first that the browser and the pages both know', undefined, null, ['de-AT', 'fr-CA', 'en'], 'fr'],
    ['English where nothing fits', undefined, null, ['de'], 'en'],
  ] as const)('is %s', (_, asked, chosen, browser, expected) => {
    expect(pickLanguage(asked, chosen, browser)).toBe(expected);
  });
});
