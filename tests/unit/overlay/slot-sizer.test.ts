// How many viewers a peer learns that it can feed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLOTS_MAX } from '../../../src/base/limits.ts';
import { SlotSizer } from '../../../src/overlay/slot-sizer.ts';

const FEED_BITS = 1_000_000;
/** 100 kB in 100 ms: an uplink of 8 Mbit/s at least. */
const CLEAN = { bytes: 100_000, durationMs: 100, isClean: true };

describe('the slots of a peer', () => {
  it('are one at first, and one more after each clean burst', () => {
    const sizer = new SlotSizer();
    expect(sizer.slots(FEED_BITS)).toBe(1);
    sizer.burst(CLEAN, 0);
    expect(sizer.slots(FEED_BITS)).toBe(2);
    sizer.burst(CLEAN, 0);
    expect(sizer.slots(undefined)).toBe(3);
  });

  it('are no more after a burst that was cut', () => {
    const sizer = new SlotSizer();
    sizer.burst({ ...CLEAN, isClean: false }, 0);
    expect(sizer.slots(FEED_BITS)).toBe(1);
  });

  it('use 0.7 of the uplink that was seen, and none of one that carries no feed', () => {
    const sizer = new SlotSizer();
    for (let i = 0; i < 10; i++) sizer.burst(CLEAN, 0);
    expect(sizer.slots(FEED_BITS)).toBe(5);
    expect(sizer.slots(2_500_000)).toBe(2);
    expect(sizer.slots(6_000_000)).toBe(0);
  });

  it('are halved by two late children and not by one, and then wait before they grow', () => {
    const sizer = new SlotSizer();
    for (let i = 0; i < 3; i++) sizer.burst(CLEAN, 0);
    sizer.late(1, 0);
    expect(sizer.slots(FEED_BITS)).toBe(4);
    sizer.late(2, 0);
    sizer.late(2, 100);
    expect(sizer.slots(FEED_BITS)).toBe(2);
    sizer.burst(CLEAN, 9000);
    expect(sizer.slots(FEED_BITS)).toBe(2);
    sizer.burst(CLEAN, 11_000);
    expect(sizer.slots(FEED_BITS)).toBe(3);
  });

  it('learn no rate from a burst that fits the buffers', () => {
    const sizer = new SlotSizer();
    sizer.burst({ bytes: 2000, durationMs: 1000, isClean: true }, 0);
    expect(sizer.uplinkBitsPerSecond).toBeUndefined();
    expect(sizer.slots(FEED_BITS)).toBe(2);
  });

  it('stay between none and SLOTS_MAX, whatever is measured', () => {
    const step = fc.oneof(
      fc.record({
        bytes: fc.nat(1e9),
        durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
        isClean: fc.boolean(),
      }),
      fc.nat(20),
    );
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 1e9 }), (steps, feed) => {
        const sizer = new SlotSizer();
        for (const [i, one] of steps.entries()) {
          if (typeof one === 'number') sizer.late(one, i * 1000);
          else sizer.burst(one, i * 1000);
          const slots = sizer.slots(feed);
          expect(Number.isInteger(slots) && slots >= 0 && slots <= SLOTS_MAX).toBe(true);
        }
      }),
    );
  });
});
