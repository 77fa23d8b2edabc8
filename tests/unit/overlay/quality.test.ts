// The picture's quality: what a spell may bring, what a hop tells, and the bytes of it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createQuality,
  flushQuality,
  hearQuality,
  noteSpell,
  QUALITY_INTERVAL_MS,
  rowsOf,
  SPELL_MS,
  tickQuality,
  type QualityRow,
} from '../../../src/overlay/quality.ts';
import { decodeQuality, encodeQuality } from '../../../src/overlay/quality-message.ts';

const SPELL = { latencyMs: 300, stalls: 1, stallMs: 200, moves: 0 };
const SUMS = { spells: 1, timed: 1, ...SPELL };
const none = { children: [] };

describe('a viewer', () => {
  it('adds each spell to the row of its depth, and the deepest row takes all that is deeper', () => {
    const state = createQuality();
    noteSpell(state, 1, SPELL);
    noteSpell(state, 1, { ...SPELL, latencyMs: null });
    noteSpell(state, 30, SPELL);
    expect(rowsOf(state.sums)).toEqual([
      { depth: 1, spells: 2, timed: 1, latencyMs: 300, stalls: 2, stallMs: 400, moves: 0 },
      { depth: 8, ...SUMS },
    ]);
  });

  it('says no more of a spell than it can have held', () => {
    const state = createQuality();
    noteSpell(state, 1, { latencyMs: 1e9, stalls: 1e9, stallMs: 1e9, moves: -5 });
    expect(rowsOf(state.sums)).toEqual([
      { depth: 1, spells: 1, timed: 1, latencyMs: 65_535, stalls: 100, stallMs: SPELL_MS, moves: 0 },
    ]);
  });

  it('tells a parent only what it has told no other', () => {
    const state = createQuality();
    noteSpell(state, 1, SPELL);
    expect(tickQuality(state, { parent: 'a', ...none }, 0)).toEqual([{ depth: 1, ...SUMS }]);
    expect(tickQuality(state, { parent: 'a', ...none }, QUALITY_INTERVAL_MS)).toBeUndefined();
    noteSpell(state, 2, SPELL);
    // To the same one: everything since the edge opened, once it is time.
    expect(tickQuality(state, { parent: 'a', ...none }, QUALITY_INTERVAL_MS - 1)).toBeUndefined();
    expect(tickQuality(state, { parent: 'a', ...none }, QUALITY_INTERVAL_MS)).toEqual([
      { depth: 1, ...SUMS },
      { depth: 2, ...SUMS },
    ]);
    noteSpell(state, 3, SPELL);
    expect(tickQuality(state, { parent: null, ...none }, 9000)).toBeUndefined();
    expect(tickQuality(state, { parent: 'b', ...none }, 9000)).toEqual([{ depth: 3, ...SUMS }]);
  });

  it('tells what is left before it goes', () => {
    const state = createQuality();
    tickQuality(state, { parent: 'a', ...none }, 0);
    noteSpell(state, 1, SPELL);
    expect(flushQuality(state, 1)).toEqual([{ depth: 1, ...SUMS }]);
    expect(flushQuality(state, 2)).toBeUndefined();
  });
});

describe('a hop', () => {
  const told = (spells: number): QualityRow[] => [{ depth: 2, ...SUMS, spells }];
  const spellsOf = (state: ReturnType<typeof createQuality>): number => state.sums.get(2)?.spells ?? 0;

  it('counts what is new of a child, and all of a child that comes back', () => {
    const state = createQuality();
    hearQuality(state, 'a', told(1), 1, 0);
    hearQuality(state, 'a', told(1), 1, 100);
    hearQuality(state, 'a', told(2), 1, 200);
    expect(spellsOf(state)).toBe(2);
    tickQuality(state, { parent: null, children: [] }, 300);
    hearQuality(state, 'a', told(1), 1, 400);
    expect(spellsOf(state)).toBe(3);
  });

  it('believes later what is too much now', () => {
    const state = createQuality();
    hearQuality(state, 'a', told(7), 1, 0);
    expect(spellsOf(state)).toBe(0);
    hearQuality(state, 'a', told(6), 1, 0);
    expect(spellsOf(state)).toBe(6);
    hearQuality(state, 'a', told(7), 1, SPELL_MS);
    expect(spellsOf(state)).toBe(7);
  });

  it('believes at once what viewers bring who are new to a subtree', () => {
    const state = createQuality();
    hearQuality(state, 'a', told(6), 1, 0);
    hearQuality(state, 'a', told(30), 5, 0);
    expect(spellsOf(state)).toBe(30);
    hearQuality(state, 'a', told(31), 5, 0);
    expect(spellsOf(state)).toBe(30);
  });

  it('believes no sums that shrink', () => {
    const state = createQuality();
    hearQuality(state, 'a', [{ depth: 2, ...SUMS, spells: 3, stalls: 9 }], 9, 0);
    hearQuality(state, 'a', [{ depth: 2, ...SUMS, spells: 4, stalls: 1 }], 9, 0);
    expect(state.sums.get(2)).toMatchObject({ spells: 3, stalls: 9 });
  });
});

describe('the bytes', () => {
  const rows = [
    { depth: 1, ...SUMS },
    { depth: 8, spells: 2 ** 41, timed: 2 ** 40, latencyMs: 2 ** 45, stalls: 2, stallMs: 3, moves: 4 },
  ];

  it('are as docs/wire-control.md has them, and come back as they went', () => {
    const bytes = encodeQuality(rows);
    expect(bytes.length).toBe(2 + 2 * 37);
    expect([...bytes.subarray(0, 9)]).toEqual([38, 2, 1, 0, 0, 0, 0, 0, 1]);
    expect(decodeQuality(bytes)).toEqual({ ok: true, value: rows });
    expect(decodeQuality(encodeQuality([]))).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['length', encodeQuality(rows).subarray(0, 75)],
    ['length', Uint8Array.of(38)],
    ['length', new Uint8Array(2 + 9 * 37).fill(9, 1, 2)],
    ['depth', encodeQuality([rows[1]!, rows[0]!])],
    ['depth', encodeQuality([{ ...rows[0]!, depth: 9 }])],
    ['depth', encodeQuality([{ ...rows[0]!, depth: 0 }])],
    ['sums', encodeQuality([{ ...rows[0]!, timed: 2 }])],
    ['sums', encodeQuality([{ ...rows[0]!, stallMs: SPELL_MS + 1 }])],
    ['sums', encodeQuality([{ ...rows[0]!, latencyMs: 65_536 }])],
  ])('are refused for their %s', (code, bytes) => {
    expect(decodeQuality(bytes)).toEqual({ ok: false, code });
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 320 }), (bytes) => {
        decodeQuality(bytes);
        decodeQuality(Uint8Array.of(38, 1, ...bytes.subarray(0, 37)));
      }),
    );
  });
});
