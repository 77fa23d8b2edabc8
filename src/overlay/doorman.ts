// The root's rule for many from one address, which it knows by the tag that our signaling server gives an offer. Nobody is refused for it.
// Whoever comes beyond the places of its address yields: it waits last, and where no slot is free it gives its own to one that doesn't
// (placement.ts). Peers are told that, never the address. What comes without a tag doesn't yield.

import { hasRoomBelow } from './branches.ts';
import { removeChild } from './children.ts';
import { freeSlots, isOurs, sumCounts } from './counts.ts';
import { crowdOf, takeOwn } from './crowd-state.ts';
import type { Entry, Join } from './join.ts';
import type { Child, OverlayState } from './state.ts';
import { ADDRESS_PLACES, LEFT_FREE_SHARE, OTHERS_MS, YIELDING_MAX } from './timing.ts';
import type { Turn } from './turn.ts';

/** Whether one more of this address yields. */
export function doesYield(state: OverlayState, tag: string | undefined): true | undefined {
  return (tag !== undefined && hasMany(state, tag)) || undefined;
}

function hasMany({ joins }: OverlayState, address: string): boolean {
  let places = 0;
  for (const { tag } of joins.values()) if (tag === address) places++;
  return places >= ADDRESS_PLACES;
}

/** Remembers that somebody came who doesn't yield. */
export function noteOther(state: OverlayState, tag: string | undefined, atMs: number): void {
  const crowd = crowdOf(state);
  const before = crowd.others.find((other) => other.tag !== tag);
  crowd.others = [{ tag, atMs }, ...(before ? [before] : [])];
}

/** How many free slots a newcomer is to leave: those that yield leave a share of all while others come. */
export function leavesFree(state: OverlayState, { tag, yields }: Entry, nowMs: number): number {
  if (!yields) return 0;
  const other = crowdOf(state).others.find((one) => one.tag !== tag);
  if (!other || nowMs - other.atMs >= OTHERS_MS) return 0;
  return Math.ceil(sumCounts(state).slots * LEFT_FREE_SHARE);
}

/** Whether most of those who come yield. */
export function isHerd(state: OverlayState): boolean {
  const { yielding, offers } = crowdOf(state);
  return yielding > offers / 2;
}

/** Whether so many wait that yield that one more must ask later. */
export function areTooMany({ joins }: OverlayState): boolean {
  let waiting = 0;
  for (const { yields, phase } of joins.values()) if (yields && phase === 'waiting') waiting++;
  return waiting >= YIELDING_MAX;
}

/** Whether a newcomer has to leave free slots to others, who come lately. If not, it leaves them the shallow ones: it is sent the deepest way. */
export function holdsBack(turn: Turn, join: Join, underWay: ReadonlyMap<string, number>): boolean {
  const { state, nowMs } = turn;
  if (!join.yields) {
    makeRoom(turn, join);
    return false;
  }
  const left = leavesFree(state, join, nowMs);
  if (left === 0) return false;
  let { freeSlots: free } = sumCounts(state);
  for (const count of underWay.values()) free -= count;
  if (free <= left || !takeOwn(state, nowMs)) return true;
  const ways = [...state.children.values()].filter((child) => hasRoomBelow(child, underWay));
  const depthOf = ({ counts }: Child) => counts?.freeDepth ?? 0;
  ways.sort((a, b) => depthOf(b) - depthOf(a));
  const others = ways.filter(({ edge }) => !join.tried.includes(edge)).slice(1);
  join.tried.push(...others.map(({ edge }) => edge));
  return false;
}

/**
 * Of our own slots an address of which many are here keeps half while others come. The last that came of it beyond that, and feeds nobody,
 * gives its slot to a newcomer whose address has none.
 */
function makeRoom(turn: Turn, { tag, avoid }: Join): void {
  const { state } = turn;
  if (tag === undefined || freeSlots(state) > 0 || avoid.includes(state.peer)) return;
  const byTag = childrenByTag(state);
  if (byTag.has(tag)) return;
  for (const [other, children] of byTag) {
    if (children.length <= state.slots / 2 || !hasMany(state, other)) continue;
    const leaf = children.findLast(({ counts }) => (counts?.viewers ?? 1) <= 1);
    if (leaf) removeChild(turn, leaf, 'bye-full');
    return;
  }
}

/** Those whom we feed, by address, oldest first. */
function childrenByTag({ joins, children }: OverlayState): Map<string, Child[]> {
  const tags = new Map<string, string>();
  for (const { peer, tag } of joins.values()) if (tag !== undefined) tags.set(peer, tag);
  const byTag = new Map<string, Child[]>();
  for (const child of children.values()) {
    const tag = tags.get(child.peer);
    if (tag === undefined || !isOurs(child)) continue;
    const those = byTag.get(tag) ?? [];
    byTag.set(tag, those);
    those.push(child);
  }
  return byTag;
}
