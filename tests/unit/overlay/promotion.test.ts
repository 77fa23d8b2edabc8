// Who gives much comes up, in the place of who gives least: make before break, and a claim gets no more than a trial.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverlayEffect } from '../../../src/overlay/event.ts';
import type { Find } from '../../../src/overlay/message.ts';
import { Promotion } from '../../../src/overlay/promotion.ts';
import {
  decodePlace,
  encodePlace,
  NO_PEER,
  type Move,
  type Rank,
} from '../../../src/overlay/promotion-message.ts';
import {
  FILL_MS_MAX,
  GUEST_MS_MAX,
  PROMOTED_AFTER_MS,
  PROMOTION_EVERY_MS,
  STANDBYS_WANTED,
} from '../../../src/overlay/timing.ts';
import { hello, id, pathBelow, ROOT, SDP, sent, settled } from './neighbourhood.ts';

const SUBSCRIBE = { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' } as const;
const GIVER = id(0x60);
const TALL: Rank = { type: 'rank', slots: 2, height: 2, bestSlots: 8, bestSize: 0, best: GIVER };
const LEAF: Rank = { type: 'rank', slots: 0, height: 0, bestSlots: 0, bestSize: 0, best: NO_PEER };

const STAY: Move = { type: 'move', depth: 0, peer: NO_PEER };

function places(effects: readonly OverlayEffect[]) {
  return sent(effects, 'other').flatMap(({ edge, message }) => {
    const place = message.type === 'other' ? decodePlace(message.bytes) : null;
    return place ? [{ edge, place }] : [];
  });
}

/** A relay with three slots: a leaf without slots has one, a relay with a generous child the second, one that gives most the third. */
function parent() {
  const { here, parent: above } = settled(3);
  const promoter = new Promotion();
  here.promoter = promoter;
  const leaf = here.adopt(0x50);
  const relay = here.adopt(0x51);
  const giver = here.adopt(0x52);
  const counts = { type: 'counts', viewers: 1, slots: 0, freeSlots: 0, freeDepth: 255 } as const;
  here.hear(leaf, counts);
  here.hear(relay, { ...counts, viewers: 9, slots: 8 });
  here.hear(giver, { ...counts, viewers: 9, slots: 8 });
  const say = (edge: string, place: Rank | Move) =>
    here.hear(edge, { type: 'other', bytes: encodePlace(place) });
  say(leaf, LEAF);
  say(relay, TALL);
  say(giver, { ...LEAF, slots: 8 });
  const comer = id(0x2000);
  const wait = (ms: number) => here.pass(ms, { feeding: above, tipping: [above, leaf, relay, giver, comer] });
  const find = (peer: string, tier = 1) => {
    const about = { join: comer, peer, avoid: [], sdp: SDP, above: [id(1)], tier, hops: 8 };
    return here.hear(relay, { type: 'find', purpose: 'parent', ...about });
  };
  const arrive = () => {
    find(GIVER);
    here.tell({ type: 'edge-opened', edge: comer });
    here.hear(comer, hello(GIVER, pathBelow(ROOT, id(1), id(0xee), id(0x51)), 8));
    const effects = here.hear(comer, SUBSCRIBE);
    here.hear(comer, { ...counts, viewers: 9, slots: 8 });
    return effects;
  };
  const leaveSlot = () => here.hear(relay, { ...counts, viewers: 8, slots: 8, freeSlots: 1, freeDepth: 3 });
  return { here, above, leaf, relay, comer, say, wait, find, arrive, leaveSlot };
}

describe('a swap', () => {
  it('is offered to a grandchild that gives more than a child, not before both have been there for a while', () => {
    const { relay, wait } = parent();
    const isMove = ({ place }: { place: Rank | Move }) => place.type === 'move';
    expect(places(wait(PROMOTED_AFTER_MS - 1000)).filter(isMove)).toEqual([]);
    const moves = places(wait(1000 + 2 * PROMOTION_EVERY_MS)).filter(isMove);
    expect(moves).toEqual([{ edge: relay, place: { type: 'move', depth: 0, peer: GIVER } }]);
  });

  it('isn’t offered where the uplink is small: it would feed one more than it carries', () => {
    const { here, wait } = parent();
    here.tell({ type: 'slots', slots: 2 });
    const moves = places(wait(PROMOTED_AFTER_MS + 3 * PROMOTION_EVERY_MS)).flatMap(({ place }) =>
      place.type === 'move' && place.peer === GIVER ? [place] : [],
    );
    expect(moves).toEqual([]);
  });

  it('feeds whoever comes up before the least child is asked to go, and asks it only when there is a slot for it', () => {
    const { here, leaf, comer, wait, arrive, leaveSlot } = parent();
    wait(PROMOTED_AFTER_MS + 2 * PROMOTION_EVERY_MS);
    expect(arrive()).toContainEqual(expect.objectContaining({ type: 'feed-child', edge: comer }));
    expect(sent(wait(500), 'bye')).toEqual([]);
    leaveSlot();
    expect(sent(wait(100), 'bye')).toEqual([{ edge: leaf, message: { type: 'bye', reason: 'guest' } }]);
    expect(here.state.children.get(leaf)?.mask).toBe(15);
    here.hear(leaf, { ...SUBSCRIBE, mask: 0 });
    wait(GUEST_MS_MAX + 500);
    expect(here.state.children.get(comer)).toMatchObject({ mask: 15, guestSinceMs: null });
  });

  it('is taken back when the least child finds no other place: it stays, and whoever came is asked to go', () => {
    const { here, leaf, comer, wait, arrive, leaveSlot } = parent();
    wait(PROMOTED_AFTER_MS + 2 * PROMOTION_EVERY_MS);
    arrive();
    leaveSlot();
    const effects = wait(GUEST_MS_MAX + 1500);
    expect(places(effects)).toContainEqual({ edge: leaf, place: STAY });
    expect(sent(effects, 'bye').at(-1)).toEqual({ edge: comer, message: { type: 'bye', reason: 'guest' } });
    expect(here.state.children.get(leaf)).toMatchObject({ mask: 15, guestSinceMs: null });
  });

  it('is over when somebody else goes: the least child has a slot of its own again, and is told to stay', () => {
    const { here, leaf, relay, comer, wait, arrive, leaveSlot } = parent();
    wait(PROMOTED_AFTER_MS + 2 * PROMOTION_EVERY_MS);
    arrive();
    leaveSlot();
    wait(100);
    expect(here.state.children.get(leaf)?.guestSinceMs).not.toBeNull();
    here.tell({ type: 'edge-closed', edge: relay });
    expect(places(wait(100))).toContainEqual({ edge: leaf, place: STAY });
    const effects = wait(GUEST_MS_MAX + 1500);
    expect(places(effects).filter(({ place }) => place.type === 'move')).toEqual([]);
    expect([leaf, comer].map((edge) => here.state.children.get(edge)?.guestSinceMs)).toEqual([null, null]);
  });

  it('takes the place of its own parent too, tall as that stands, which goes where there is room', () => {
    const { here, leaf, relay, comer, say, wait, arrive } = parent();
    say(leaf, { ...LEAF, slots: 8 });
    const moves = places(wait(PROMOTED_AFTER_MS + 2 * PROMOTION_EVERY_MS));
    expect(moves).toContainEqual({ edge: relay, place: { type: 'move', depth: 0, peer: GIVER } });
    arrive();
    here.hear(comer, { type: 'counts', viewers: 1, slots: 8, freeSlots: 8, freeDepth: 3 });
    expect(sent(wait(100), 'bye')).toEqual([{ edge: relay, message: { type: 'bye', reason: 'guest' } }]);
  });

  it('is for nobody else: a search for a promised place goes up when nothing was promised here', () => {
    const { here, above, comer, find } = parent();
    expect(sent(find(id(0x61)), 'find').map(({ edge }) => edge)).toEqual([above]);
    expect(here.state.children.has(comer)).toBe(false);
  });
});

describe('an offered place', () => {
  it('is passed on to whom it names, and heard from the parent only', () => {
    const { here, above, leaf, relay, say } = parent();
    const move: Move = { type: 'move', depth: 0, peer: id(0x51) };
    expect(places(say(above, move))).toEqual([{ edge: relay, place: move }]);
    expect(places(say(leaf, move))).toEqual([]);
    here.tell({ type: 'edge-closed', edge: relay });
    expect(places(say(above, move))).toEqual([]);
  });

  it('is asked for with a search that goes up, while the parent goes on feeding us', () => {
    const { here, above, say, wait } = parent();
    wait(PROMOTED_AFTER_MS);
    say(above, { type: 'move', depth: 2, peer: NO_PEER });
    wait(100);
    const edge = here.state.search.edge!;
    const effects = here.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } });
    expect(sent(effects, 'find')).toMatchObject([{ edge: above, message: { purpose: 'parent', tier: 1 } }]);
    expect(here.state.parent?.edge).toBe(above);
  });

  it('is taken although standbys have the better places, and they are enough', () => {
    const { here, parent: above, standbys } = settled();
    here.promoter = new Promotion();
    const around = { feeding: above, tipping: [above, ...standbys] };
    here.pass(PROMOTED_AFTER_MS, around);
    expect(here.state.standbys.size).toBe(STANDBYS_WANTED);
    const move: Move = { type: 'move', depth: 2, peer: NO_PEER };
    here.hear(above, { type: 'other', bytes: encodePlace(move) });
    here.pass(100, around);
    const found = here.findStandby(ROOT, [{ mask: 15, depth: 0, ancestors: [] }]);
    here.pass(100, around);
    expect(here.state.standbys.has(found)).toBe(true);
    here.pass(100, { ...around, tipping: [...around.tipping, found] });
    expect(here.state.parent?.edge).toBe(found);
  });

  it('isn’t for whoever holds a door, but for those below', () => {
    const { here, above, relay, say, wait } = parent();
    wait(PROMOTED_AFTER_MS);
    here.hear(above, { type: 'doors', numbers: [3] });
    const move: Move = { type: 'move', depth: 2, peer: NO_PEER };
    expect(places(say(above, move))).toEqual([{ edge: relay, place: move }]);
    expect(places(wait(100)).filter(({ edge }) => edge === above)).toEqual([]);
    expect(here.state.search.purpose).not.toBe('parent');
  });

  it('is for whoever gives as much as it is worth: who gives less passes it on', () => {
    const { here, above, relay, say, wait } = parent();
    wait(PROMOTED_AFTER_MS);
    const move: Move = { type: 'move', depth: 2, peer: NO_PEER, slots: 4 };
    expect(places(say(above, move))).toEqual([{ edge: relay, place: move }]);
    expect(places(say(above, { ...move, slots: 3 }))).toEqual([]);
    wait(100);
    expect(here.state.search).toMatchObject({ purpose: 'parent', phase: 'asking' });
  });

  it('goes the tallest way, and the next one while whoever was asked may be coming', () => {
    const { above, leaf, relay, say, wait } = parent();
    wait(PROMOTED_AFTER_MS);
    say(leaf, { ...LEAF, height: 1 });
    const move: Move = { type: 'move', depth: 4, peer: NO_PEER };
    const ways = (): string[] => places(say(above, move)).map(({ edge }) => edge);
    expect(ways()).toEqual([relay]);
    wait(50);
    expect(ways()).toEqual([leaf]);
    expect(ways()).toEqual([relay]);
    wait(FILL_MS_MAX);
    expect(ways()).toEqual([relay]);
  });

  it('is asked for again without whoever had it and couldn’t be reached', () => {
    const { here, above, say, wait } = parent();
    wait(PROMOTED_AFTER_MS);
    const ask = () => {
      say(above, { type: 'move', depth: 2, peer: NO_PEER });
      wait(100);
      const edge = here.state.search.edge!;
      const effects = here.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } });
      return { edge, avoided: sent(effects, 'find').map(({ message }) => (message as Find).avoid) };
    };
    const { edge, avoided } = ask();
    const host = id(0x99);
    const signal = { type: 'answer', sdp: SDP } as const;
    here.hear(above, { type: 'signal', join: edge, peer: host, signal });
    const { failures } = here.state.search;
    here.tell({ type: 'edge-closed', edge });
    wait(100);
    // Standbys aren't looked for any later because of it.
    expect(here.state.search.failures).toBe(failures);
    expect(avoided[0]).not.toContain(host);
    expect(ask().avoided[0]).toContain(host);
  });
});

describe('messages about places', () => {
  it.each([
    TALL,
    LEAF,
    { type: 'move', depth: 64, peer: GIVER } as const,
    { type: 'move', depth: 3, peer: NO_PEER, slots: 3 } as const,
  ])('come back from their bytes', (message) => {
    const bytes = encodePlace(message);
    expect(decodePlace(bytes)).toEqual(message);
    const slots = message.type === 'move' && message.slots === undefined ? { slots: 1 } : {};
    expect(decodePlace(Uint8Array.from([...bytes, 1, 2]))).toEqual({ ...message, ...slots });
    const least = message.type === 'move' ? 10 : bytes.length;
    for (let length = 1; length < least; length++)
      expect(decodePlace(bytes.subarray(0, length))).toBeUndefined();
  });

  it('that break a rule are told from those of another type, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(39, 40), (bytes, type) => {
        const read = decodePlace(Uint8Array.from([type, ...bytes]));
        expect(read).not.toBeNull();
        if (read) expect(decodePlace(encodePlace(read))).toEqual(read);
      }),
    );
    expect(decodePlace(Uint8Array.of(41, 1, 2))).toBeNull();
    expect(decodePlace(Uint8Array.from([...encodePlace(TALL)].fill(9, 1, 2)))).toBeUndefined();
  });

  it('cost their sender the edge when they break a rule', () => {
    const { here, leaf } = parent();
    const effects = here.hear(leaf, { type: 'other', bytes: Uint8Array.of(39, 1) });
    expect(effects).toContainEqual({ type: 'close-edge', edge: leaf });
  });
});
