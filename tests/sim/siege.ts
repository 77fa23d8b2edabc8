// A world in which very many come from one address, before and among people from addresses of their own. Any two can have an edge:
// what a path that can't be had costs (6 s) would hide what the others cost.

import { World } from './world.ts';
import type { SimPeer } from './sim-peer.ts';
import { quantile, type UplinkMix } from './uplinks.ts';
import { FULL, WARM_MS } from './worlds/scenario.ts';

/** People who are there before, and the time in which they come, ms. */
const SETTLED = 20;
const SETTLING_MS = 10_000;
/** How long the herd takes to come, and how long people come from then on, ms. */
const HERD_MS = 5000;
const NEWCOMERS_MS = 15_000;
const REST_MS = 4000;
/** After the last of a school, ms: more than somebody waits who lets others go first. */
const SCHOOL_REST_MS = 60_000;

/** A third give nothing, the others feed four: a tree so flat that a join takes about 1 s where nobody is in the way. */
const UPLINKS: UplinkMix = {
  rootSlots: 6,
  viewers: [
    [0.35, 0],
    [0.65, 4],
  ],
};

/** A thousand from one address, and people who come meanwhile (TESTS.md A9). */
export const SIEGE = { herd: 1000, newcomers: 30 };
/** Of all slots, those from one address may hold this share while others come. */
export const HERD_SHARE_MAX = 0.6;

/** What a siege is made of. */
export interface SiegeOptions {
  seed: number;
  /** Joins from one address, of peers without slots. */
  herd: number;
  /** People who come meanwhile. */
  newcomers: number;
  /** How long before the herd the first of them come, ms: it is alone for so long where that is below 0. */
  leadMs?: number;
  /** Whether signaling tells addresses apart, as ours does. */
  hasTags?: boolean;
}

/** Its figures. */
export interface SiegeReport {
  /** From coming to the first packet, ms, of those who came meanwhile; Infinity for who had none. */
  joinsMs: number[];
  /** People who have a place at the end, of all people. */
  placed: number;
  people: number;
  /** Places that the herd has at the end; those next to the root among them. */
  herdPlaces: number;
  herdAtTheTop: number;
  slots: number;
  violations: readonly unknown[];
}

/** Runs one. */
export function runSiege({ seed, herd, newcomers, leadMs = 0, hasTags = true }: SiegeOptions): SiegeReport {
  const world = new World({ seed, ...FULL, uplinks: UPLINKS, isWellConnected: true });
  const [people, herdPeers, late]: [SimPeer[], SimPeer[], SimPeer[]] = [[], [], []];
  const come = (peers: SimPeer[], slots?: number, address = 1 + people.length) => {
    const peer = world.startViewer(slots, hasTags ? tagOf(address) : undefined);
    peers.push(peer);
    return peer;
  };
  const herdFromMs = WARM_MS + SETTLING_MS;
  const lateFromMs = herdFromMs - leadMs;
  comeBy(world, SETTLED, WARM_MS, SETTLING_MS, () => come(people));
  comeBy(world, herd, herdFromMs, HERD_MS, () => come(herdPeers, 0, 0));
  comeBy(world, newcomers, lateFromMs, NEWCOMERS_MS, () => late.push(come(people)));
  world.checkers.watchEvery(450);
  world.queue.runUntil(lateFromMs + NEWCOMERS_MS + REST_MS);
  const attached = (peers: readonly SimPeer[]) => peers.filter((peer) => world.checkers.isAttached(peer));
  const herdPlaces = attached(herdPeers);
  return {
    joinsMs: late.map(({ joinMs }) => joinMs ?? Infinity),
    placed: attached(people).length,
    people: people.length,
    herdPlaces: herdPlaces.length,
    herdAtTheTop: herdPlaces.filter(({ state }) => state.paths[0]?.depth === 1).length,
    slots: world.peers.reduce((sum, { slots }) => sum + slots, 0),
    violations: world.checkers.violations,
  };
}

/** A crowd of people with the usual uplinks, from one address or from as many as they are: how long each took to be fed, ms, and doors. */
export function runCrowd(
  seed: number,
  crowd: number,
  isOneAddress: boolean,
): { joinsMs: number[]; doors: number } {
  const world = new World({ seed, ...FULL, isWellConnected: true });
  const peers: SimPeer[] = [];
  comeBy(world, crowd, WARM_MS, HERD_MS, () => {
    peers.push(world.startViewer(undefined, tagOf(isOneAddress ? 0 : peers.length)));
  });
  world.queue.runUntil(WARM_MS + HERD_MS + NEWCOMERS_MS);
  return { joinsMs: peers.map(({ joinMs }) => joinMs ?? Infinity), doors: world.rendezvous.doorsOpened };
}

/** A hundred behind one address, and fifty from their own, within the same minute. */
export const SCHOOL = { pupils: 100, outsiders: 50, withinMs: 60_000 };

/** Its figures, for each side: how long each took to be fed, ms, Infinity for who wasn't; and who has a place at the end. */
export interface SchoolReport {
  pupilsMs: number[];
  outsidersMs: number[];
  placed: number;
}

/** A school behind one address, and others who come meanwhile; all with the usual uplinks. */
export function runSchool({
  seed,
  pupils,
  outsiders,
  withinMs,
}: typeof SCHOOL & { seed: number }): SchoolReport {
  const world = new World({ seed, ...FULL, isWellConnected: true });
  const [school, others]: [SimPeer[], SimPeer[]] = [[], []];
  let addresses = 1;
  const comeAlone = () => world.startViewer(undefined, tagOf(addresses++));
  const fromMs = WARM_MS + SETTLING_MS;
  comeBy(world, SETTLED, WARM_MS, SETTLING_MS, comeAlone);
  comeBy(world, pupils, fromMs, withinMs, () => {
    school.push(world.startViewer(undefined, tagOf(0)));
  });
  comeBy(world, outsiders, fromMs, withinMs, () => others.push(comeAlone()));
  world.queue.runUntil(fromMs + withinMs + SCHOOL_REST_MS);
  const joinsMsOf = (peers: readonly SimPeer[]) => peers.map(({ joinMs }) => joinMs ?? Infinity);
  return {
    pupilsMs: joinsMsOf(school),
    outsidersMs: joinsMsOf(others),
    placed: [...school, ...others].filter((peer) => world.checkers.isAttached(peer)).length,
  };
}

/** One line about how long joins took. */
export function summaryOf(joinsMs: readonly number[]): string {
  return [0.5, 0.95, 0.99].map((share) => `p${share * 100} ${quantile(joinsMs, share)}`).join(', ');
}

function tagOf(n: number): string {
  return n.toString(16).padStart(16, '0');
}

function comeBy(world: World, count: number, fromMs: number, withinMs: number, come: () => void): void {
  for (let i = 0; i < count; i++)
    world.queue.at(fromMs + (withinMs * (i + world.random.between(0, 1))) / count, come);
}
