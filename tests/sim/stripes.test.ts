// A world in which no single path carries the feed: with one parent each a backlog builds up and is dropped; with two it is gone.
// And the fault that would undo it is seen.
import { describe, expect, it } from 'vitest';
import { MASK_ALL } from '../../src/base/limits.ts';
import { partnerOf } from '../../src/overlay/feeders.ts';
import { createRun, replayCommand, runToEnd } from './run.ts';
import { LATE } from './seeds.ts';
import { pathBitsPerSecond } from './sim-network.ts';
import { quantile } from './uplinks.ts';
import type { World } from './world.ts';
import { NARROW } from './worlds/unrest.ts';

/** Three worlds are looked at together: in a single one of so few people chance says as much as what is tested. */
const WORLDS = [1, 2, 3].map((seed) => ({ world: 'lossy', seed, peers: 16, minutes: 2 }) as const);
/** After its faults, and some time to find partners. */
const MEASURED_FROM_MS = 80_000;

function figuresOf(plant: (world: World) => void = () => undefined) {
  const agesMs: number[] = [];
  const unsafe: string[] = [];
  let [leftOut, split, viewers] = [0, 0, 0];
  for (const options of WORLDS) {
    const stage = createRun(options);
    const { world } = stage;
    plant(world);
    world.queue.at(MEASURED_FROM_MS, () => (world.arrivals = { agesMs: [], leftOut: 0 }));
    for (const { check, what } of runToEnd(options, stage).violations)
      if (!LATE.has(check)) unsafe.push(`${check}: ${what}: ${replayCommand(options)}`);
    agesMs.push(...world.arrivals.agesMs);
    leftOut += world.arrivals.leftOut;
    split += world.viewers().filter(({ state }) => partnerOf(state)).length;
    viewers += world.viewers().length;
  }
  return {
    unsafe,
    ageP95Ms: quantile(agesMs, 0.95)!,
    ageP50Ms: quantile(agesMs, 0.5)!,
    leftOutShare: leftOut / (leftOut + agesMs.length),
    splitShare: split / viewers,
  };
}

/** Six worlds take 15 s on a quiet machine. */
const TIMEOUT_MS = 600_000;

/** Nobody ever takes a second way. */
const neverSplit = (world: World) => {
  world.plant = ({ state }) => void (state.split.nextMs = Infinity);
};

describe('a feed that no path carries alone', () => {
  it('needs more than a path carries, and less than two do', () => {
    const { bitsPerSecond } = createRun(WORLDS[0]!).world.packets;
    expect(pathBitsPerSecond(NARROW)).toBeLessThan(0.75 * bitsPerSecond);
    expect(2 * pathBitsPerSecond(NARROW)).toBeGreaterThan(1.3 * bitsPerSecond);
  });

  it('waits and is dropped with one parent, and comes whole over two', { timeout: TIMEOUT_MS }, () => {
    const [one, two] = [figuresOf(neverSplit), figuresOf()];
    expect(one.splitShare).toBe(0);
    expect(one.leftOutShare).toBeGreaterThan(0.1);
    expect(two.splitShare).toBeGreaterThan(0.8);
    // Over six seeds 0 to 5 % against 25 to 31 %: what is left is mostly of those who look for a partner again.
    expect(two.leftOutShare).toBeLessThan(one.leftOutShare / 3);
    expect(two.ageP50Ms).toBeLessThan(0.6 * one.ageP50Ms);
    expect(two.ageP95Ms).toBeLessThan(one.ageP95Ms);
    for (const { unsafe } of [one, two]) expect(unsafe).toEqual([]);
  });

  it(
    'shows when masks are ignored: whoever was to send half sends everything',
    { timeout: TIMEOUT_MS },
    () => {
      const ignored = figuresOf((world) => {
        world.readsMask = () => MASK_ALL;
      });
      expect(ignored.leftOutShare).toBeGreaterThan(0.1);
    },
  );
});
