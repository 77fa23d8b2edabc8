// The impaired paths of benchmarks: what they do to packets, without a network.

import { describe, expect, it } from 'vitest';
import { LanePlan } from '../../bench/lane.ts';
import type { LaneShape } from '../../bench/lane.ts';

const PACKETS = 20_000;
const BYTES = 972;

/** When packets sent one a ms arrive; undefined for the lost ones. */
function arrivals(shape: LaneShape, seed = 7): (number | undefined)[] {
  const plan = new LanePlan(seed);
  return Array.from({ length: PACKETS }, (_, i) => plan.arrivalMs(shape, BYTES, i));
}

function share(values: readonly unknown[], isCounted: (value: unknown, index: number) => boolean): number {
  return values.filter(isCounted).length / values.length;
}

describe('a lane', () => {
  it('delays everything by the same time and loses nothing when it is only long', () => {
    expect(arrivals({ delayMs: 50 }).every((atMs, i) => atMs === i + 50)).toBe(true);
  });

  it('loses the share it is told to', () => {
    const lost = share(arrivals({ lossShare: 0.03 }), (atMs) => atMs === undefined);
    expect(lost).toBeGreaterThan(0.025);
    expect(lost).toBeLessThan(0.035);
  });

  it('keeps the order under jitter', () => {
    const times = arrivals({ delayMs: 20, jitterMs: 30 }).map((atMs) => atMs!);
    expect(times.every((atMs, i) => i === 0 || atMs >= times[i - 1]!)).toBe(true);
    expect(new Set(times.map((atMs, i) => Math.round(atMs - i))).size).toBeGreaterThan(5);
  });

  it('lets later packets overtake the share that is held back', () => {
    const times = arrivals({ delayMs: 20, reorderShare: 0.1, reorderMs: 15 }).map((atMs) => atMs!);
    const overtaken = share(times, (atMs, i) => i + 1 < times.length && times[i + 1]! < (atMs as number));
    expect(overtaken).toBeGreaterThan(0.07);
    expect(overtaken).toBeLessThan(0.11);
  });

  it('gives no more than its rate, and loses what would wait too long', () => {
    // 1,000 bytes with headers each ms are 8 Mbit/s.
    const kept = arrivals({ bitsPerSecond: 4_000_000, queueMsMax: 100 }).filter((atMs) => atMs !== undefined);
    expect(kept.length / PACKETS).toBeGreaterThan(0.49);
    expect(kept.length / PACKETS).toBeLessThan(0.52);
    expect(kept.every((atMs, i) => i === 0 || atMs - kept[i - 1]! >= 2 - 1e-6)).toBe(true);
  });

  it('repeats itself under the same seed and not under another', () => {
    const shape = { delayMs: 20, jitterMs: 30, lossShare: 0.05, reorderShare: 0.02, reorderMs: 10 };
    expect(arrivals(shape, 1)).toEqual(arrivals(shape, 1));
    expect(arrivals(shape, 1)).not.toEqual(arrivals(shape, 2));
  });
});
