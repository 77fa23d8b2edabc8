// One hop on the way up. Numbers in brackets name the invariants in hop.ts.

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SignedSaid } from '../../../src/room/comment-codec.ts';
import {
  createHop,
  evaluateHop,
  OWN,
  takeAll,
  type HopEffect,
  type HopState,
} from '../../../src/room/hop.ts';
import type { Rise } from '../../../src/room/rise-message.ts';
import {
  EDGE_COMMENTS_BURST,
  EDGE_LEFT_OUT_PER_SECOND,
  EDGE_RISES_BURST,
  HEARTS_PER_VIEWER_SECOND,
  HOP_KEYS_MAX,
  KEY_COMMENTS_BURST,
  RISE_COMMENTS_MAX,
  RISE_INTERVAL_MS,
} from '../../../src/room/room-limits.ts';
import { EPOCH, unsignedComment as comment } from './samples.ts';

const TICK_MS = 50;
let strangers = 0;

/** Says something behind this edge, and nothing else ever. */
function stranger(edge: string): SignedSaid {
  return comment(`${edge}${strangers++}`);
}

let hop: HopState;
let nowMs: number;
let sent: Rise[];
let cut: string[];
let children: string[];

beforeEach(() => {
  let seed = 1;
  hop = createHop(() => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647);
  nowMs = 1000;
  sent = [];
  cut = [];
  children = ['a', 'b'];
  evaluateHop(hop, { type: 'rules', epoch: EPOCH, mode: 'open', muted: new Set() }, nowMs);
});

/** Signatures are found to hold at once. */
function apply(effects: HopEffect[]): void {
  for (const effect of effects) {
    if (effect.type === 'send') sent.push(effect.rise);
    else if (effect.type === 'cut') cut.push(effect.edge);
    else apply(evaluateHop(hop, { ...effect, type: 'checked' }, nowMs));
  }
}

function rise(edge: string, said: SignedSaid[], sums: Partial<Rise> = {}, viewers = 1): void {
  const message = { hearts: 0, leftOut: 0, said, ...sums };
  apply(evaluateHop(hop, { type: 'rise', edge, rise: message, viewers }, nowMs));
}

function pass(forMs: number, parent: string | null = 'up', each: () => void = () => undefined): void {
  for (let passed = 0; passed < forMs; passed += TICK_MS) {
    nowMs += TICK_MS;
    each();
    apply(evaluateHop(hop, { type: 'tick', parent, children }, nowMs));
  }
}

const saidUp = (): string[] => sent.flatMap(({ said }) => said.map(({ author }) => author));

describe('a hop', () => {
  it('passes a lone comment on at the next tick, its own like those from below', () => {
    rise('a', [comment('zoe')]);
    pass(TICK_MS);
    expect(saidUp()).toEqual(['zoe']);
    apply(evaluateHop(hop, { type: 'checked', edge: OWN, said: comment('me') }, nowMs));
    pass(RISE_INTERVAL_MS);
    expect(saidUp()).toEqual(['zoe', 'me']);
  });

  it('sends so much and no more, however much comes (1), and counts the rest once (3)', () => {
    const seconds = 20;
    let came = 0;
    pass(seconds * 1000, 'up', () => {
      for (const edge of children) {
        const said = Array.from({ length: 2 }, () => comment(`${edge}${came++ % 500}`));
        if ((nowMs / TICK_MS) % 4 === 0) rise(edge, said);
        else came -= 2;
      }
    });
    expect(cut).toEqual([]);
    const most = (RISE_COMMENTS_MAX * 1000) / RISE_INTERVAL_MS;
    expect(saidUp().length).toBeLessThanOrEqual(most * seconds + RISE_COMMENTS_MAX);
    expect(saidUp().length).toBeGreaterThan(most * seconds * 0.9);
    for (const { said } of sent) expect(said.length).toBeLessThanOrEqual(RISE_COMMENTS_MAX);
    pass(20_000);
    expect(saidUp().length + sent.at(-1)!.leftOut).toBe(came);
  });

  it('lets edges take turns when one shouts (2)', () => {
    pass(20_000, 'up', () => {
      if ((nowMs / TICK_MS) % 4 === 0) rise('a', [stranger('a'), stranger('a')]);
      if ((nowMs / TICK_MS) % 20 === 0) rise('b', [stranger('b')]);
    });
    pass(1000);
    const fromB = saidUp().filter((author) => author.startsWith('b')).length;
    expect(fromB).toBe(20);
    expect(saidUp().length - fromB).toBeGreaterThan(100);
  });

  it('is fair between edges that all shout (2)', () => {
    children = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    pass(60_000, 'up', () => {
      if ((nowMs / TICK_MS) % 4 === 0)
        for (const edge of children) rise(edge, [stranger(edge), stranger(edge)]);
    });
    const shares = children.map((edge) => saidUp().filter((author) => author.startsWith(edge)).length);
    const mean = shares.reduce((sum, share) => sum + share) / shares.length;
    for (const share of shares) expect(Math.abs(share - mean)).toBeLessThanOrEqual(2);
  });

  it('takes so many comments from one edge, and cuts one that floods with messages', () => {
    let asked = 0;
    const said = Array.from({ length: 200 }, (_, i) => comment(`x${i}`));
    for (let i = 0; i < 100; i++) {
      const message = { hearts: 0, leftOut: 0, said: said.slice(2 * i, 2 * i + 2) };
      const effects = evaluateHop(hop, { type: 'rise', edge: 'a', rise: message, viewers: 1 }, nowMs);
      asked += effects.filter(({ type }) => type === 'check').length;
      apply(effects.filter(({ type }) => type === 'cut'));
    }
    expect(asked).toBe(EDGE_COMMENTS_BURST);
    expect(cut.length).toBeGreaterThan(0);
    for (let i = 0; i < EDGE_RISES_BURST; i++) rise('b', []);
    expect(cut.filter((edge) => edge === 'b')).toEqual([]);
    rise('b', []);
    expect(cut.filter((edge) => edge === 'b')).toEqual(['b']);
  });

  it('takes a comment once, a key at the pace of a person, and nothing of another epoch', () => {
    const once = comment('zoe');
    for (let i = 0; i < 3; i++) rise('a', [once]);
    rise('b', [once]);
    rise('b', [comment('old', { epoch: EPOCH - 1 })]);
    for (let i = 0; i < 10; i++) rise('a', [comment('quick')]);
    pass(5000);
    expect(saidUp().filter((author) => author === 'zoe')).toHaveLength(1);
    expect(saidUp().filter((author) => author === 'quick')).toHaveLength(KEY_COMMENTS_BURST);
    expect(saidUp()).not.toContain('old');
    expect(sent.at(-1)!.leftOut).toBe(10 - KEY_COMMENTS_BURST);
  });

  it('lets nobody use up what another key may say with a signature that doesn’t hold', () => {
    for (let i = 0; i < 10; i++) {
      const forged = { hearts: 0, leftOut: 0, said: [comment('zoe')] };
      evaluateHop(hop, { type: 'rise', edge: 'a', rise: forged, viewers: 1 }, nowMs);
    }
    rise('b', [comment('zoe', { counter: 1 })]);
    pass(1000);
    expect(saidUp()).toEqual(['zoe']);
  });

  it('passes on nothing of the muted, nothing unclean, and in a closed room only reports (5)', () => {
    evaluateHop(hop, { type: 'rules', epoch: EPOCH, mode: 'open', muted: new Set(['bad']) }, nowMs);
    rise('a', [comment('bad'), comment('odd', { text: 'a\u202eb' })]);
    rise('a', [comment('late')]);
    evaluateHop(hop, { type: 'rules', epoch: EPOCH, mode: 'closed', muted: new Set() }, nowMs);
    rise('b', [comment('more'), comment('who', { kind: 'report', text: '' })]);
    evaluateHop(hop, { type: 'heart' }, nowMs);
    pass(1000);
    expect(saidUp()).toEqual(['who']);
    expect(sent.at(-1)!.hearts).toBe(0);
  });

  it('adds hearts up exactly, over moves and deaths (4)', () => {
    for (let i = 0; i < 7; i++) evaluateHop(hop, { type: 'heart' }, nowMs);
    rise('a', [], { hearts: 10 });
    rise('b', [], { hearts: 5 });
    pass(1000);
    expect(sent.at(-1)!.hearts).toBe(22);
    // A new parent hears of what is new only; a child that went leaves what it gave.
    children = ['b', 'c'];
    rise('b', [], { hearts: 9 });
    pass(1000, 'other');
    expect(sent.at(-1)!.hearts).toBe(4);
    rise('c', [], { hearts: 1 });
    pass(1000, null);
    pass(1000, 'third');
    expect(sent.at(-1)!.hearts).toBe(1);
    expect(hop.hearts).toBe(27);
  });

  it('believes as many hearts as the viewers below can tap, and the rest later', () => {
    rise('a', [], { hearts: 1 });
    pass(60_000);
    rise('a', [], { hearts: 1_000_000 });
    expect(hop.hearts).toBeLessThan(10 * HEARTS_PER_VIEWER_SECOND);
    rise('b', [], { hearts: 20 }, 3);
    pass(3000, 'up', () => rise('b', [], { hearts: 20 }, 3));
    rise('b', [], { hearts: 19 }, 3);
    expect(cut).toEqual(['b']);
  });

  it('believes no more comments left out than could be', () => {
    rise('a', [], { leftOut: 2 ** 40 });
    expect(hop.leftOut).toBe(EDGE_LEFT_OUT_PER_SECOND);
    rise('a', [], { leftOut: 2 ** 40 + 3 });
    expect(hop.leftOut).toBe(EDGE_LEFT_OUT_PER_SECOND);
    pass(1000);
    rise('a', [], { leftOut: 2 ** 40 + 10 });
    expect(hop.leftOut).toBe(EDGE_LEFT_OUT_PER_SECOND + 7);
  });

  it('says nothing while there is nothing to say, and remembers a bounded number of keys', () => {
    pass(5000);
    expect(sent).toEqual([]);
    for (let i = 0; i < HOP_KEYS_MAX + 100; i++)
      apply(evaluateHop(hop, { type: 'checked', edge: 'a', said: comment(`k${i}`) }, nowMs));
    expect(hop.keys.size).toBe(HOP_KEYS_MAX);
    expect([...hop.waiting.values()].every(({ said }) => said.length <= 16)).toBe(true);
    expect(takeAll(hop)).toHaveLength(16);
  });

  it('keeps its bounds whatever is said in whatever order (1, 3)', () => {
    const events = fc.array(
      fc.record({
        edge: fc.constantFrom('a', 'b', OWN),
        who: fc.nat(40),
        restMs: fc.nat(300),
        many: fc.nat(3),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(events, (list) => {
        hop = createHop(() => 0.3);
        [sent, cut, nowMs] = [[], [], 1000];
        let came = 0;
        for (const { edge, who, restMs, many } of list) {
          for (let i = 0; i < many; i++) {
            came++;
            apply(evaluateHop(hop, { type: 'checked', edge, said: comment(`w${who}`) }, nowMs));
          }
          pass(restMs);
        }
        pass(20_000);
        expect(saidUp().length + (sent.at(-1)?.leftOut ?? 0)).toBe(came);
        for (const { said } of sent) expect(said.length).toBeLessThanOrEqual(RISE_COMMENTS_MAX);
      }),
      { numRuns: 100 },
    );
  });
});
