import { describe, expect, it } from 'vitest';
import { PressureControl } from '../../../src/media/encode-pressure.ts';

/** Feeds 30 observations a second from `fromMs` for `seconds`; returns the changes as `level@second`. */
function feed(
  control: PressureControl,
  fromMs: number,
  seconds: number,
  queue: (frame: number) => number,
): string[] {
  const changes: string[] = [];
  let level = control.level;
  for (let frame = 0; frame < seconds * 30; frame++) {
    const nowMs = fromMs + (frame * 1000) / 30;
    const next = control.observe(queue(frame), nowMs);
    if (next !== level) changes.push(`${next}@${String(Math.round((nowMs - fromMs) / 1000))}`);
    level = next;
  }
  return changes;
}

describe('PressureControl', () => {
  it('stays where it is while the encoder keeps up', () => {
    const control = new PressureControl();
    expect(feed(control, 0, 60, () => 1)).toEqual([]);
    expect([control.bitrateShare, control.keepEvery]).toEqual([1, 1]);
  });

  it('lowers the bitrate first and the frame rate after it', () => {
    const control = new PressureControl();
    expect(feed(control, 0, 5, () => 5)).toEqual(['bitrate@1', 'framerate@2']);
    expect([control.bitrateShare, control.keepEvery]).toEqual([0.6, 2]);
  });

  it('forgives a hiccup', () => {
    expect(feed(new PressureControl(), 0, 30, (frame) => (frame % 90 < 10 ? 4 : 0))).toEqual([]);
  });

  it('recovers step by step after ten calm seconds each', () => {
    const control = new PressureControl();
    feed(control, 0, 5, () => 5);
    expect(feed(control, 5000, 30, () => 0)).toEqual(['bitrate@10', 'none@20']);
  });

  it('waits longer after a step up that proved too early', () => {
    const control = new PressureControl();
    feed(control, 0, 1.5, () => 5);
    feed(control, 1500, 12.5, () => 0);
    expect(control.level).toBe('none');
    expect(feed(control, 14_000, 1.5, () => 5)).toEqual(['bitrate@1']);
    feed(control, 15_500, 14, () => 0);
    expect(control.level).toBe('bitrate');
    feed(control, 29_500, 10, () => 0);
    expect(control.level).toBe('none');
  });

  it('does not judge a pause of the source', () => {
    const control = new PressureControl();
    control.observe(5, 0);
    expect(control.observe(5, 10_000)).toBe('none');
    expect(control.observe(0, 20_000)).toBe('none');
  });
});
