// How well viewers see, by depth: sums that rise to the broadcaster edge by edge and get there however many watch.
// Its rules: what a spell of watching brought is counted once, at the depth at which it was watched, wherever its viewer goes later;
// and a subtree is believed no more spells than the viewers it has can have watched.

import { fullAllowance, refill, type Allowance } from '../base/allowance.ts';

/** How long a spell is, ms: a viewer adds one to the sums each time it has watched for so long. */
export const SPELL_MS = 10_000;
/** Rows that are told apart; the last is of this depth and all below it. Trees of a million have 8 levels. */
export const QUALITY_DEPTH_MAX = 8;
/** What one spell adds at most: a latency, ms, as the tip's field has it; stalls and changes of parent, more than a spell has room for. */
export const SPELL_LATENCY_MS_MAX = 65_535;
export const SPELL_EVENTS_MAX = 100;
/** Time between two messages of a hop to its parent, ms: what a hop that dies takes along is no older. */
export const QUALITY_INTERVAL_MS = 2000;
/** Spells of each viewer that are believed at once: its own of a minute, on which it had no edge or has moved from hop to hop. */
const SPELLS_BURST = 6;
/** Timers of hidden tabs come late and then early. */
const SPELLS_PER_SECOND = 1.2 / (SPELL_MS / 1000);

/** Sums over spells of watching. All of them only grow. */
export interface QualitySums {
  spells: number;
  /** Those of them whose latency is known, and the sum of it, ms. */
  timed: number;
  latencyMs: number;
  /** How often the picture stood still for want of data, and for how long, ms. */
  stalls: number;
  stallMs: number;
  /** Changes of parent. */
  moves: number;
}

/** The sums of one depth: 1 is fed by the broadcaster itself. */
export interface QualityRow extends QualitySums {
  depth: number;
}

/** One viewer's spell. `latencyMs`: null when it isn't known. */
export interface Spell {
  latencyMs: number | null;
  stalls: number;
  stallMs: number;
  moves: number;
}

/** What a child has told on its edge, and how much more it may tell. */
interface Below {
  told: Map<number, QualitySums>;
  spells: Allowance;
  /** The most that were ever below it. */
  viewers: number;
}

/** One peer's part of the way up. */
export interface QualityState {
  /** Everything counted here and below, by depth. */
  sums: Map<number, QualitySums>;
  parent: string | null;
  /** What earlier parents were told, and what all were. */
  before: Map<number, QualitySums>;
  told: Map<number, QualitySums>;
  /** By edge. */
  below: Map<string, Below>;
  sentMs: number;
}

/** In the order in which they travel. */
export const QUALITY_FIELDS = ['spells', 'timed', 'latencyMs', 'stalls', 'stallMs', 'moves'] as const;

/** Nothing counted yet. */
export function createQuality(): QualityState {
  return {
    sums: new Map(),
    parent: null,
    before: new Map(),
    told: new Map(),
    below: new Map(),
    sentMs: -Infinity,
  };
}

/** A spell was watched here, at this depth. */
export function noteSpell(
  { sums }: QualityState,
  depth: number,
  { latencyMs, stalls, stallMs, moves }: Spell,
): void {
  addTo(sums, Math.min(QUALITY_DEPTH_MAX, Math.max(1, depth)), {
    spells: 1,
    timed: latencyMs === null ? 0 : 1,
    latencyMs: bounded(latencyMs ?? 0, SPELL_LATENCY_MS_MAX),
    stalls: bounded(stalls, SPELL_EVENTS_MAX),
    stallMs: bounded(stallMs, SPELL_MS),
    moves: bounded(moves, SPELL_EVENTS_MAX),
  });
}

/**
 * A child's sums since its edge opened; it is or has so many viewers. What isn't believed now isn't lost: it stands in its
 * next message as well.
 */
export function hearQuality(
  { sums, below }: QualityState,
  edge: string,
  rows: readonly QualityRow[],
  viewers: number,
  nowMs: number,
): void {
  const child: Below = below.get(edge) ?? { told: new Map(), spells: fullAllowance(0, nowMs), viewers: 0 };
  below.set(edge, child);
  // Whoever comes to this subtree may bring what it has watched elsewhere; what one who went has left here is still on its way.
  child.spells.left += Math.max(0, viewers - child.viewers) * SPELLS_BURST;
  child.viewers = Math.max(child.viewers, viewers);
  refill(child.spells, nowMs, child.viewers * SPELLS_PER_SECOND, child.viewers * SPELLS_BURST);
  const fresh = rows.map((row) => ({ depth: row.depth, more: less(row, child.told.get(row.depth)) }));
  const spells = fresh.reduce((sum, { more }) => sum + more.spells, 0);
  const isBelieved = fresh.every(({ more }) => isPlausible(more)) && spells <= child.spells.left;
  if (!isBelieved) return;
  child.spells.left -= spells;
  for (const { depth, more } of fresh) {
    addTo(sums, depth, more);
    addTo(child.told, depth, more);
  }
}

/** What the parent is to be told now, if anything: to be called several times a second with the edges that there are. */
export function tickQuality(
  state: QualityState,
  { parent, children }: { parent: string | null; children: readonly string[] },
  nowMs: number,
): QualityRow[] | undefined {
  for (const edge of state.below.keys()) if (!children.includes(edge)) state.below.delete(edge);
  if (parent !== state.parent) {
    // What the last parent was told is its to tell.
    state.parent = parent;
    state.before = copyOf(state.told);
  }
  return nowMs - state.sentMs < QUALITY_INTERVAL_MS ? undefined : flushQuality(state, nowMs);
}

/** The same without waiting: the edge is about to close. */
export function flushQuality(state: QualityState, nowMs: number): QualityRow[] | undefined {
  if (state.parent === null) return undefined;
  const isNew = [...state.sums].some(([depth, { spells }]) => spells !== state.told.get(depth)?.spells);
  if (!isNew) return undefined;
  state.sentMs = nowMs;
  state.told = copyOf(state.sums);
  const since = [...state.sums].map(([depth, row]) => [depth, less(row, state.before.get(depth))] as const);
  // All that this edge has been told, so that a message that wasn't heeded costs nothing.
  return rowsOf(new Map(since.filter(([, { spells }]) => spells > 0)));
}

/** By depth, as an array. */
export function rowsOf(sums: ReadonlyMap<number, QualitySums>): QualityRow[] {
  return [...sums].map(([depth, row]) => ({ depth, ...row })).sort((a, b) => a.depth - b.depth);
}

/** Whether spells can have brought this, or spells and more of them. */
export function isPlausible({ spells, timed, latencyMs, stalls, stallMs, moves }: QualitySums): boolean {
  return (
    spells >= 0 &&
    isWithin(timed, spells) &&
    isWithin(latencyMs, timed * SPELL_LATENCY_MS_MAX) &&
    isWithin(stalls, spells * SPELL_EVENTS_MAX) &&
    isWithin(stallMs, spells * SPELL_MS) &&
    isWithin(moves, spells * SPELL_EVENTS_MAX)
  );
}

function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

function bounded(value: number, most: number): number {
  return Math.min(most, Math.max(0, Math.round(value)));
}

function addTo(sums: Map<number, QualitySums>, depth: number, more: QualitySums): void {
  const row = sums.get(depth);
  if (row) for (const field of QUALITY_FIELDS) row[field] += more[field];
  else sums.set(depth, { ...more });
}

function less(sums: QualitySums, before: QualitySums | undefined): QualitySums {
  const { spells, timed, latencyMs, stalls, stallMs, moves } = sums;
  const rest = { spells, timed, latencyMs, stalls, stallMs, moves };
  if (before) for (const field of QUALITY_FIELDS) rest[field] -= before[field];
  return rest;
}

function copyOf(sums: ReadonlyMap<number, QualitySums>): Map<number, QualitySums> {
  return new Map([...sums].map(([depth, row]) => [depth, { ...row }]));
}
