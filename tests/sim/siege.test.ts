// A thousand joins from one address among people from addresses of their own (A9), with the overlay of the browser.
import { describe, expect, it } from 'vitest';
import { runSiege } from './siege.ts';

const HERD = { herd: 1000, newcomers: 30 };
/** Of virtual time: what a join may take, ms. */
const JOIN_P99_MS_MAX = 2000;
/** The herd leaves this share of the slots free while others come, and is placed there last. */
const HERD_SHARE_MAX = 0.5;

describe('a thousand from one address', () => {
  it.each([1, 2])('keep nobody waiting, and hold a bounded share of the slots (seed %i)', (seed) => {
    const report = runSiege({ seed, ...HERD });
    expect(report.violations).toEqual([]);
    expect(report.placed).toBe(report.people);
    expect(report.joinP99Ms).toBeLessThan(JOIN_P99_MS_MAX);
    expect(report.herdPlacesMost).toBeGreaterThan(0);
    expect(report.herdPlacesMost).toBeLessThan(report.slots * HERD_SHARE_MAX);
  });

  it('take every slot where the root doesn’t tell addresses apart', () => {
    const report = runSiege({ seed: 1, ...HERD, plant: ({ root }) => (root.state.doorman = undefined) });
    expect(report.placed).toBeLessThan(report.people);
    expect(report.herdPlacesMost).toBeGreaterThan(report.slots * HERD_SHARE_MAX);
  });
});
