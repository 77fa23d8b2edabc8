// The rules of a hop one by one: whom it has checked, what it keeps of that, and what it counts. How they work together is in hop.test.ts.

import { beforeEach, describe, expect, it } from 'vitest';
import type { SignedSaid } from '../../../src/room/comment-codec.ts';
import { createHop, evaluateHop, takeAll, type HopEffect, type HopState } from '../../../src/room/hop.ts';
import type { Rise } from '../../../src/room/rise-message.ts';
import type { RoomMode } from '../../../src/room/room-packet.ts';
import {
  EDGE_COMMENTS_BURST,
  EDGE_WAITING_MAX,
  HEARTS_BURST_SECONDS,
  HEARTS_PER_VIEWER_SECOND,
  RISE_INTERVAL_MS,
  TAG_COMMENTS_BURST,
} from '../../../src/room/room-limits.ts';
import { EPOCH, unsignedComment as comment } from './samples.ts';

let hop: HopState;
let nowMs: number;
beforeEach(() => {
  hop = createHop(() => 0);
  nowMs = 1000;
  rules();
});

function rules(muted: string[] = [], mode: RoomMode = 'open', epoch = EPOCH): void {
  evaluateHop(hop, { type: 'rules', epoch, mode, muted: new Set(muted) }, nowMs);
}

function rise(edge: string, said: SignedSaid[], sums: Partial<Rise> = {}): HopEffect[] {
  const message = { hearts: 0, leftOut: 0, said, ...sums };
  return evaluateHop(hop, { type: 'rise', edge, rise: message, viewers: 1 }, nowMs);
}

/** Whose signatures are to be checked. */
function checksOf(effects: readonly HopEffect[]): string[] {
  return effects.map((effect) => (effect.type === 'check' ? effect.said.author : effect.type));
}

/** Their signatures hold. */
function hold(edge: string, ...said: SignedSaid[]): void {
  for (const one of said) evaluateHop(hop, { type: 'checked', edge, said: one }, nowMs);
}

function tick(parent: string, children: string[]): Rise | undefined {
  nowMs += RISE_INTERVAL_MS;
  const [effect] = evaluateHop(hop, { type: 'tick', parent, children }, nowMs);
  return effect?.type === 'send' ? effect.rise : undefined;
}

describe('a hop has the signatures checked', () => {
  it('of nobody who is muted, by key or by address, of nothing unclean, and of nothing that was said before', () => {
    rules(['bad', 'tag-of-bad']);
    const fine = comment('fine');
    const said = [
      comment('bad'),
      comment('new', { tag: 'tag-of-bad' }),
      comment('odd', { text: 'a\u202eb' }),
    ];
    expect(checksOf(rise('a', [...said, fine]))).toEqual(['fine']);
    hold('a', fine);
    expect(checksOf(rise('b', [fine]))).toEqual([]);
  });

  it('of sealed words, which it can’t read', () => {
    const sealed = comment('who', { text: '', sealed: new Uint8Array(8) });
    expect(checksOf(rise('a', [sealed]))).toEqual(['who']);
  });

  it('of reports alone in a room of hearts', () => {
    rules([], 'hearts');
    const said = [comment('loud'), comment('who', { kind: 'report', text: '' })];
    expect(checksOf(rise('a', said))).toEqual(['who']);
    evaluateHop(hop, { type: 'heart' }, nowMs);
    expect(hop.hearts).toBe(1);
  });

  it('of a key that counts from the start again in a new epoch', () => {
    hold('a', comment('zoe', { counter: 1_000_000 }));
    rules([], 'open', EPOCH + 1);
    expect(checksOf(rise('a', [comment('zoe', { epoch: EPOCH + 1, counter: 1 })]))).toEqual(['zoe']);
  });
});

describe('a hop keeps', () => {
  it('nothing of who was muted while the signature was checked', () => {
    rules(['zoe']);
    hold('a', comment('zoe'));
    rules();
    expect(takeAll(hop)).toEqual([]);
  });

  it('once what came by two edges before it was checked', () => {
    const twice = comment('zoe');
    expect(checksOf([...rise('a', [twice]), ...rise('b', [twice])])).toEqual(['zoe', 'zoe']);
    hold('a', twice);
    hold('b', twice);
    expect(takeAll(hop)).toEqual([twice]);
  });

  it('of one address what a class says, whatever the number of its keys, and counts the rest', () => {
    for (let i = 0; i < TAG_COMMENTS_BURST + 5; i++) hold('a', comment(`key-${i}`, { tag: 'school' }));
    expect(takeAll(hop)).toHaveLength(TAG_COMMENTS_BURST);
    expect(hop.leftOut).toBe(5);
  });

  it('one that comes late in the place of another, as chance has it', () => {
    hold('a', ...Array.from({ length: EDGE_WAITING_MAX }, (_, i) => comment(`early-${i}`)), comment('late'));
    const kept = takeAll(hop).map(({ author }) => author);
    expect(kept).toHaveLength(EDGE_WAITING_MAX);
    expect(kept).toContain('late');
  });
});

describe('a hop counts', () => {
  it('what one edge says too much', () => {
    const said = Array.from({ length: EDGE_COMMENTS_BURST + 5 }, (_, i) => comment(`key-${i}`));
    expect(rise('a', said)).toHaveLength(EDGE_COMMENTS_BURST);
    expect(hop.leftOut).toBe(5);
  });

  it('no more hearts at once than fingers can tap, however often they are told', () => {
    const most = HEARTS_PER_VIEWER_SECOND * HEARTS_BURST_SECONDS;
    rise('a', [], { hearts: most });
    rise('a', [], { hearts: 2 * most });
    expect(hop.hearts).toBe(most);
  });

  it('on no edge whose sums shrink: it is cut', () => {
    rise('a', [], { leftOut: 5 });
    expect(rise('a', [], { leftOut: 4 })).toEqual([{ type: 'cut', edge: 'a' }]);
  });

  it('from nothing on an edge that is new, whatever was told on one of that name before', () => {
    rise('a', [], { hearts: 10, leftOut: 3 });
    tick('up', []);
    expect(rise('a', [], { hearts: 1 })).toEqual([]);
    expect(hop.hearts).toBe(11);
  });

  it('for a new parent only what the last one wasn’t told', () => {
    rise('a', [], { leftOut: 5 });
    expect(tick('up', ['a'])?.leftOut).toBe(5);
    rise('a', [], { leftOut: 7 });
    expect(tick('other', ['a'])?.leftOut).toBe(2);
  });
});
