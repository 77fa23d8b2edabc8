// Each world of `npm run sim`, small: it runs, nothing unsafe happens, everybody has a place in the end, and it is the
// same each time. Lost packets count as late here (seeds.ts says why).
import { describe, expect, it } from 'vitest';
import { ANCESTORS_MAX } from '../../src/base/limits.ts';
import { replayCommand, runWorld, SCENARIOS } from './run.ts';
import { LATE } from './seeds.ts';
import { optimalDepth } from './uplinks.ts';
import type { WorldName } from './worlds/scenario.ts';

const PEERS = 40;
const minutesOf = (world: WorldName) => Math.min(3, SCENARIOS[world].minutes(PEERS));

describe('a simulated world', () => {
  it.each(Object.keys(SCENARIOS) as WorldName[])(
    'of %s gives everybody a place in the end, and nothing unsafe happens',
    (world) => {
      const options = { world, seed: 1, peers: PEERS, minutes: minutesOf(world) };
      const { violations, placed, viewers, depthMax } = runWorld(options);
      expect(
        violations.filter(({ check }) => !LATE.has(check)),
        replayCommand(options),
      ).toEqual([]);
      // Small worlds with every kind of fault may be short of slots.
      if (world !== 'mixed') expect(placed).toBe(viewers);
      expect(depthMax).toBeLessThan(ANCESTORS_MAX);
    },
  );

  it('is the same world, to the last event, under the same seed', () => {
    const options = { world: 'mixed', seed: 7, peers: 50, minutes: 1.5 } as const;
    const first = runWorld(options);
    expect(runWorld(options)).toEqual(first);
    expect(runWorld({ ...options, seed: 8 }).logHash).not.toBe(first.logHash);
  });

  it('knows the depth of the best tree', () => {
    expect(optimalDepth(2, [0, 0])).toBe(1);
    expect(optimalDepth(2, [0, 0, 0])).toBe(0);
    expect(optimalDepth(2, [0, 2, 0, 1])).toBe(2);
  });
});
