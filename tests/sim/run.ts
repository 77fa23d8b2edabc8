// Runs one world from its seed to its figures. The same options give the same run, to the last event.

import { overlayStats } from '../../src/overlay/overlay-stats.ts';
import type { Violation } from './checkers.ts';
import { optimalDepth, quantile } from './uplinks.ts';
import { massacre, deaths, partition } from './worlds/blows.ts';
import { flash, growth } from './worlds/crowds.ts';
import { LONE_AT_MS, type Scenario, type SimOptions, type Stage, type WorldName } from './worlds/scenario.ts';
import { churn, lossy, mixed, riders } from './worlds/unrest.ts';
import { World } from './world.ts';
import { STALL_MS_LEAST } from './sim-feed.ts';
import type { SimPeer } from './sim-peer.ts';

export const SCENARIOS: Readonly<Record<WorldName, Scenario>> = {
  growth,
  flash,
  deaths,
  massacre,
  churn,
  partition,
  riders,
  mixed,
  lossy,
};

/** The last stretch, in which the root's messages are counted. */
const COUNTED_MS = 60_000;
/** How often the checkers look: twice within what a loop may last. */
const WATCH_MS = 450;

/** In a world that runs its time promotion may go on to the end: what it began is over after this. */
const MOVES_END_MS = 20_000;

/** The figures of one world; null where this world doesn't measure them. */
export interface WorldReport extends SimOptions {
  depthMax: number;
  depthOptimal: number;
  /** Control messages at the root, both ways, in the last 60 s. */
  rootMessagesPerSecond: number;
  /** Offers that reached the root through signaling, over the whole time. */
  rootOffersPerSecond: number;
  joinP50Ms: number | null;
  joinP95Ms: number | null;
  loneJoinMs: number | null;
  viewers: number;
  /** Viewers that are in the tree at the end. */
  placed: number;
  /** Packets that were given up, by everybody who ever watched. */
  packetsLost: number;
  /** Of the survivors that had a parent or standby alive after the blow, those that stalled over 300 ms. */
  stalledShare: number | null;
  /** From a blow to the end of the last stall; without one, p95 from losing a parent to the next packet. */
  recoveredMs: number | null;
  /** Parents that were lost and followed by another one: by faults, and where somebody was let go. */
  reparents: number;
  /** Moves up that promotion made, by swaps and fills. */
  promoted: number;
  /** Those that made way in a swap. */
  madeWay: number;
  loops: number;
  orphans: number;
  events: number;
  logHash: string;
  violations: Violation[];
}

/** A world whose time hasn't begun, for those who want to plant something in it. */
export function createRun(options: SimOptions): Stage {
  const scenario = SCENARIOS[options.world];
  const world = new World({ seed: options.seed, ...scenario.settings(options.seed) });
  const endMs = Math.round(options.minutes * 60_000);
  const stage: Stage = {
    world,
    peers: options.peers,
    endMs,
    blowAtMs: null,
    mendedFromMs: null,
    unharmed: [],
  };
  for (const atMs of LONE_AT_MS) world.queue.at(atMs, () => world.startViewer());
  scenario.plan(stage);
  world.checkers.watchEvery(WATCH_MS);
  return stage;
}

/** Lets time pass to the end, or until the world is whole again where that is all it waits for; `progress` is called after each second of it. */
export function runToEnd(options: SimOptions, stage: Stage, progress?: () => void): WorldReport {
  const { world, endMs } = stage;
  const lone = LONE_AT_MS.map(() => null as SimPeer | null);
  const countedMs = Math.min(COUNTED_MS, endMs / 2);
  for (let atMs = 1000; atMs < endMs; atMs += 1000) {
    world.queue.runUntil(Math.min(atMs, endMs));
    LONE_AT_MS.forEach((startMs, i) => {
      lone[i] ??= world.peers.find((peer) => peer.startedAtMs === startMs) ?? null;
    });
    if (atMs - 1000 < endMs - countedMs && atMs >= endMs - countedMs) world.rootMessages = 0;
    progress?.();
    if (stage.mendedFromMs !== null && atMs >= stage.mendedFromMs && world.checkers.isWhole()) break;
  }
  if (stage.mendedFromMs === null || !world.checkers.isWhole()) world.queue.runUntil(endMs);
  if (stage.mendedFromMs === null) letMovesEnd(world);
  world.checkers.settle();
  const lonesMs = lone.flatMap((peer) => peer?.joinMs ?? []);
  return report(options, stage, quantile(lonesMs, 0.5), countedMs);
}

/** Whoever is being moved is counted twice until both parents have told the root: no more moves are begun, and those under way end. */
function letMovesEnd(world: World): void {
  const untilMs = world.queue.nowMs + MOVES_END_MS;
  world.isPromoting = false;
  while (world.queue.nowMs < untilMs && !world.checkers.isWhole())
    world.queue.runUntil(world.queue.nowMs + WATCH_MS);
}

/** Runs one world. */
export function runWorld(options: SimOptions, progress?: () => void): WorldReport {
  return runToEnd(options, createRun(options), progress);
}

/** The one command that shows a world again. */
export function replayCommand({ world, seed, peers, minutes }: SimOptions): string {
  return `npm run sim -- --world ${world} --seed ${seed} --peers ${peers} --minutes ${minutes}`;
}

function report(
  options: SimOptions,
  stage: Stage,
  loneJoinMs: number | null,
  countedMs: number,
): WorldReport {
  const { world } = stage;
  const viewers = world.viewers();
  const attached = viewers.filter((peer) => world.checkers.isAttached(peer));
  const joinsMs = viewers.flatMap((peer) => peer.joinMs ?? []);
  const slots = viewers.map((peer) => peer.slots);
  return {
    ...options,
    depthMax: attached.reduce((most, { state }) => Math.max(most, overlayStats(state).depth ?? 0), 0),
    depthOptimal: optimalDepth(world.root.slots, slots),
    rootMessagesPerSecond: perSecond(world.rootMessages, countedMs),
    rootOffersPerSecond: perSecond(world.rendezvous.rootOffers, stage.endMs),
    joinP50Ms: quantile(joinsMs, 0.5),
    joinP95Ms: quantile(joinsMs, 0.95),
    loneJoinMs,
    viewers: viewers.length,
    placed: attached.length,
    packetsLost: viewers.reduce((sum, { feed }) => sum + (feed?.lost ?? 0), world.lostByDead),
    stalledShare: stalledShare(stage),
    recoveredMs: recoveredMs(stage),
    reparents: world.recoveriesMs.length,
    promoted: sumOf(world, 'up'),
    madeWay: sumOf(world, 'down'),
    loops: world.checkers.loops,
    orphans: viewers.length - attached.length,
    events: world.queue.done,
    logHash: world.hash.hex,
    violations: world.checkers.violations,
  };
}

function sumOf({ peers, movesOfDead }: World, way: 'up' | 'down'): number {
  const alive = peers.filter(({ status }) => status !== 'dead');
  return alive.reduce((sum, { promotion }) => sum + promotion.moves[way], movesOfDead[way]);
}

function stalledShare({ blowAtMs, unharmed }: Stage): number | null {
  if (blowAtMs === null) return null;
  const alive = unharmed.filter(({ status }) => status === 'alive');
  const stalled = alive.filter(({ feed }) => feed !== null && feed.stallSoFarMs() > STALL_MS_LEAST);
  return Math.round((stalled.length / Math.max(1, alive.length)) * 10_000) / 10_000;
}

function recoveredMs({ blowAtMs, world }: Stage): number | null {
  if (blowAtMs === null) return quantile(world.recoveriesMs, 0.95);
  const fed = world.viewers().flatMap(({ feed }) => (feed ? [feed.stalledUntilMs()] : []));
  return Math.max(0, Math.max(blowAtMs, ...fed) - blowAtMs);
}

function perSecond(count: number, ms: number): number {
  return Math.round((count * 10_000) / ms) / 10;
}
