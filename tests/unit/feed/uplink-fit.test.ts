import { describe, expect, it } from 'vitest';
import { UplinkFit } from '../../../src/feed/uplink-fit.ts';

const LOOK_MS = 250;

/** Looks from `fromS` for so many seconds; gives the shares that it came to, as `share@second`. */
function look(
  fit: UplinkFit,
  fromS: number,
  seconds: number,
  children: number,
  late: (look: number) => number,
): string[] {
  const changes: string[] = [];
  for (let i = 0; i * LOOK_MS < seconds * 1000; i++) {
    const before = fit.share;
    const nowMs = fromS * 1000 + i * LOOK_MS;
    fit.look(children, late(i), nowMs);
    if (fit.share !== before) changes.push(`${fit.share}@${Math.round(nowMs / 1000)}`);
  }
  return changes;
}

describe('UplinkFit', () => {
  it('spends what was chosen while nobody is late', () => {
    const fit = new UplinkFit();
    expect(look(fit, 0, 60, 4, () => 0)).toEqual([]);
    expect(fit.share).toBe(1);
  });

  it('steps down while most children are late, and no further than to the last step', () => {
    expect(look(new UplinkFit(), 0, 30, 4, () => 3)).toEqual(['0.7@2', '0.5@4', '0.35@6']);
  });

  it('takes half of the children for their own paths, and one alone for the uplink', () => {
    expect(look(new UplinkFit(), 0, 30, 4, () => 2)).toEqual([]);
    expect(look(new UplinkFit(), 0, 3, 1, () => 1)).toEqual(['0.7@2']);
  });

  it('forgives a hiccup', () => {
    expect(look(new UplinkFit(), 0, 60, 4, (i) => (i % 16 === 0 ? 4 : 0))).toEqual([]);
  });

  it('steps up after a calm time, which doubles when that was too early', () => {
    const fit = new UplinkFit();
    look(fit, 0, 2.5, 4, () => 4);
    expect(fit.share).toBe(0.7);
    // In whole windows of two seconds: 15 s are 16.
    expect(look(fit, 3, 20, 4, () => 0)).toEqual(['1@20']);
    expect(look(fit, 23, 1.5, 4, () => 4)).toEqual(['0.7@24']);
    expect(look(fit, 24.5, 60, 4, () => 0)).toEqual(['1@56']);
  });

  it('learns nothing while nobody is fed', () => {
    const fit = new UplinkFit();
    look(fit, 0, 2.5, 1, () => 1);
    expect(look(fit, 3, 120, 0, () => 0)).toEqual([]);
    expect(fit.share).toBe(0.7);
  });
});
