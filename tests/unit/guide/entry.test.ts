// Entries of the public list: their bytes are one form and no other, and no bytes are more than a code.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, hex, type Bytes } from '../../../src/base/bytes.ts';
import {
  decodeEntry,
  encodeEntry,
  encodeStatement,
  roundedPlace,
  type Entry,
} from '../../../src/guide/entry.ts';
import { isListedTitle, listedTitle } from '../../../src/guide/listed-title.ts';
import { isStill } from '../../../src/guide/still-check.ts';
import { jpeg } from './jpeg.ts';

const ENTRY: Entry = {
  isOnAir: true,
  atMs: 1_800_000_000_000,
  startedAtMs: 1_799_999_000_000,
  viewers: 12,
  place: { latitude: 49, longitude: -2 },
  still: 'ab'.repeat(32),
  host: 'tv.example:8080',
  title: 'Conseil municipal – Café',
};

function signed(statement: Uint8Array): Bytes {
  return encodeEntry(new Uint8Array(32).fill(1), new Uint8Array(64).fill(2), statement);
}

describe('an entry', () => {
  it('comes back as it was', () => {
    const decoded = decodeEntry(signed(encodeStatement(ENTRY)));
    expect(decoded).toMatchObject({ ok: true, value: ENTRY });
  });

  it('has these bytes', () => {
    expect(hex(encodeStatement({ ...ENTRY, title: 'Hi', host: 'a.b' }))).toBe(
      '0107' +
        '000001a3185c5000' +
        '000001a3184d0dc0' +
        '0000000c' +
        '0031fffe' +
        'ab'.repeat(32) +
        '030002' +
        '612e62' +
        '4869',
    );
  });

  it('is refused with a code when a byte more or fewer is there, and when what isn’t said isn’t zero', () => {
    const statement = encodeStatement(ENTRY);
    for (let length = 0; length < statement.length; length++)
      expect(decodeEntry(signed(statement.subarray(0, length))).ok).toBe(false);
    expect(decodeEntry(signed(concatBytes(statement, [0])))).toEqual({ ok: false, code: 'length' });
    const bare = encodeStatement({ ...ENTRY, still: '' });
    bare[30] = 1;
    expect(decodeEntry(signed(bare))).toEqual({ ok: false, code: 'form' });
  });

  it.each<[string, Partial<Entry>, string]>([
    ['another hemisphere', { place: { latitude: 91, longitude: 0 } }, 'place'],
    ['a place twice', { place: { latitude: 0, longitude: 180 } }, 'place'],
    ['a start to come', { startedAtMs: ENTRY.atMs + 1 }, 'number'],
    ['a time without end', { atMs: 2 ** 50 }, 'number'],
    ['more viewers than people', { viewers: 4_000_000_000 }, 'number'],
    ['a script', { title: '<script>alert(1)</script>' }, 'title'],
    ['an image', { title: 'Hello <img src=x onerror=alert(1)>' }, 'title'],
    ['a turned text', { title: 'abc\u202edef' }, 'title'],
    ['an invisible text', { title: 'a\u200bb' }, 'title'],
    ['a line break', { title: 'a\nb' }, 'title'],
    ['too much', { title: 'x'.repeat(121) }, 'title'],
  ])('with %s is refused', (_what, change, code) => {
    expect(decodeEntry(signed(encodeStatement({ ...ENTRY, ...change })))).toEqual({ ok: false, code });
  });

  it('is a code or an entry, whatever the bytes', () => {
    const real = encodeStatement(ENTRY);
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(real);
        changed[at] = byte;
        const decoded = decodeEntry(signed(changed));
        if (decoded.ok) expect(encodeStatement(decoded.value)).toEqual(changed);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 900 }), (bytes) => !decodeEntry(new Uint8Array(bytes)).ok),
    );
  });
});

describe('a place', () => {
  it('is no more exact than whole degrees', () => {
    expect(roundedPlace(48.8566, 2.3522)).toEqual({ latitude: 49, longitude: 2 });
    expect(roundedPlace(-89.7, 179.8)).toEqual({ latitude: -90, longitude: -180 });
  });
});

describe('a title', () => {
  it('is made listable, and stays as it is then', () => {
    expect(listedTitle('I <3 you &  \n<b>me</b>')).toBe('I <3 you & ‹b>me‹/b>');
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 140 }),
        (text) => isListedTitle(listedTitle(text)) || text.length > 120,
      ),
    );
  });
});

describe('a still', () => {
  it('is a small JPEG', () => {
    expect(isStill(jpeg(480, 270))).toBe(true);
    expect(isStill(jpeg(640, 640))).toBe(true);
  });

  it.each<[string, Uint8Array]>([
    ['too many bytes', jpeg(480, 270, 20_001)],
    ['too many pixels', jpeg(641, 270)],
    ['a picture that would fill the memory', jpeg(65_535, 65_535)],
    ['no pixels', jpeg(0, 270)],
    ['no picture', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a picture of another kind', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa])],
    ['nothing', new Uint8Array()],
    ['half a picture', jpeg(480, 270).subarray(0, 12)],
    [
      'a page that begins like a picture',
      concatBytes([0xff, 0xd8], new TextEncoder().encode('<script>'), [0xff, 0xd9]),
    ],
  ])('is not %s', (_what, bytes) => {
    expect(isStill(bytes)).toBe(false);
  });
});
