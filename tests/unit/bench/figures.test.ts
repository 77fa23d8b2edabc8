// How benchmarks turn what a page noted into figures.

import { expect, it } from 'vitest';
import { slopePerHour } from '../../bench/benchmark.ts';
import { judgeArrivals, longestPauseMs } from '../../bench/feed-figures.ts';
import type { Arrival } from '../../bench/pages/feed-log.ts';

function arrival(seq: number, completeMs: number, layer = 0): Arrival {
  return { seq, kind: 'video', layer, bytes: 100, captureMs: seq * 10, completeMs };
}

it('the pause after a kill counts new packets only, and none from before', () => {
  const arrivals = [arrival(1, 0), arrival(2, 900), arrival(3, 1010), arrival(2, 1100), arrival(4, 1250)];
  expect(longestPauseMs(arrivals, 1000)).toBe(240);
  expect(longestPauseMs(arrivals, 950)).toBe(240);
  expect(longestPauseMs([...arrivals, arrival(5, 2000)], 1000)).toBe(750);
});

it('a packet that never came lowers the share of its layer and of all', () => {
  const signed = Array.from({ length: 1000 }, (_, seq) => ({
    seq,
    kind: 'video' as const,
    layer: seq % 2,
    bytes: 100,
    captureMs: seq * 10,
  }));
  const lost = new Set([201, 203, 300]);
  const arrivals = signed
    .filter(({ seq }) => !lost.has(seq))
    .map(({ seq, layer, captureMs }) => arrival(seq, captureMs + 30, layer));
  const { base, all, arrivalMs } = judgeArrivals(signed, arrivals, 1000);
  // From 1,000 ms on, and without the last 2 s.
  expect(all).toEqual({ signed: 700, arrived: 697 });
  expect(base.signed - base.arrived).toBe(1);
  expect(new Set(arrivalMs)).toEqual(new Set([30]));
});

it('a slope is that of the time after the warm-up, where there was any', () => {
  const rising = Array.from({ length: 60 }, (_, minute) => ({
    atMs: minute * 60_000,
    value: minute < 5 ? minute * 10 : 50 + minute / 10,
  }));
  expect(slopePerHour(rising, 5 * 60_000)).toBeCloseTo(6);
  expect(slopePerHour(rising.slice(0, 5), 5 * 60_000)).toBeCloseTo(600);
});
