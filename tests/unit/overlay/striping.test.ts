// When a viewer takes its stripes from two peers, from whom, and when it goes back to one (invariants 2, 9, 11).
import { describe, expect, it } from 'vitest';
import type { Bye, Path, Tip } from '../../../src/overlay/message.ts';
import { partnerOf } from '../../../src/overlay/feeders.ts';
import { overlayStats } from '../../../src/overlay/overlay-stats.ts';
import {
  OVERLAP_MS,
  SILENCE_MS_MAX,
  SPLIT_AGAIN_MS,
  SPLIT_CLEAN_MS_MIN,
  SPLIT_DROPS,
} from '../../../src/overlay/timing.ts';
import { id, ME, pathBelow, ROOT, sent, settled, tip, type Neighbourhood } from './neighbourhood.ts';

/** Ids below and above our own. */
const [LOW, HIGH] = [0b0101, 0b1010];
const SLOT = 1;

function dropping(seq: number, dropped: number, freeSlots = SLOT): Tip {
  return { ...tip(seq, freeSlots), dropped };
}

/** The parent says that it left packets out for us. */
function drop(here: Neighbourhood, parent: string, packets: number, before = 0) {
  here.hear(parent, dropping(here.seq, before));
  here.hear(parent, dropping(here.seq, before + packets));
  return here.tell({ type: 'tick' });
}

const subscriptions = (effects: Parameters<typeof sent>[0]) =>
  sent(effects, 'subscribe').map(({ edge, message }) => ({
    edge,
    mask: 'mask' in message ? message.mask : -1,
  }));

/** A viewer that is fed by its parent and by its first standby, half and half. */
function split() {
  const { here, parent, standbys } = settled();
  drop(here, parent, SPLIT_DROPS);
  const partner = partnerOf(here.state)!;
  here.seq++;
  const narrowed = here.packet(partner.edge, here.seq);
  const others = standbys.filter((edge) => edge !== partner.edge);
  return { here, parent, partner, standbys, others, narrowed };
}

/** Time passes and both bring something. */
function go(here: Neighbourhood, ms: number, feeding: string[], tipping = feeding) {
  const effects = [];
  for (let untilMs = here.nowMs + ms; here.nowMs < untilMs;) {
    here.seq++;
    effects.push(...here.packet(feeding[here.seq % feeding.length]!, here.seq));
    here.nowMs += 20;
    if (here.seq % 3 !== 0) continue;
    for (const edge of tipping) {
      const last =
        edge === here.state.parent?.edge ? here.state.parent.tip : here.state.standbys.get(edge)?.tip;
      effects.push(...here.hear(edge, dropping(here.seq, last?.dropped ?? 0)));
    }
    effects.push(...here.tell({ type: 'tick' }));
  }
  return effects;
}

describe('a viewer whose parent leaves out much', () => {
  it('asks a standby for half, and its parent for the other half once the first part of it is here', () => {
    const { here, parent, standbys } = settled();
    const effects = drop(here, parent, SPLIT_DROPS);
    // Our id is the higher one.
    expect(subscriptions(effects)).toEqual([{ edge: standbys[0], mask: HIGH }]);
    expect(sent(effects, 'subscribe')[0]!.message).toMatchObject({ from: here.state.progress.nextSeq });
    here.seq++;
    expect(subscriptions(here.packet(standbys[0]!, here.seq))).toEqual([{ edge: parent, mask: LOW }]);
    expect(here.state.parent!.edge).toBe(parent);
    expect(overlayStats(here.state).parentId).toBe(id(1));
  });

  it('takes the other half of a standby with a higher id', () => {
    const { here, parent, standbys } = settled();
    for (const edge of standbys) here.state.standbys.get(edge)!.peer = id(0xeee);
    expect(subscriptions(drop(here, parent, SPLIT_DROPS))).toEqual([{ edge: standbys[0], mask: LOW }]);
  });

  it('stays with one parent for a few drops, for old ones, and without a standby that has a slot', () => {
    const few = settled();
    expect(subscriptions(drop(few.here, few.parent, SPLIT_DROPS - 1))).toEqual([]);
    go(few.here, 6000, [few.parent], [few.parent, ...few.standbys]);
    expect(subscriptions(drop(few.here, few.parent, 1, SPLIT_DROPS - 1))).toEqual([]);
    const full = settled();
    for (const edge of full.standbys) full.here.hear(edge, tip(full.here.seq, 0));
    expect(subscriptions(drop(full.here, full.parent, SPLIT_DROPS))).toEqual([]);
  });

  it('doesn’t count what its parent only passes on as left out', () => {
    const { here, parent } = settled();
    for (let i = 1; i <= 20; i++)
      here.tell({ type: 'skipped', epoch: 1, fromSeq: here.seq + i, toSeq: here.seq + i, by: parent });
    expect(subscriptions(here.tell({ type: 'tick' }))).toEqual([]);
  });

  it('2: takes no stripes that lead back to itself', () => {
    const through = (mask: number): Path => ({ mask, depth: 2, ancestors: [ROOT, ME] });
    const past = (mask: number): Path => ({ mask, depth: 2, ancestors: [ROOT, id(20)] });
    const { here, parent, standbys } = settled();
    here.hear(standbys[0]!, { type: 'path', paths: [past(LOW), through(HIGH)] });
    here.hear(standbys[1]!, { type: 'path', paths: [through(LOW), through(HIGH)] });
    expect(here.state.standbys.has(standbys[1]!)).toBe(false);
    expect(subscriptions(drop(here, parent, SPLIT_DROPS))).toEqual([{ edge: standbys[0], mask: LOW }]);
  });

  it('leaves the root the slot that newcomers need', () => {
    const { here, parent, standbys } = settled();
    for (const edge of standbys)
      here.state.standbys.get(edge)!.paths = [{ mask: 15, depth: 0, ancestors: [] }];
    expect(subscriptions(drop(here, parent, SPLIT_DROPS))).toEqual([]);
    for (const edge of standbys) here.hear(edge, tip(here.seq, 2));
    here.hear(parent, dropping(here.seq, SPLIT_DROPS));
    expect(subscriptions(here.tell({ type: 'tick' }))).toHaveLength(1);
  });

  it('goes back when the standby brings nothing', () => {
    const { here, parent, standbys } = settled();
    drop(here, parent, SPLIT_DROPS);
    const effects = go(here, OVERLAP_MS + 100, [parent], [parent, ...standbys]);
    expect(subscriptions(effects)).toEqual([{ edge: standbys[0], mask: 0 }]);
  });
});

describe('a viewer that is fed by two', () => {
  it('tells its children both ways, the primary first', () => {
    const { here, parent, standbys } = settled();
    const child = here.adopt(51);
    const effects = drop(here, parent, SPLIT_DROPS);
    const paths = [
      { mask: LOW, depth: 2, ancestors: [ROOT, id(1)] },
      { mask: HIGH, depth: 3, ancestors: [ROOT, id(20), id(2)] },
    ];
    expect(sent(effects, 'path')).toContainEqual({ edge: child, message: { type: 'path', paths } });
    expect(standbys).toHaveLength(2);
  });

  it.each(['closed', 'rejected', 'leaving', 'slow', 'guest', 'below'] as const)(
    '11: asks its parent for everything in the same turn when its partner goes: %s',
    (how) => {
      const { here, parent, partner } = split();
      const bye = (reason: Bye['reason']) => here.hear(partner.edge, { type: 'bye', reason });
      const below = () => here.hear(partner.edge, { type: 'path', paths: pathBelow(ROOT, ME) });
      const gone = () =>
        here.tell({ type: how === 'closed' ? 'edge-closed' : 'rejected', edge: partner.edge });
      const effects = how === 'below' ? below() : how === 'closed' || how === 'rejected' ? gone() : bye(how);
      expect(subscriptions(effects)).toContainEqual({ edge: parent, mask: 15 });
      expect(partnerOf(here.state)).toBeUndefined();
      expect(here.state.paths).toEqual(pathBelow(ROOT, id(1)));
    },
  );

  it.each(['closed', 'rejected', 'leaving', 'slow', 'below'] as const)(
    '9, 11: asks its partner for everything in the same turn when its parent goes: %s',
    (how) => {
      const { here, parent, partner } = split();
      const bye = (reason: Bye['reason']) => here.hear(parent, { type: 'bye', reason });
      const below = () => here.hear(parent, { type: 'path', paths: pathBelow(ROOT, ME) });
      const gone = () => here.tell({ type: how === 'closed' ? 'edge-closed' : 'rejected', edge: parent });
      const effects = how === 'below' ? below() : how === 'closed' || how === 'rejected' ? gone() : bye(how);
      expect(subscriptions(effects)).toContainEqual({ edge: partner.edge, mask: 15 });
      expect(here.state.parent!.edge).toBe(partner.edge);
    },
  );

  it('11: leaves a partner that is silent or stuck while the parent goes on', () => {
    const silent = split();
    const around = [silent.parent, ...silent.others];
    const effects = go(silent.here, SILENCE_MS_MAX + 100, [silent.parent], around);
    expect(subscriptions(effects)).toContainEqual({ edge: silent.parent, mask: 15 });
    const stuck = split();
    const at = stuck.here.seq;
    const after = [];
    for (let i = 0; i < 20; i++) {
      stuck.here.hear(stuck.partner.edge, tip(at));
      after.push(...go(stuck.here, 60, [stuck.parent], [stuck.parent, ...stuck.others]));
    }
    expect(subscriptions(after)).toContainEqual({ edge: stuck.parent, mask: 15 });
  });

  it('11: leaves a parent that is silent while the partner goes on', () => {
    const { here, partner, others } = split();
    const effects = go(here, SILENCE_MS_MAX + 100, [partner.edge], [partner.edge, ...others]);
    expect(subscriptions(effects)).toContainEqual({ edge: partner.edge, mask: 15 });
    expect(here.state.parent!.edge).toBe(partner.edge);
  });

  it('9: leaves both for a third when they are silent and that goes on', () => {
    const { here, others } = split();
    for (let ms = 0; ms < SILENCE_MS_MAX + 100; ms += 50) {
      here.seq += 3;
      here.nowMs += 50;
      for (const edge of others) here.hear(edge, tip(here.seq));
      here.tell({ type: 'tick' });
    }
    expect(here.state.parent!.edge).toBe(others[0]);
  });

  it('stays while both bring their part, and goes back after a long clean time', () => {
    const { here, parent, partner, standbys } = split();
    const all = [parent, ...standbys];
    expect(subscriptions(go(here, SPLIT_CLEAN_MS_MIN - 500, [parent, partner.edge], all))).toEqual([]);
    const effects = go(here, 1000, [parent, partner.edge], all);
    expect(subscriptions(effects)).toEqual([
      { edge: partner.edge, mask: 0 },
      { edge: parent, mask: 15 },
    ]);
  });

  it('tries one parent half as often when that was too early', () => {
    const { here, parent, partner, standbys } = split();
    const all = [parent, ...standbys];
    go(here, SPLIT_CLEAN_MS_MIN + 500, [parent, partner.edge], all);
    go(here, SPLIT_AGAIN_MS, [parent], all);
    drop(here, parent, SPLIT_DROPS, SPLIT_DROPS);
    here.seq++;
    here.packet(partnerOf(here.state)!.edge, here.seq);
    const again = partnerOf(here.state)!.edge;
    go(here, SPLIT_CLEAN_MS_MIN + 500, [parent, again], all);
    expect(partnerOf(here.state)).toBeDefined();
    go(here, SPLIT_CLEAN_MS_MIN + 500, [parent, again], all);
    expect(partnerOf(here.state)).toBeUndefined();
  });

  it('asks the other at once for what one leaves out, and calls it skipped only when both do or nobody brings it', () => {
    const { here, parent, partner, others } = split();
    for (const edge of others) here.tell({ type: 'edge-closed', edge });
    const all = [parent, partner.edge];
    go(here, 200, all);
    const seq = here.seq + 1;
    here.seq += 3;
    for (const edge of all) here.hear(edge, tip(here.seq));
    here.packet(parent, here.seq);
    const one = here.tell({ type: 'skipped', epoch: 1, fromSeq: seq, toSeq: seq + 1, by: partner.edge });
    expect(one).toEqual([]);
    expect(sent(here.tell({ type: 'tick' }), 'request')).toMatchObject([
      { edge: parent, message: { ranges: [[seq, seq + 1]] } },
    ]);
    const both = here.tell({ type: 'skipped', epoch: 1, fromSeq: seq, toSeq: seq, by: parent });
    expect(both).toContainEqual({ type: 'left-out', fromSeq: seq, toSeq: seq });
    const late = here.tell({ type: 'played', epoch: 1, nextSeq: seq + 5 });
    expect([...late, ...go(here, 100, all)]).toContainEqual({
      type: 'left-out',
      fromSeq: seq + 1,
      toSeq: seq + 1,
    });
  });
});

describe('a peer that feeds half', () => {
  it('holds a slot for it, and counts nobody below', () => {
    const { here } = settled(1);
    const edge = here.standBy(50);
    const ask = (mask: number) =>
      here.hear(edge, { type: 'subscribe', mask, layerMax: 3, epoch: 1, from: 7 });
    expect(ask(LOW)).toContainEqual({ type: 'feed-child', edge, mask: LOW, layerMax: 3, from: 7 });
    const stats = () => overlayStats(here.state);
    expect(stats()).toMatchObject({ childIds: [], viewers: 1 });
    expect(here.pass(50, {}).find((e) => e.type === 'send' && e.message.type === 'tip')).toMatchObject({
      message: { freeSlots: 0 },
    });
    ask(15);
    expect(stats()).toMatchObject({ childIds: [id(50)], viewers: 2 });
    ask(HIGH);
    expect(stats()).toMatchObject({ childIds: [id(50)], viewers: 2 });
    ask(0);
    expect(stats()).toMatchObject({ childIds: [], viewers: 1 });
  });

  it('tells each child how much was left out for it', () => {
    const { here, parent } = settled(2);
    const [one, other] = [here.adopt(51), here.adopt(52)];
    here.tell({ type: 'tick', drops: new Map([[one, 3]]) });
    here.tell({ type: 'tick', drops: new Map([[one, 255]]) });
    const tips = sent(here.pass(100, { feeding: parent, tipping: [parent, one, other] }), 'tip');
    const told = (edge: string) => tips.filter((tipped) => tipped.edge === edge).at(-1)?.message;
    expect(told(one)).toMatchObject({ dropped: 2 });
    expect(told(other)).toMatchObject({ dropped: 0 });
  });
});
