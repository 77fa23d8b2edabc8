// The picture's quality on its way up: exact whoever moves, never more than there was whoever dies, and no more work for the root
// however many watch.

import { describe, expect, it } from 'vitest';
import { QUALITY_FIELDS, QUALITY_INTERVAL_MS, type QualityRow } from '../../src/overlay/quality.ts';
import { QualityTree } from './quality-tree.ts';

/** Until everything that is known has risen: a tree has so many levels, and each waits so long. */
const RISE_MS = 40 * QUALITY_INTERVAL_MS;
const SEEDS = [3, 17, 2026];

const sumOf = (rows: readonly QualityRow[], field: keyof QualityRow): number =>
  rows.reduce((sum, row) => sum + row[field], 0);

/** Nobody watches any more, and what was watched arrives. */
function settle(tree: QualityTree): void {
  tree.isWatching = false;
  tree.run(RISE_MS);
}

describe('quality by depth', () => {
  it.each(SEEDS)('is exact while viewers move about with all below them (seed %i)', (seed) => {
    const tree = new QualityTree(250, 3, seed);
    tree.run(120_000, () => tree.move(tree.anyone()));
    settle(tree);
    expect(tree.counted).toEqual(tree.expected);
    expect(tree.counted.length).toBe(8);
    expect(sumOf(tree.counted, 'spells')).toBeGreaterThan(2500);
  });

  it.each(SEEDS)('counts nothing twice and loses little when relays die (seed %i)', (seed) => {
    const tree = new QualityTree(250, 3, seed);
    let ticks = 0;
    tree.run(120_000, () => {
      tree.move(tree.anyone());
      if (++ticks % 8 === 0) tree.kill(tree.anyone());
    });
    settle(tree);
    for (const field of QUALITY_FIELDS)
      expect(sumOf(tree.counted, field)).toBeLessThanOrEqual(sumOf(tree.expected, field));
    expect(sumOf(tree.counted, 'spells')).toBeGreaterThan(0.97 * sumOf(tree.expected, 'spells'));
  });

  it('costs the root the same, however many watch', () => {
    const [few, many] = [new QualityTree(80, 4, 5), new QualityTree(1200, 4, 5)];
    for (const tree of [few, many]) {
      tree.run(60_000);
      const perSecond = tree.arrived / 60;
      expect(perSecond).toBeLessThanOrEqual((4 * 1000) / QUALITY_INTERVAL_MS);
      expect(tree.arrivedBytes / tree.arrived).toBeLessThanOrEqual(2 + 8 * 37);
    }
    expect(sumOf(many.counted, 'spells')).toBeGreaterThan(10 * sumOf(few.counted, 'spells'));
    expect(many.arrived).toBeLessThan(1.6 * few.arrived);
  });

  it('believes a subtree no more than its viewers can have watched', () => {
    const tree = new QualityTree(40, 3, 9);
    const [liar] = tree.peers;
    const lie = { spells: 1e6, timed: 1e6, latencyMs: 0, stalls: 1e8, stallMs: 0, moves: 0 };
    tree.run(60_000, () => tree.say(liar!, [{ depth: 1, ...lie }]));
    settle(tree);
    const below = (peer: (typeof tree.peers)[number]): boolean =>
      peer === liar || (peer.parent !== null && below(peer.parent));
    const honest = tree.peers.filter((peer) => !below(peer)).length;
    expect(honest).toBeGreaterThan(20);
    const share = sumOf(tree.counted, 'spells') / sumOf(tree.expected, 'spells');
    expect(share).toBeLessThanOrEqual(1);
    expect(share).toBeGreaterThan(0.9 * (honest / tree.peers.length));
    expect(sumOf(tree.counted, 'stalls')).toBeLessThanOrEqual(sumOf(tree.expected, 'stalls'));
  });
});
