// A world in which very many come from one address and lend nothing, before and among people from addresses of their own.

import { World } from './world.ts';
import type { SimPeer } from './sim-peer.ts';
import { quantile, type UplinkMix } from './uplinks.ts';
import { FULL, WARM_MS } from './worlds/scenario.ts';

const HERD_TAG = 'feedfacefeedface';
/** People who are there before the herd, and the time in which they come, ms. */
const SETTLED = 40;
const SETTLING_MS = 15_000;
/** How long the herd takes to come, and how long people come from then on, ms. */
const HERD_MS = 5000;
const NEWCOMERS_MS = 20_000;
const REST_MS = 10_000;

/** A third give nothing, the others feed four: a tree so flat that a join takes about 1 s where nobody is in the way. */
const UPLINKS: UplinkMix = {
  rootSlots: 6,
  viewers: [
    [0.35, 0],
    [0.65, 4],
  ],
};

/** What a siege is made of. */
export interface SiegeOptions {
  seed: number;
  /** Joins from one address. */
  herd: number;
  /** People who come meanwhile. */
  newcomers: number;
  /** Slots of each of the herd; 0 unless it is said otherwise. */
  herdSlots?: number;
  /** Plants something in the world before its time begins. */
  plant?: (world: World) => void;
}

/** Its figures. */
export interface SiegeReport {
  /** From coming to the first packet, ms; null: of nobody. */
  joinP50Ms: number | null;
  joinP99Ms: number | null;
  /** People who have a place at the end, of all people. */
  placed: number;
  people: number;
  /** Places that the herd has at the end, and had at most. */
  herdPlaces: number;
  herdPlacesMost: number;
  slots: number;
  logHash: string;
  violations: readonly unknown[];
}

/** Runs one. */
export function runSiege({ seed, herd, newcomers, herdSlots = 0, plant }: SiegeOptions): SiegeReport {
  const world = new World({ seed, ...FULL, uplinks: UPLINKS, isWellConnected: true });
  const herdFromMs = WARM_MS + SETTLING_MS;
  const [people, herdPeers, late]: SimPeer[][] = [[], [], []];
  let nextTag = 0;
  const person = () => {
    const peer = world.startViewer(undefined, (nextTag++).toString(16).padStart(16, '0'));
    people?.push(peer);
    return peer;
  };
  comeBy(world, SETTLED, WARM_MS, SETTLING_MS, person);
  comeBy(world, herd, herdFromMs, HERD_MS, () => herdPeers?.push(world.startViewer(herdSlots, HERD_TAG)));
  comeBy(world, newcomers, herdFromMs, NEWCOMERS_MS, () => late?.push(person()));
  plant?.(world);
  world.checkers.watchEvery(450);
  const attached = (peers: readonly SimPeer[] = []) =>
    peers.filter((peer) => world.checkers.isAttached(peer)).length;
  let herdPlacesMost = 0;
  const endMs = herdFromMs + NEWCOMERS_MS + REST_MS;
  for (let atMs = 1000; atMs <= endMs; atMs += 1000) {
    world.queue.runUntil(atMs);
    herdPlacesMost = Math.max(herdPlacesMost, attached(herdPeers));
  }
  const joinsMs = (late ?? []).map((peer) => peer.joinMs ?? Infinity);
  return {
    joinP50Ms: quantile(joinsMs, 0.5),
    joinP99Ms: quantile(joinsMs, 0.99),
    placed: attached(people),
    people: people?.length ?? 0,
    herdPlaces: attached(herdPeers),
    herdPlacesMost,
    slots: world.peers.reduce((sum, { slots }) => sum + slots, 0),
    logHash: world.hash.hex,
    violations: world.checkers.violations,
  };
}

function comeBy(world: World, count: number, fromMs: number, withinMs: number, come: () => void): void {
  for (let i = 0; i < count; i++)
    world.queue.at(fromMs + (withinMs * (i + world.random.between(0, 1))) / count, come);
}
