// Which moves below a parent pay. A swap: a grandchild that gives more takes the place of a child that gives less, which finds another one
// below. A fill: a free slot lies two levels higher than somebody stands, who comes up with all that is below it.
// Each move makes one level richer, in slots or in viewers, and leaves those above it as they are: so they come to an end.

import { SLOTS_MAX } from '../base/limits.ts';
import { freeSlots, isOurs } from './counts.ts';
import type { Rank } from './promotion-message.ts';
import { NO_DEPTH } from './message.ts';
import type { Child, OverlayState } from './state.ts';
import {
  FLAT_DEPTH_MAX,
  FILLS_MAX,
  FILL_MS_MAX,
  PLACE_MS_MAX,
  PROMOTED_AFTER_MS,
  PROMOTED_SLOTS_MIN,
  PROMOTED_LEVELS_MIN,
  UPPER_VIEWERS,
} from './timing.ts';
import type { Turn } from './turn.ts';

/** A child that we feed, and what it last said of what is below it. */
export interface Branch {
  child: Child;
  sinceMs: number;
  /** When it was let up to us; null: it came by itself. */
  promotedMs: number | null;
  rank: Rank | null;
  /** When it was last passed an offer of a place, ms. */
  askedMs: number;
}
export type Branches = Map<string, Branch>;

/** A place that was offered to a branch. */
export interface Place {
  /** The edge of the branch. */
  via: string;
  /** Whom it is for; null: whoever comes first from there. */
  peer: string | null;
  /** The child, by its edge, that makes way; null: a slot is free. */
  victim: string | null;
  phase: 'offered' | 'coming' | 'leaving';
  /** The search that it was asked for with. */
  join: string | null;
  untilMs: number;
}

/** A free slot that is offered to who stands so deep, and gives so much. */
export interface Fill {
  place: Place;
  depth: number;
  slots: number;
}

/** Levels below a child. */
export function heightOf({ child, rank }: Branch): number {
  return rank?.height ?? ((child.counts?.viewers ?? 1) > 1 ? 1 : 0);
}

/** Levels below us. */
export function ownHeight(branches: Branches): number {
  let height = 0;
  for (const branch of branches.values()) height = Math.max(height, 1 + heightOf(branch));
  return height;
}

/** What a child gives, by its word: nothing, when it was let up and still feeds nobody. undefined: it doesn't say. */
export function worthOf({ child, rank, promotedMs }: Branch, nowMs: number): number | undefined {
  const isIdle = (child.counts?.viewers ?? 1) <= 1;
  if (isIdle && promotedMs !== null && nowMs - promotedMs >= PROMOTED_AFTER_MS) return 0;
  return rank?.slots ?? (child.counts?.slots === 0 ? 0 : undefined);
}

export function isOld({ sinceMs }: Branch, nowMs: number): boolean {
  return nowMs - sinceMs >= PROMOTED_AFTER_MS;
}

/** The swap that gains most, if one pays: nobody gains where there are no three levels below us. */
export function chooseSwap(
  turn: Turn,
  branches: Branches,
  failed: ReadonlyMap<string, number>,
): Place | undefined {
  const { state, nowMs } = turn;
  // Whoever comes is a guest for some seconds: a small uplink doesn't carry one more.
  if (state.slots < PROMOTED_SLOTS_MIN || !isDeep(state, branches)) return undefined;
  if (ownHeight(branches) <= PROMOTED_LEVELS_MIN || freeSlots(state) > 0) return undefined;
  const ways = [...branches.values()].flatMap(({ child, rank }) =>
    rank && rank.bestSlots > 0 && !failed.has(rank.best) ? [{ via: child.edge, rank }] : [],
  );
  ways.sort((a, b) => b.rank.bestSlots - a.rank.bestSlots || b.rank.bestSize - a.rank.bestSize);
  const victims = victimsOf(turn, branches);
  for (const { via, rank } of ways) {
    const size = 2 ** rank.bestSize + rank.bestSlots;
    const victim = victims.find(
      ({ branch: { child }, worth }) =>
        rank.bestSlots >= worth + PROMOTED_SLOTS_MIN &&
        // From its own parent it takes away what it brings.
        (child.counts?.viewers ?? 1) - (child.edge === via ? 2 ** rank.bestSize : 0) <= 2 * size,
    );
    if (victim) return offered(via, rank.best, victim.branch.child.edge, nowMs);
  }
  return undefined;
}

/** Those that may have to make way, least first. Half of the root's slots aren't given by rank: that the top can't be bought. */
function victimsOf({ state, nowMs }: Turn, branches: Branches): { branch: Branch; worth: number }[] {
  const doormen = new Set(state.doorHolders.values());
  const all = [...branches.values()];
  const promoted = all.filter(({ promotedMs }) => promotedMs !== null).length;
  const mayRise = state.role === 'viewer' || promoted < Math.ceil(state.slots / 2);
  return all
    .flatMap((branch) => {
      const worth = worthOf(branch, nowMs);
      const isFree =
        isOld(branch, nowMs) && !doormen.has(branch.child.edge) && (mayRise || branch.promotedMs !== null);
      return worth === undefined || !isFree ? [] : [{ branch, worth }];
    })
    .sort(
      (a, b) =>
        a.worth - b.worth || (a.branch.child.counts?.viewers ?? 1) - (b.branch.child.counts?.viewers ?? 1),
    );
}

/**
 * The branches that reach two levels below a free slot of ours, or of another branch. `depth`: who stands so deep there is to come. Where
 * nobody gains as much, the root lets the deepest of all come up by one level: the tree is as deep as they stand.
 */
export function chooseFills(turn: Turn, branches: Branches): Fill[] {
  if (!isDeep(turn.state, branches)) return [];
  const fills = fillsOf(turn, branches, PROMOTED_LEVELS_MIN);
  if (turn.state.role === 'viewer' || fills.length > 0) return fills;
  const deepest = ownHeight(branches);
  return fillsOf(turn, branches, 1).filter(({ depth }) => depth === deepest);
}

function fillsOf(turn: Turn, branches: Branches, levels: number): Fill[] {
  const { state, nowMs } = turn;
  const ownDepth = state.paths[0]?.depth ?? 0;
  const below = countViewers(branches);
  let own = freeSlots(state);
  const all = [...branches.values()].filter(({ child }) => isOurs(child));
  const fills: Fill[] = [];
  for (const branch of all.sort((a, b) => heightOf(b) - heightOf(a))) {
    const others = all.filter((one) => one !== branch);
    const freeBelow = Math.min(NO_DEPTH, ...others.map(({ child }) => child.counts?.freeDepth ?? NO_DEPTH));
    const placeDepth = (own > 0 ? ownDepth : freeBelow) + 1;
    const depth = placeDepth + levels;
    const slots = below >= UPPER_VIEWERS * placesAt(state, placeDepth - ownDepth) ? PROMOTED_SLOTS_MIN : 0;
    if (ownDepth + 1 + heightOf(branch) < depth) continue;
    const room = own > 0 ? own : others.reduce((sum, { child }) => sum + (child.counts?.freeSlots ?? 0), 0);
    const count = Math.min(FILLS_MAX, room);
    for (let i = 0; i < count; i++)
      fills.push({ place: offered(branch.child.edge, null, null, nowMs), depth, slots });
    own -= Math.min(own, count);
  }
  return fills;
}

function offered(via: string, peer: string | null, victim: string | null, nowMs: number): Place {
  return {
    via,
    peer,
    victim,
    phase: 'offered',
    join: null,
    untilMs: nowMs + (peer === null ? FILL_MS_MAX : PLACE_MS_MAX),
  };
}

/** Whether a level less is worth the trouble: a move costs those below their standbys, and for a moment everybody nearby some of the uplink. */
function isDeep({ paths }: OverlayState, branches: Branches): boolean {
  return (paths[0]?.depth ?? 0) + ownHeight(branches) > FLAT_DEPTH_MAX;
}

/** Everybody below us. */
function countViewers(branches: Branches): number {
  let viewers = 0;
  for (const { child } of branches.values()) viewers += child.counts?.viewers ?? 1;
  return viewers;
}

/** Places so many levels below us, if whoever gives most stood above them. */
function placesAt({ slots }: OverlayState, level: number): number {
  return slots * SLOTS_MAX ** (level - 1);
}
