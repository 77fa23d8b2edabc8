// What the root makes of many from one address, and what a hop makes of those that yield.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CROWD_KEEPER } from '../../../src/overlay/crowd.ts';
import type { OverlayEffect } from '../../../src/overlay/event.ts';
import type { ControlMessage } from '../../../src/overlay/message.ts';
import { ADDRESS_PLACES, OTHERS_MS, YIELDING_MAX } from '../../../src/overlay/timing.ts';
import { hello, id, SDP, sent, settled } from './neighbourhood.ts';
import { joinId, RootOfOne } from './root-of-one.ts';

const HERD = 'feedfacefeedface';
const OTHER = 'aaaaaaaaaaaaaaaa';

class Root extends RootOfOne {
  constructor() {
    super(CROWD_KEEPER);
  }

  offer(n: number, tag?: string): OverlayEffect[] {
    return this.meet(n, undefined, tag);
  }

  /** Somebody comes and finds a place below; whether it was passed on, and how. */
  place(n: number, tag?: string) {
    const passed = sent(this.offer(n, tag), 'pass').map(({ message }) => message);
    if (passed.length > 0) this.answer(n);
    return passed;
  }
}

function isYielding(messages: ControlMessage[]): boolean[] {
  return messages.map((message) => message.type === 'pass' && message.yields === true);
}

describe('the root', () => {
  it('refuses nobody of an address that is alone: whoever comes beyond its places yields', () => {
    const root = new Root();
    root.wait(OTHERS_MS);
    root.report(1000, 1000);
    const flags = Array.from({ length: 40 }, (_, n) => isYielding(root.place(2 + n, HERD))).flat();
    expect(flags).toEqual(Array.from({ length: 40 }, (_, n) => n >= ADDRESS_PLACES));
  });

  it('lets nobody yield whose address it doesn’t know', () => {
    const root = new Root();
    root.report(1000, 1000);
    for (let n = 2; n < 60; n++) expect(isYielding(root.place(n))).toEqual([false]);
  });

  it('gives a place of those that yield to another, where no slot is free, and none to more of them', () => {
    const root = new Root();
    root.wait(OTHERS_MS);
    root.report(1000, 1000);
    for (let n = 2; n < 20; n++) root.place(n, HERD);
    root.report(0, 1000);
    expect(root.place(0x50, HERD)).toEqual([]);
    expect(isYielding(root.place(0x51, OTHER))).toEqual([false]);
  });

  it('keeps a third of all slots for others while they come, and no longer', () => {
    const root = new Root();
    root.wait(OTHERS_MS);
    root.report(1000, 1000);
    for (let n = 2; n < 2 + ADDRESS_PLACES; n++) root.place(n, HERD);
    root.place(0x50, OTHER);
    root.report(300, 1000);
    expect(root.place(0x51, HERD)).toEqual([]);
    expect(isYielding(root.place(0x52, OTHER))).toEqual([false]);
    root.report(300, 1000);
    expect(sent(root.wait(OTHERS_MS + 100), 'pass').length).toBeGreaterThan(0);
  });

  it('has others before those that yield, and no more of them than it can remember, whoever comes when', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 80 }), fc.nat(900), (isOther, herd) => {
        const root = new Root();
        root.report(0, 1);
        for (let n = 0; n < herd; n++) root.offer(0x100 + n, HERD);
        isOther.forEach((other, n) => root.offer(0x1000 + n, other ? id(n) : HERD));
        const joins = [...root.state.joins.values()].filter(({ phase }) => phase === 'waiting');
        expect(joins.filter(({ yields }) => yields).length).toBeLessThanOrEqual(YIELDING_MAX);
        expect(joins.filter(({ tag, yields }) => tag !== HERD && !yields)).toHaveLength(
          isOther.filter(Boolean).length,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('a hop', () => {
  const pass = (n: number, yields?: true): ControlMessage => {
    return { type: 'pass', join: joinId(n), peer: id(n), avoid: [], rides: true, yields, sdp: SDP };
  };

  /** A hop with one slot, which somebody has who yields or doesn't. */
  function full(yields?: true) {
    const { here, parent } = settled(1);
    const edge = joinId(0x40);
    here.hear(parent, pass(0x40, yields));
    here.tell({ type: 'edge-opened', edge });
    here.hear(edge, hello(id(0x40), [], 0));
    here.hear(edge, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' });
    return { here, parent, edge };
  }

  it('gives the place of one that yields to one that doesn’t', () => {
    const { here, parent, edge } = full(true);
    const effects = here.hear(parent, pass(0x50));
    expect(sent(effects, 'bye').map((bye) => bye.edge)).toEqual([edge]);
    expect(effects).toContainEqual({ type: 'answer-edge', edge: joinId(0x50) });
  });

  it.each([
    ['one that doesn’t yield', undefined, undefined],
    ['one that yields, for another that does', true, true],
  ] as const)('keeps %s', (_, first, second) => {
    const { here, parent } = full(first);
    const effects = here.hear(parent, pass(0x50, second));
    expect(sent(effects, 'bye')).toEqual([]);
    expect(effects).not.toContainEqual({ type: 'answer-edge', edge: joinId(0x50) });
  });
});
