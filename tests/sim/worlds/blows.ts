// Worlds that are at rest when a blow falls: relays die, or the network is parted.

import type { SimPeer } from '../sim-peer.ts';
import type { World } from '../world.ts';
import { arrivalMs, arrive, FULL, WARM_MS, type Scenario, type Stage } from './scenario.ts';
import { hasLivingFeeder } from '../checkers.ts';

const SETTLE_MS = 30_000;
const AFTER_MS = 30_000;
const MASSACRE_SHARE = 0.3;
/** In the world of single deaths: from one to the next. */
const BETWEEN_DEATHS_MS = 8000;
const PARTED_MS = 20_000;
/** Share of the map that is cut off. */
const FAR_SHARE = 0.4;
/** A subtree's whole patience with an orphaned parent (12 s), twice, and a join. */
const MEND_MS = 40_000;

/** Three relays in ten die at the same moment. */
export const massacre: Scenario = {
  summary: '30 % of the relays die at once',
  minutes: (peers) => (WARM_MS + arrivalMs(peers) + SETTLE_MS + AFTER_MS) / 60_000,
  settings: () => FULL,
  plan(stage) {
    const blowAtMs = stage.endMs - AFTER_MS;
    arrive(stage, WARM_MS, blowAtMs - SETTLE_MS);
    stage.world.queue.at(blowAtMs, () => {
      const { world } = stage;
      const victims = relays(world).filter(() => world.random.isLikely(MASSACRE_SHARE));
      strike(stage, () => {
        for (const victim of victims) victim.kill();
      });
    });
  },
};

/** Each relay of the tree dies in turn; somebody like it comes, and the tree is at rest again when the next one dies. */
export const deaths: Scenario = {
  summary: 'one relay dies at every position, one after the other',
  minutes: (peers) => (WARM_MS + arrivalMs(peers) + SETTLE_MS + peers * 0.6 * BETWEEN_DEATHS_MS) / 60_000,
  settings: () => FULL,
  plan(stage) {
    const { world } = stage;
    const fromMs = WARM_MS + arrivalMs(stage.peers) + SETTLE_MS;
    arrive(stage, WARM_MS, fromMs - SETTLE_MS);
    world.queue.at(fromMs, () => {
      const victims = relays(world);
      victims.forEach((victim, order) => {
        const atMs = fromMs + order * BETWEEN_DEATHS_MS;
        if (atMs > stage.endMs - AFTER_MS) return;
        world.queue.at(atMs, () => victim.kill());
        world.queue.at(atMs + BETWEEN_DEATHS_MS / 2, () => world.startViewer(victim.slots));
      });
    });
  },
};

/** Two fifths of the map lose the others and the signaling server for 20 s. */
export const partition: Scenario = {
  summary: 'two fifths of the map are cut off for 20 s, then the network heals',
  minutes: (peers) => (WARM_MS + arrivalMs(peers) + SETTLE_MS + PARTED_MS + MEND_MS) / 60_000,
  settings: () => FULL,
  plan(stage) {
    const { world } = stage;
    const healAtMs = stage.endMs - MEND_MS;
    arrive(stage, WARM_MS, healAtMs - PARTED_MS - SETTLE_MS);
    world.queue.at(healAtMs - PARTED_MS, () => part(world));
    world.queue.at(healAtMs, () => strike(stage, () => world.network.heal()));
  },
};

/** Cuts those in the west off, the root never among them. */
export function part(world: World): void {
  const isWest = ({ place, state }: SimPeer) => place.x < FAR_SHARE && state.role === 'viewer';
  world.network.part(new Set(world.peers.filter(isWest)));
}

/** From here on stalls and recoveries are measured. */
function strike(stage: Stage, how: () => void): void {
  const { world } = stage;
  how();
  stage.blowAtMs = world.queue.nowMs;
  const survivors = world.viewers();
  for (const { feed } of survivors) feed?.forgetStalls();
  stage.unharmed = survivors.filter((peer) => peer.feed?.firstPacketAtMs !== null && hasLivingFeeder(peer));
}

function relays(world: World): SimPeer[] {
  return world.viewers().filter(({ state }) => state.children.size > 0);
}
