// What a viewer asks for when packets are missing, and what it serves to those who ask it (invariant 10).
import { describe, expect, it } from 'vitest';
import type { OverlayEffect } from '../../../src/overlay/event.ts';
import { overlayStats } from '../../../src/overlay/overlay-stats.ts';
import {
  HOLE_GIVE_UP_MS,
  HOLES_MAX,
  PARENT_REPAIR_MS,
  REPAIR_AFTER_MS,
  REPAIR_PACKETS_MAX,
  SERVE_BURST_MAX,
} from '../../../src/overlay/timing.ts';
import { id, Neighbourhood, pathBelow, sent, settled, tip } from './neighbourhood.ts';

/** A settled viewer that lacks `count` packets. */
function withHole(count = 1) {
  const around = settled(1);
  const { here, parent, standbys } = around;
  here.pass(500, { feeding: parent, tipping: [parent, ...standbys] });
  const first = here.seq + 1;
  here.seq += count;
  return { ...around, first, last: first + count - 1, all: [parent, ...standbys] };
}

const requests = (effects: readonly OverlayEffect[]) => sent(effects, 'request');

describe('a viewer that lacks packets', () => {
  it('asks a standby for them once they are a frame late, and counts what it gets', () => {
    const { here, parent, standbys, first, last, all } = withHole(3);
    const effects = here.pass(REPAIR_AFTER_MS + 60, { feeding: parent, tipping: all });
    expect(requests(effects)).toEqual([
      { edge: standbys[0], message: { type: 'request', epoch: 1, ranges: [[first, last]] } },
    ]);
    for (let seq = first; seq <= last; seq++) here.packet(standbys[0]!, seq);
    expect(overlayStats(here.state).repairs).toBe(3);
    expect(requests(here.pass(1000, { feeding: parent, tipping: all }))).toEqual([]);
  });

  it('asks the next standby when the first gives nothing, then its parent, and gives up in time', () => {
    const { here, parent, standbys, first, all } = withHole();
    const effects = here.pass(HOLE_GIVE_UP_MS + 100, { feeding: parent, tipping: all });
    const edges = requests(effects).map(({ edge }) => edge);
    expect(edges.length).toBeLessThan(8);
    expect(new Set(edges)).toEqual(new Set([standbys[0], standbys[1], parent]));
    expect(here.state.progress.nextSeq).toBeGreaterThan(first);
    expect(here.state.progress.holes.size).toBe(0);
    expect(effects.filter(({ type }) => type === 'gave-up')).toEqual([
      { type: 'gave-up', fromSeq: first, toSeq: first },
    ]);
  });

  it('misses what its first group starts with, and nothing before', () => {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(id(9)));
    const at = (seq: number) => ({ epoch: 1, seq, groupSeq: 240, isNew: true, timeUs: 0 });
    here.tell({ type: 'packet', edge: parent, ...at(0), groupSeq: 0 });
    here.tell({ type: 'skipped', epoch: 1, fromSeq: 0, toSeq: 239 });
    here.tell({ type: 'packet', edge: parent, ...at(243) });
    expect([...here.state.progress.holes.keys()]).toEqual([240, 241, 242]);
    expect(here.state.progress.nextSeq).toBe(240);
    const young = new Neighbourhood();
    young.findParent(id(1), pathBelow(id(9)));
    young.tell({ type: 'packet', edge: parent, ...at(2), groupSeq: 0 });
    expect(young.state.progress.nextSeq).toBe(0);
  });

  it('gives up what playout has passed, and asks for it no more', () => {
    const { here, parent, first, last, all } = withHole(4);
    here.pass(REPAIR_AFTER_MS + 60, { feeding: parent, tipping: all });
    here.tell({ type: 'played', epoch: 1, nextSeq: first + 2 });
    const effects = here.pass(400, { feeding: parent, tipping: all });
    expect(effects).toContainEqual({ type: 'gave-up', fromSeq: first, toSeq: first + 1 });
    const asked = requests(effects).flatMap(({ message }) =>
      message.type === 'request' ? message.ranges : [],
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const range of asked) expect(range).toEqual([first + 2, last]);
    here.tell({ type: 'played', epoch: 0, nextSeq: last + 1 });
    expect(here.state.progress.holes.size).toBe(2);
  });

  it('asks nobody for a leap, nor for what it holds though its parent leaves it out', () => {
    const { here, parent, standbys, first, all } = withHole(3);
    for (let seq = first; seq < first + 3; seq++) here.packet(standbys[0]!, seq);
    here.tell({ type: 'skipped', epoch: 1, fromSeq: first, toSeq: first + 2, by: parent });
    expect(requests(here.pass(200, { feeding: parent, tipping: all }))).toEqual([]);
    const from = here.seq + 1;
    here.seq += 150;
    here.tell({ type: 'skipped', epoch: 1, fromSeq: from, toSeq: here.seq, by: parent });
    expect(requests(here.pass(200, { feeding: parent, tipping: all }))).toEqual([]);
  });

  it('waits for one whose fragments are still coming', () => {
    const { here, parent, first, all } = withHole();
    for (let ms = 0; ms < 500; ms += 20) {
      here.tell({ type: 'arriving', epoch: 1, seq: first });
      expect(requests(here.pass(20, { feeding: parent, tipping: all }))).toEqual([]);
    }
    expect(requests(here.pass(REPAIR_AFTER_MS + 60, { feeding: parent, tipping: all }))).toHaveLength(1);
  });

  it('asks no standby for what that doesn’t hold itself', () => {
    const { here, parent, standbys, first } = withHole();
    for (let ms = 0; ms < PARENT_REPAIR_MS - 100; ms += 50) {
      for (const edge of standbys) here.hear(edge, tip(first - 1));
      expect(requests(here.pass(50, { feeding: parent, tipping: [parent] }))).toEqual([]);
    }
  });

  it('asks a standby for what its parent leaves out on purpose', () => {
    const { here, parent, standbys, first, last, all } = withHole(2);
    here.packet(parent, last + 1);
    here.seq++;
    here.tell({ type: 'skipped', epoch: 1, fromSeq: first, toSeq: last, by: parent });
    const effects = here.pass(50, { feeding: parent, tipping: all });
    expect(requests(effects)).toMatchObject([{ edge: standbys[0], message: { ranges: [[first, last]] } }]);
    expect(here.state.progress.nextSeq).toBeGreaterThan(last);
  });

  it('learns what usually comes late by itself, and asks for no such packet', () => {
    const { here, parent, all } = withHole(0);
    const lateBy = (ms: number) => {
      const late = ++here.seq;
      const effects = here.pass(ms, { feeding: parent, tipping: all });
      here.packet(parent, late);
      return requests(effects).length;
    };
    for (let i = 0; i < 3; i++) lateBy(100);
    expect(lateBy(100)).toBe(0);
  });

  it('10: asks for a bounded number at once, and watches a bounded number', () => {
    const { here, parent, all } = withHole(2000);
    const effects = here.pass(100, { feeding: parent, tipping: all });
    const count = requests(effects).flatMap(({ message }) =>
      message.type === 'request' ? message.ranges.map(([from, to]) => to - from + 1) : [],
    );
    for (const one of count) expect(one).toBeLessThanOrEqual(REPAIR_PACKETS_MAX);
    expect(here.state.progress.holes.size).toBeLessThanOrEqual(HOLES_MAX);
  });
});

describe('a peer that is asked for packets', () => {
  it('serves one that it only stands by for, and never more than its allowance', () => {
    const { here } = settled(1);
    const edge = here.standBy(50);
    const ask = (fromSeq: number, toSeq: number) =>
      here.hear(edge, { type: 'request', epoch: 1, ranges: [[fromSeq, toSeq]] });
    expect(ask(3, 5)).toEqual([{ type: 'serve-child', edge, ranges: [[3, 5]] }]);
    expect(ask(0, 0xffffffff)).toEqual([{ type: 'serve-child', edge, ranges: [[0, SERVE_BURST_MAX - 4]] }]);
    expect(ask(0, 0xffffffff)).toEqual([]);
  });
});
