import { describe, expect, it } from 'vitest';
import { CaptureClock } from '../../../src/media/capture-clock.ts';

const OFFSET_US = 1_700_000_000_000_000;

/** Delivery delays that jump about but are now and then none: a fixed sequence, so that each run is the same. */
function delayUs(index: number): number {
  return ((index * 7919) % 23) * 1000;
}

describe('CaptureClock', () => {
  it('gives evenly spaced times however unevenly frames are delivered', () => {
    const clock = new CaptureClock();
    const times = Array.from({ length: 600 }, (_, index) =>
      clock.map(index * 33_333, OFFSET_US + index * 33_333 + delayUs(index)),
    );
    const settled = times.slice(60);
    for (let index = 1; index < settled.length; index++) {
      expect(Math.abs(settled[index]! - settled[index - 1]! - 33_333)).toBeLessThan(400);
    }
    expect(Math.abs(times[599]! - OFFSET_US - 599 * 33_333)).toBeLessThan(2000);
  });

  it('forgets that the first frame came late', () => {
    const clock = new CaptureClock();
    clock.map(0, OFFSET_US + 50_000);
    expect(clock.map(33_333, OFFSET_US + 33_333 + 2000)).toBe(OFFSET_US + 35_333);
  });

  it('follows a clock that drifts by 100 ppm', () => {
    const clock = new CaptureClock();
    let error = 0;
    for (let index = 0; index < 30 * 120; index++) {
      const trueUs = OFFSET_US + index * 33_333;
      error = clock.map(Math.round(index * 33_333 * 1.0001), trueUs + delayUs(index)) - trueUs;
    }
    expect(Math.abs(error)).toBeLessThan(3000);
  });

  it('jumps when the device was restarted', () => {
    const clock = new CaptureClock();
    for (let index = 0; index < 90; index++) clock.map(9e9 + index * 33_333, OFFSET_US + index * 33_333);
    expect(clock.map(0, OFFSET_US + 5_000_000)).toBe(OFFSET_US + 5_000_000);
  });

  it('begins anew when a microphone stamps what was queued before its worker read by another clock', () => {
    // As Chromium delivers it: ten reads at once, 1.4 s ahead of the clock of those that follow.
    const clock = new CaptureClock();
    const read = (sourceUs: number, arrivalUs: number): number =>
      clock.map(sourceUs, OFFSET_US + arrivalUs) - OFFSET_US;
    for (let index = 0; index < 10; index++) {
      read(2_290_000 + index * 10_000, 1400 + index * 100);
      expect(clock.isReady).toBe(false);
    }
    let isOn = false;
    for (let index = 0; index < 3000; index++) {
      const capturedUs = -4000 + index * 10_000;
      const error =
        read(996_900 + index * 10_000, capturedUs + 10_000 + delayUs(index)) - capturedUs - 10_000;
      isOn ||= clock.isReady;
      expect(clock.isReady).toBe(isOn);
      if (isOn) expect(Math.abs(error), String(index)).toBeLessThan(1000);
    }
    expect(isOn).toBe(true);
  });

  it('is right from the first second on when a starting machine delivers late', () => {
    const clock = new CaptureClock();
    for (let index = 0; index < 900; index++) {
      const capturedUs = index * 10_000;
      const startingUs = Math.max(0, 300_000 - index * 4000);
      const error = clock.map(capturedUs, OFFSET_US + capturedUs + startingUs + delayUs(index)) - OFFSET_US;
      if (index >= 100) expect(Math.abs(error - capturedUs), String(index)).toBeLessThan(1000);
    }
  });

  it('does not take a reader that is behind for five seconds for another clock: it moves 1 ms a second at most', () => {
    const clock = new CaptureClock();
    let beforeUs = 0;
    for (let index = 0; index < 3000; index++) {
      const sourceUs = index * 10_000;
      const isBehind = index > 1000 && index < 1800;
      const errorUs =
        clock.map(sourceUs, OFFSET_US + sourceUs + (isBehind ? 110_000 : 0) + delayUs(index)) -
        OFFSET_US -
        sourceUs;
      if (index > 100) expect(Math.abs(errorUs - beforeUs), String(index)).toBeLessThanOrEqual(11);
      expect(Math.abs(errorUs)).toBeLessThan(5000);
      beforeUs = errorUs;
    }
  });

  it('catches up with a device that counted no time while it starved', () => {
    const clock = new CaptureClock();
    let error = 0;
    for (let index = 0; index < 2000; index++) {
      const capturedUs = index * 10_000 + (index > 800 ? 400_000 : 0);
      error = clock.map(index * 10_000, OFFSET_US + capturedUs + delayUs(index)) - OFFSET_US - capturedUs;
    }
    expect(Math.abs(error)).toBeLessThan(2000);
  });
});
