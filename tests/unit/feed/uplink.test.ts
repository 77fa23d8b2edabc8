// What an owner's bound on the uplink means: a rate that is measured from the feed, and a budget that is never exceeded.

import { describe, expect, it } from 'vitest';
import { FeedRate } from '../../../src/feed/feed-rate.ts';
import { UplinkBudget } from '../../../src/feed/uplink-budget.ts';

describe('the rate of a feed', () => {
  it('is unknown until a second of it is known', () => {
    const rate = new FeedRate();
    rate.note(0, 100_000);
    rate.note(900_000, 1000);
    expect(rate.bitsPerSecond).toBeUndefined();
    rate.note(1_000_000, 1000);
    expect(rate.bitsPerSecond).toBeGreaterThan(0);
  });

  it('follows capture times, so that a burst that comes at once counts for the time it took to make', () => {
    const rate = new FeedRate();
    for (let i = 0; i <= 100; i++) rate.note(i * 40_000, 5000 - 113);
    expect(rate.bitsPerSecond).toBeCloseTo((5000 * 8 * 101) / 4, 0);
  });

  it('forgets what was long ago, and another epoch', () => {
    const rate = new FeedRate();
    rate.note(0, 10_000_000);
    for (let i = 0; i <= 300; i++) rate.note(20_000_000 + i * 40_000, 1000 - 113);
    expect(rate.bitsPerSecond).toBeLessThan(250_000);
    rate.clear();
    expect(rate.bitsPerSecond).toBeUndefined();
  });
});

describe('the budget of an uplink', () => {
  it('never lets more through than its rate and one burst', () => {
    const bitsPerSecond = 4_000_000;
    const budget = new UplinkBudget(bitsPerSecond);
    let sentBytes = 0;
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 7) {
      while (budget.leftBytes(nowMs) > 0) {
        budget.spend(4000);
        sentBytes += 4000;
      }
    }
    const mostBytes = (bitsPerSecond / 8) * 10 + (bitsPerSecond / 8) * 0.1 + 4000;
    expect(sentBytes).toBeLessThanOrEqual(mostBytes);
    expect(sentBytes).toBeGreaterThan(0.98 * (bitsPerSecond / 8) * 10);
  });

  it('keeps no more than a burst for later', () => {
    const budget = new UplinkBudget(8_000_000);
    budget.leftBytes(0);
    expect(budget.leftBytes(60_000)).toBe(100_000);
  });
});
