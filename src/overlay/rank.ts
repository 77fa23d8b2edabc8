// What a peer says of itself and of its children, so that its parent can compare.

import { isOld, ownHeight, worthOf, type Branches } from './places.ts';
import { NO_PEER, type Rank } from './promotion-message.ts';
import { DEPTH_MAX } from './timing.ts';
import type { Turn } from './turn.ts';

export function ownRank({ state, nowMs }: Turn, branches: Branches): Rank {
  const rank: Rank = {
    type: 'rank',
    slots: state.slots,
    height: Math.min(DEPTH_MAX, ownHeight(branches)),
    bestSlots: 0,
    bestSize: 0,
    best: NO_PEER,
  };
  for (const branch of branches.values()) {
    const slots = worthOf(branch, nowMs) ?? 0;
    if (slots === 0 || !isOld(branch, nowMs)) continue;
    const size = Math.floor(Math.log2(branch.child.counts?.viewers ?? 1));
    if (slots < rank.bestSlots || (slots === rank.bestSlots && size <= rank.bestSize)) continue;
    Object.assign(rank, { bestSlots: slots, bestSize: size, best: branch.child.peer });
  }
  return rank;
}

export function isSameRank(a: Rank, b: Rank | null): boolean {
  return (
    b !== null &&
    a.slots === b.slots &&
    a.height === b.height &&
    a.bestSlots === b.bestSlots &&
    a.bestSize === b.bestSize &&
    a.best === b.best
  );
}
