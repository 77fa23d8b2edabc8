// What a simulated world is made of before its seed is drawn: its settings, and what happens to it when.

import type { SimPeer } from '../sim-peer.ts';
import type { World, WorldOptions } from '../world.ts';

export type WorldName =
  'growth' | 'flash' | 'deaths' | 'massacre' | 'churn' | 'partition' | 'riders' | 'mixed' | 'lossy';

/** One world, as `npm run sim` is asked for it. */
export interface SimOptions {
  world: WorldName;
  seed: number;
  peers: number;
  minutes: number;
}

/** What a scenario may use and set. */
export interface Stage {
  readonly world: World;
  readonly peers: number;
  /** When it is over, ms of virtual time. */
  readonly endMs: number;
  /** When the blow fell from which survivors recover: null where there is none. */
  blowAtMs: number | null;
  /** From here on the world may end as soon as it is whole again; null: it runs its time. */
  mendedFromMs: number | null;
  /** Those who could have gone on without a stall. */
  unharmed: readonly SimPeer[];
}

export interface Scenario {
  /** One line. */
  summary: string;
  /** Minutes of virtual time that it takes with so many peers. */
  minutes(peers: number): number;
  settings(seed: number): Omit<WorldOptions, 'seed'>;
  /** Lays out what will happen. */
  plan(stage: Stage): void;
}

/** The first viewers come one by one, each finding the world at rest: what a lone join takes. */
export const LONE_AT_MS = [200, 1700, 3200] as const;
/** From here on the scenario runs. */
export const WARM_MS = 5000;

/** A world with packets, signs of life and loss, every message through the codec. */
export const FULL = {
  hasPackets: true,
  hasLiveness: true,
  isWireExact: true,
  hasLoss: true,
  ticksMs: [50],
} as const;
/** Control messages alone, signs of life between the root and its children only. */
export const CONTROL = {
  hasPackets: false,
  hasLiveness: false,
  isWireExact: false,
  hasLoss: false,
  ticksMs: [50],
} as const;

/** Lets viewers arrive at random moments until there are `peers` of them. */
export function arrive(
  { world, peers }: Stage,
  fromMs: number,
  toMs: number,
  came?: (peer: SimPeer) => void,
): void {
  const left = peers - LONE_AT_MS.length;
  const arriveNext = (after: number) => {
    if (after >= left) return;
    world.queue.at(fromMs + ((toMs - fromMs) * (after + world.random.between(0, 1))) / left, () => {
      const peer = world.startViewer();
      came?.(peer);
      arriveNext(after + 1);
    });
  };
  arriveNext(0);
}

/** Seconds that a crowd of this size takes to arrive at an easy pace, ms. */
export function arrivalMs(peers: number): number {
  return Math.max(15_000, peers * 10);
}
