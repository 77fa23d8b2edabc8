// Which moves below a parent pay: a free slot is for who gains two levels, and at the root, where nobody does, for the deepest of all.
import { describe, expect, it } from 'vitest';
import { chooseFills, type Branches } from '../../../src/overlay/places.ts';
import { NO_PEER } from '../../../src/overlay/promotion-message.ts';
import { createOverlay, type OverlayState } from '../../../src/overlay/state.ts';
import {
  FILLS_MAX,
  FLAT_DEPTH_MAX,
  NEVER_MS,
  PROMOTED_SLOTS_MIN,
  UPPER_VIEWERS,
} from '../../../src/overlay/timing.ts';
import { settled } from './neighbourhood.ts';

/** Who is asked to come, above children that reach down to these depths, and have free slots at these. */
function above(role: OverlayState['role'], below: readonly Below[]) {
  return fills(role, below).map(({ via, depth }) => ({ via, depth }));
}

/** A child: levels below it, where a slot is free, how many are, and how many viewers. */
interface Below {
  height: number;
  freeAt: number;
  free?: number;
  viewers?: number;
}

function fills(role: OverlayState['role'], below: readonly Below[]) {
  const { here } = settled(below.length);
  const state =
    role === 'viewer'
      ? here.state
      : createOverlay({
          ...{ role, peer: '0'.repeat(16), broadcastId: 'abcdefghijklmnopqrstuvwxyz', slots: below.length },
          ...{ seed: new Uint8Array(16), publicKey: `${'A'.repeat(43)}=`, epoch: 1, clockOffsetUs: 0 },
        });
  const branches: Branches = new Map();
  below.forEach(({ height, freeAt, free = 1, viewers = 9 }, i) => {
    const edge = here.adopt(0x50 + i);
    const child = here.state.children.get(edge)!;
    here.hear(edge, { type: 'counts', viewers, slots: 9, freeSlots: free, freeDepth: freeAt });
    state.children.set(edge, child);
    const rank = { type: 'rank', slots: 2, height, bestSlots: 0, bestSize: 0, best: NO_PEER } as const;
    branches.set(edge, { child, sinceMs: 0, promotedMs: null, rank, askedMs: NEVER_MS });
  });
  const turn = { state, nowMs: here.nowMs, effects: [], promoter: undefined, crowdKeeper: undefined };
  return chooseFills(turn, branches).map(({ place, ...wanted }) => ({
    via: [...branches.keys()].indexOf(place.via),
    ...wanted,
  }));
}

describe('a free slot', () => {
  it('is for who stands two levels below the place, in another branch', () => {
    expect(
      above('root', [
        { height: 5, freeAt: 255, free: 0 },
        { height: 3, freeAt: 3 },
      ]),
    ).toEqual([{ via: 0, depth: 6 }]);
    expect(
      above('viewer', [
        { height: 5, freeAt: 255, free: 0 },
        { height: 3, freeAt: 4 },
      ]),
    ).toEqual([{ via: 0, depth: 7 }]);
  });

  it('is offered to no more at once than there are slots, and to so many in one branch', () => {
    const tall = { height: 9, freeAt: 255, free: 0 };
    expect(above('root', [tall, { height: 3, freeAt: 2, free: 3 }])).toHaveLength(3);
    expect(above('root', [tall, { height: 3, freeAt: 2, free: 300 }])).toHaveLength(FILLS_MAX);
  });

  it('is for whoever gives much where many are to stand below it, and for anybody where few are', () => {
    const wanted = (viewers: number) => {
      const tall = { height: 5, freeAt: 255, free: 0, viewers };
      return fills('root', [tall, { height: 1, freeAt: 1, viewers: 1 }])[0]?.slots;
    };
    // Two children with eight slots each: sixteen places.
    expect([wanted(16 * UPPER_VIEWERS - 1), wanted(16 * UPPER_VIEWERS - 2)]).toEqual([PROMOTED_SLOTS_MIN, 0]);
  });

  it('is left to newcomers while the tree is flat', () => {
    const tree = (height: number) => [
      { height, freeAt: 255, free: 0 },
      { height: 0, freeAt: 1 },
    ];
    expect(above('root', tree(FLAT_DEPTH_MAX - 1))).toEqual([]);
    expect(above('root', tree(FLAT_DEPTH_MAX))).toEqual([{ via: 0, depth: 4 }]);
  });

  it('is for one of the deepest at the root where nobody gains two levels, and nowhere else', () => {
    const branches = [
      { height: 5, freeAt: 5 },
      { height: 4, freeAt: 4 },
    ];
    expect(above('root', branches)).toEqual([{ via: 0, depth: 6 }]);
    expect(
      above(
        'viewer',
        branches.map(({ height, freeAt }) => ({ height, freeAt: freeAt + 2 })),
      ),
    ).toEqual([]);
    expect(
      above('root', [
        { height: 5, freeAt: 5 },
        { height: 4, freeAt: 5 },
      ]),
    ).toEqual([]);
  });
});
