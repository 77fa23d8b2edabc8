// Text from strangers: what is typed by mistake or malice becomes text that harms no page, or is refused with a reason.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { utf8Bytes } from '../../../src/base/bytes.ts';
import {
  COMMENT_BYTES_MAX,
  COMMENT_GRAPHEMES_MAX,
  NAME_GRAPHEMES_MAX,
} from '../../../src/room/room-limits.ts';
import {
  cleanComment,
  cleanName,
  graphemeCount,
  isCleanComment,
  isCleanName,
} from '../../../src/room/text-rules.ts';

const cleaned = (raw: string): string => {
  const result = cleanComment(raw);
  return result.ok ? result.value : `refused: ${result.code}`;
};

describe('the text of a comment', () => {
  test.each([
    ['plain text', 'Bonjour à tous !', 'Bonjour à tous !'],
    ['markup, as the text it is', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['a script address, as the text it is', 'javascript:alert(1)', 'javascript:alert(1)'],
    ['accents typed apart', 'e\u0301te\u0301', 'été'],
    ['500 newlines', `a${'\n'.repeat(500)}b`, 'a b'],
    ['tabs and odd spaces', ' a\t\u3000\u2028b ', 'a b'],
    ['controls', 'a\u0000\u001b[31mb', 'a[31mb'],
    ['zero-width spaces', 'b\u200ba\u2060d\ufeff', 'bad'],
    ['fillers that draw nothing', 'a\u3164\u115fb', 'ab'],
    ['language tags', 'a\u{e0041}\u{e0042}', 'a'],
    ['more marks than any script has', `a${'\u0335'.repeat(50)}b`, `a${'\u0335'.repeat(4)}b`],
    ['a right-to-left override', 'a\u202egpj.exe', 'agpj.exe'],
    ['an embedding left open', 'a \u202bb', 'a \u202bb\u202c'],
    ['an isolate left open', '\u2067ab', '\u2067ab\u2069'],
    ['a closer of nothing', 'a\u2069\u202cb', 'ab'],
    ['a family', '👨‍👩‍👧‍👦!', '👨‍👩‍👧‍👦!'],
    ['a heart on fire', '❤️‍🔥', '❤️‍🔥'],
    ['Persian with its joiner', 'می‌خواهم', 'می‌خواهم'],
    ['Hindi', 'नमस्ते', 'नमस्ते'],
    ['Hebrew with points', 'שָׁלוֹם', 'שָׁלוֹם'],
    ['Arabic', 'مرحبا بكم', 'مرحبا بكم'],
    ['joiners that join nothing', 'a\u200d \u200db\u200d', 'a b'],
  ])('%s', (_, raw, expected) => {
    expect(cleaned(raw)).toBe(expected.normalize('NFC'));
    expect(isCleanComment(expected.normalize('NFC'))).toBe(true);
  });

  test.each([
    ['nothing', '', 'blank'],
    ['spaces', ' \n\t ', 'blank'],
    ['blank Braille', '\u2800\u2800', 'blank'],
    ['what draws nothing', '\u200b\u3164\u202e', 'blank'],
    ['marks on nothing', '\u0301\u0302', 'blank'],
    ['half a character', 'a\ud83d', 'malformed'],
    ['one character too many', 'é'.repeat(COMMENT_GRAPHEMES_MAX + 1), 'too-long'],
    ['too many bytes', '👨‍👩‍👧‍👦'.repeat(40), 'too-long'],
    ['a chain of joined emoji', '😀\u200d'.repeat(300), 'too-long'],
    ['1 MB', 'a'.repeat(2 ** 20), 'too-long'],
    ['10^5 combining marks', `a${'\u0301'.repeat(1e5)}`, 'too-long'],
  ])('%s is refused', (_, raw, code) => {
    expect(cleanComment(raw)).toEqual({ ok: false, code });
  });

  it('may be as long as it may be', () => {
    expect(cleaned('é'.repeat(COMMENT_GRAPHEMES_MAX))).toHaveLength(COMMENT_GRAPHEMES_MAX);
  });

  it('bounds how many emoji are joined into one', () => {
    const chain = Array.from({ length: 30 }, () => '😀').join('\u200d');
    expect(cleaned(chain).split('\u200d').length).toBeLessThanOrEqual(7);
  });

  const nasty = fc.constantFrom(
    ...['\u200d', '\u200c', '\u0301', '\u0335', '\ufe0f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'],
    ...['\u2066', '\u2067', '\u2068', '\u2069', '\u200b', '\u3164', ' ', '\n', '\u00ad', '\u1160', '\u0345'],
    ...[
      'a',
      'e',
      'א',
      'ا',
      '한',
      '\u1100',
      '\u1161',
      '😀',
      '👩',
      '🏽',
      '🇫',
      '🏴',
      '\u{e0067}',
      '\u{e007f}',
      '\u2800',
      '\ufdd0',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(nasty, { maxLength: 60 }).map((parts) => parts.join('')),
  );

  it('is left alone once it is clean, within its bounds, closed and visible', () => {
    fc.assert(
      fc.property(texts, (raw) => {
        const result = cleanComment(raw);
        if (!result.ok) return;
        const { value } = result;
        expect(cleanComment(value)).toEqual(result);
        expect(value.normalize('NFC')).toBe(value);
        expect(value).not.toMatch(/[\p{Cc}\u202d\u202e\u200b\n]/u);
        expect(value).not.toMatch(/\p{M}{5}/u);
        expect(utf8Bytes(value).length).toBeLessThanOrEqual(COMMENT_BYTES_MAX);
        expect(graphemeCount(value)).toBeLessThanOrEqual(COMMENT_GRAPHEMES_MAX);
        const count = (set: RegExp): number => value.match(set)?.length ?? 0;
        expect(count(/[\u2066-\u2068]/gu)).toBe(count(/\u2069/gu));
        expect(count(/[\u202a\u202b]/gu)).toBe(count(/\u202c/gu));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a name', () => {
  it('may be none', () => {
    for (const none of ['', '  ', '\u200b']) expect(cleanName(none)).toEqual({ ok: true, value: '' });
    expect(isCleanName('')).toBe(true);
    expect(isCleanName(' ')).toBe(false);
  });

  it('is short', () => {
    expect(cleanName('Ж'.repeat(NAME_GRAPHEMES_MAX)).ok).toBe(true);
    expect(cleanName('Ж'.repeat(NAME_GRAPHEMES_MAX + 1))).toEqual({ ok: false, code: 'too-long' });
  });
});
