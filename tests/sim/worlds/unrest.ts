// Worlds of coming and going. Stays are heavy-tailed and every fifth visitor leaves in the first seconds; peers freeze,
// lose edges, are killed. The last 40 s are without faults, and then everybody must be fed.

import type { SimPeer } from '../sim-peer.ts';
import type { World } from '../world.ts';
import { GENEROUS, LEAN, RIDERS, USUAL } from '../uplinks.ts';
import { part } from './blows.ts';
import { arrivalMs, arrive, FULL, WARM_MS, type Scenario, type Stage } from './scenario.ts';

/** A subtree's whole patience with an orphaned parent (12 s), twice, and a join. */
const MEND_MS = 40_000;
/** A small world is given longer where it needs it: with hardly a slot more than viewers, the last ones wait. */
const PATIENT_MS = 65_000;
/** It runs on for at least this long after its faults: what they left behind shows by then. */
const CALM_MS = 5000;
/** One who is going to leave at once, and the least stay of the others: half of them stay longer than 1.8 times that. */
const FLEETING_SHARE = 0.2;
const FLEETING_MS = [1000, 10_000] as const;
const STAY_MS_LEAST = 90_000;
/** Of those who go, this share says so; the others are killed. */
const POLITE_SHARE = 0.5;
/** Faults for each peer and minute: freezing, and edges that break without notice. */
const FREEZES_PER_MINUTE = 0.05;
const BREAKS_PER_MINUTE = 0.05;
const FREEZE_MS = [200, 15_000] as const;

/** Ten minutes of an ordinary evening. */
export const churn: Scenario = {
  summary: 'people come and go, relays freeze, edges break',
  minutes: () => 10,
  settings: () => FULL,
  plan(stage) {
    comeAndGo(stage, stage.endMs - MEND_MS, STAY_MS_LEAST);
  },
};

/** The same with more who only take. */
export const riders: Scenario = {
  summary: 'people come and go, half of them give nothing',
  minutes: () => 5,
  settings: () => ({ ...FULL, uplinks: RIDERS }),
  plan(stage) {
    comeAndGo(stage, stage.endMs - MEND_MS, STAY_MS_LEAST);
  },
};

/** A small world with everything that can go wrong, some of it under some seeds only. */
export const mixed: Scenario = {
  summary: 'a small world with every kind of fault',
  minutes: () => 1.5,
  settings: (seed) => ({
    ...FULL,
    isWireExact: seed % 4 === 0,
    ticksMs: [50, 100, 100, 150],
    uplinks: seed % 5 === 4 ? LEAN : seed % 5 === 2 ? RIDERS : USUAL,
  }),
  plan(stage) {
    const { world, endMs } = stage;
    const { random, queue } = world;
    const { seed } = world.options;
    const healAtMs = endMs - PATIENT_MS;
    const during = (from: number, to: number) => random.between(from, to) * healAtMs;
    stage.mendedFromMs = healAtMs + CALM_MS;
    comeAndGo(stage, healAtMs, 15_000, 10);
    queue.at(during(0.3, 0.6), () => world.rendezvous.outage(random.between(1000, 10_000)));
    if (seed % 3 === 0) queue.at(during(0.4, 0.8), () => reload(world));
    if (seed % 4 === 1) queue.at(during(0.2, 0.6), () => turn(world));
    if (seed % 4 === 3) {
      queue.at(during(0.5, 0.6), () => part(world));
      queue.at(during(0.7, 1), () => world.network.heal());
    }
  },
};

/** A path that carries three quarters of the feed. */
export const NARROW = { rttMs: 100, lossShare: 0.03 };

/** No single path carries the feed; people come and go in the first half. */
export const lossy: Scenario = {
  summary: 'no path carries the feed alone; people come and go at first',
  minutes: () => 1.2,
  settings: () => ({ ...FULL, uplinks: GENEROUS, paths: NARROW, pace: 5 }),
  plan(stage) {
    comeAndGo(stage, stage.endMs / 2, STAY_MS_LEAST);
  },
};

function comeAndGo(stage: Stage, healAtMs: number, stayMsLeast: number, faultier = 1): void {
  const { world } = stage;
  const stay = (peer: SimPeer) => {
    const isFleeting = world.random.isLikely(FLEETING_SHARE);
    const stayMs = isFleeting ? world.random.between(...FLEETING_MS) : world.random.stayMs(stayMsLeast);
    if (world.queue.nowMs + stayMs < healAtMs) world.queue.after(stayMs, () => depart(world, peer, stay));
  };
  arrive(stage, WARM_MS, Math.min(WARM_MS + arrivalMs(stage.peers), healAtMs / 2), stay);
  const minutes = (healAtMs - WARM_MS) / 60_000;
  repeat(stage, healAtMs, faultier * FREEZES_PER_MINUTE * minutes, (victim) =>
    freeze(world, victim, healAtMs),
  );
  repeat(stage, healAtMs, faultier * BREAKS_PER_MINUTE * minutes, (victim) => breakEdge(victim));
}

/** Does something so often per peer, to somebody each time. */
function repeat(
  { world, peers }: Stage,
  healAtMs: number,
  perPeer: number,
  strike: (victim: SimPeer) => void,
): void {
  const times = Math.round(perPeer * peers);
  for (let i = 0; i < times; i++) {
    world.queue.at(world.random.between(WARM_MS, healAtMs), () => {
      const victim = world.random.pick(world.peers);
      if (victim && victim !== world.root && victim.status === 'alive') strike(victim);
    });
  }
}

/** Somebody goes and, a little later, somebody else comes. */
function depart(world: World, peer: SimPeer, stay: (peer: SimPeer) => void): void {
  if (peer.status !== 'alive') return;
  if (world.random.isLikely(POLITE_SHARE)) peer.tell({ type: 'leaving' });
  else peer.kill();
  world.queue.after(world.random.between(100, 5000), () => stay(world.startViewer()));
}

function freeze(world: World, victim: SimPeer, healAtMs: number): void {
  victim.freeze();
  const awakeAtMs = Math.min(healAtMs, world.queue.nowMs + world.random.between(...FREEZE_MS));
  world.queue.at(awakeAtMs, () => victim.thaw());
}

function breakEdge(victim: SimPeer): void {
  const edge = victim.state.parent?.edge;
  if (edge !== undefined) victim.edges.get(edge)?.break();
}

/** A relay begins to alter what it forwards. */
function turn(world: World): void {
  const relay = world.random.pick(world.viewers().filter(({ state }) => state.children.size > 0));
  if (relay) relay.isHostile = true;
}

function reload(world: World): void {
  world.root.kill();
  world.queue.after(world.random.between(500, 12_000), () => world.startRoot());
}
