// A handful of people whose relays die one after the other, each replaced by a newcomer: trees so small that a death takes away a
// good part of those that could take over. On a virtual clock, with the overlay of the browser.

import type { SimPeer } from './sim-peer.ts';
import { World } from './world.ts';
import { FULL } from './worlds/scenario.ts';

/** How many each of them feeds. */
export const SMALL_TREES = {
  /** As in `npm run proof -- kills`. */
  mixed: [1, 1, 2, 2, 2, 2, 0, 0],
  /** Nearly everybody feeds two. */
  willing: [2, 2, 2, 2, 2, 2, 0, 0],
  /** Hardly more slots than people: a death leaves too few until somebody comes. */
  scarce: [0, 0, 1, 1, 2, 3, 0, 4, 1, 0, 2, 1],
} as const satisfies Record<string, readonly number[]>;
const ROOT_SLOTS = 2;
const COMES_EVERY_MS = 2000;
const SETTLING_MS = 10_000;
/** A newcomer, with as many slots as the dead one, comes this long after it; the next death follows this long after that. */
const REPLACED_MS = 4000;
const REST_MS = 7000;
/** After the last one, ms: whoever has no place by then won't get one. */
const END_MS = 20_000;

/** What it came to. */
export interface SmallTreeReport {
  /** Of each death, the longest time that any survivor who had the picture had nothing new, ms. */
  stallsMs: number[];
  /** At each death, how many viewers there were, and how many of them had nobody to take over. */
  viewers: number;
  alone: number;
  /** How many of those alive at the end have a way to the root. */
  placed: number;
  alive: number;
}

/** Kills so many relays. */
export function runSmallTree(slots: readonly number[], seed: number, deaths: number): SmallTreeReport {
  const world = new World({
    seed,
    ...FULL,
    hasLoss: false,
    uplinks: { rootSlots: ROOT_SLOTS, viewers: [[1, 0]] },
  });
  slots.forEach((feeds, n) => world.queue.at(COMES_EVERY_MS * (n + 1), () => world.startViewer(feeds)));
  world.queue.runUntil(COMES_EVERY_MS * slots.length + SETTLING_MS);
  const stallsMs: number[] = [];
  let [viewers, alone] = [0, 0];
  for (let death = 0; death < deaths; death++) {
    const before = world.viewers();
    viewers += before.length;
    alone += before.filter(({ state }) => state.standbys.size === 0).length;
    const relay = world.random.pick(before.filter(isRelay));
    if (relay) stallsMs.push(killOne(world, relay));
  }
  world.queue.runUntil(world.queue.nowMs + END_MS);
  const alive = world.viewers();
  const placed = alive.filter((peer) => world.checkers.isAttached(peer)).length;
  return { stallsMs, viewers, alone, placed, alive: alive.length };
}

/** The longest stall of any survivor who had the picture, ms. */
function killOne(world: World, relay: SimPeer): number {
  const { queue } = world;
  relay.kill();
  const survivors = world.viewers();
  for (const { feed } of survivors) feed!.forgetStalls();
  queue.runUntil(queue.nowMs + REPLACED_MS);
  world.startViewer(relay.slots);
  queue.runUntil(queue.nowMs + REST_MS);
  return Math.max(...survivors.map(({ feed }) => feed!.stallSoFarMs()).filter(Number.isFinite), 0);
}

function isRelay({ state }: SimPeer): boolean {
  return [...state.children.values()].some(({ mask }) => mask !== 0);
}
