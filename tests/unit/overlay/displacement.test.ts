// A newcomer that brings slots takes the place of a leaf that has none, which moves below it: make before break.
import { describe, expect, it } from 'vitest';
import type { OverlayEffect } from '../../../src/overlay/event.ts';
import { GUEST_MS_MAX } from '../../../src/overlay/timing.ts';
import { hello, id, SDP, sent, settled } from './neighbourhood.ts';

const SUBSCRIBE = { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' } as const;

/** A relay with one slot, which a leaf without slots holds. */
function full() {
  const { here, parent } = settled(1);
  const leaf = here.adopt(0x50);
  here.hear(leaf, { type: 'counts', viewers: 1, slots: 0, freeSlots: 0, freeDepth: 255 });
  const newcomer = id(0x1060);
  const pass = (about: { rides?: true } = {}) =>
    here.hear(parent, { type: 'pass', join: newcomer, peer: id(0x60), avoid: [], ...about, sdp: SDP });
  const wait = (ms: number) => here.pass(ms, { feeding: parent, tipping: [parent, leaf, newcomer] });
  const arrive = (slots: number): OverlayEffect[] => {
    here.tell({ type: 'edge-opened', edge: newcomer });
    here.hear(newcomer, hello(id(0x60), [], slots));
    return here.hear(newcomer, SUBSCRIBE);
  };
  return { here, parent, leaf, newcomer, pass, wait, arrive };
}

describe('displacement', () => {
  it('asks the leaf to go once the newcomer is fed, and lets it find its place below it', () => {
    const { here, parent, leaf, newcomer, pass, arrive } = full();
    expect(sent(pass(), 'passed')[0]?.message).toMatchObject({ status: 'taken' });
    const effects = arrive(4);
    expect(effects).toContainEqual(expect.objectContaining({ type: 'feed-child', edge: newcomer }));
    const bye = { type: 'bye', reason: 'guest', suggest: id(0x60) };
    expect(sent(effects, 'bye')).toEqual([{ edge: leaf, message: bye }]);
    // The leaf is still fed while it looks around; its search leads to the newcomer.
    expect(here.state.children.get(leaf)?.mask).toBe(15);
    const about = { join: id(0x2000), peer: id(0x50), avoid: [] as string[], sdp: SDP, above: [], tier: 0 };
    const found = here.hear(leaf, { type: 'find', purpose: 'parent', hops: 8, ...about });
    expect(sent(found, 'find').map(({ edge }) => edge)).toEqual([newcomer]);
    here.hear(leaf, { ...SUBSCRIBE, mask: 0 });
    here.pass(GUEST_MS_MAX + 500, { feeding: parent, tipping: [parent, leaf, newcomer] });
    expect(here.state.children.get(newcomer)).toMatchObject({ mask: 15, guestSinceMs: null });
  });

  it('isn’t for newcomers without slots, nor for two at once', () => {
    const { here, parent, pass } = full();
    expect(sent(pass({ rides: true }), 'passed')[0]?.message).toMatchObject({ status: 'refused' });
    pass();
    const second = { join: id(0x1061), peer: id(0x61), avoid: [] as string[], sdp: SDP };
    const answer = here.hear(parent, { type: 'pass', ...second });
    expect(sent(answer, 'passed')[0]?.message).toMatchObject({ status: 'refused' });
  });

  it('believes no claim: a newcomer without slots goes at once, one that doesn’t feed the leaf goes after 5 s', () => {
    const liar = full();
    liar.pass();
    expect(sent(liar.arrive(0), 'bye')).toMatchObject([{ edge: liar.newcomer, message: { reason: 'full' } }]);
    const idler = full();
    idler.pass();
    idler.arrive(4);
    const byes = sent(idler.wait(GUEST_MS_MAX + 100), 'bye');
    expect(byes).toContainEqual({ edge: idler.newcomer, message: { type: 'bye', reason: 'full' } });
    expect(idler.here.state.children.get(idler.leaf)).toMatchObject({ mask: 15, guestSinceMs: null });
  });
});
