// A thousand joins from one address among people from addresses of their own (A9), and a crowd behind one address that is alone, with
// the overlay of the browser on a virtual clock.
import { describe, expect, it } from 'vitest';
import { HERD_SHARE_MAX, runCrowd, runSchool, runSiege, SCHOOL, SIEGE, summaryOf } from './siege.ts';
import { quantile } from './uplinks.ts';

/** Of virtual time: what a join of people may take, ms. `npm run proof -- siege` asks it of 99 in 100. */
const JOIN_P95_MS_MAX = 2000;

describe('a thousand from one address', () => {
  it.each([1, 2])('keep nobody waiting, and hold a bounded share of the slots (seed %i)', (seed) => {
    const report = runSiege({ seed, ...SIEGE });
    console.log(`seed ${seed}: ${summaryOf(report.joinsMs)}; ${report.herdPlaces} of ${report.slots} slots`);
    expect(report.violations).toEqual([]);
    expect(report.placed).toBe(report.people);
    expect(quantile(report.joinsMs, 0.95)).toBeLessThan(JOIN_P95_MS_MAX);
    expect(report.herdPlaces).toBeGreaterThan(0);
    expect(report.herdPlaces).toBeLessThan(report.slots * HERD_SHARE_MAX);
    expect(report.herdAtTheTop).toBeLessThanOrEqual(3);
  });

  it('keep people out where signaling doesn’t tell addresses apart', () => {
    const report = runSiege({ seed: 2, ...SIEGE, hasTags: false });
    expect(report.placed).toBeLessThan(report.people);
    expect(report.herdPlaces).toBeGreaterThan(report.slots * HERD_SHARE_MAX);
  });
});

it('a crowd behind one address finds doors, and is placed about as fast as one from many', () => {
  const [one, many] = [runCrowd(2, 300, true), runCrowd(2, 300, false)];
  console.log(`from one address ${summaryOf(one.joinsMs)}; from many ${summaryOf(many.joinsMs)}`);
  expect(one.doors).toBeGreaterThan(0);
  expect(Math.max(...one.joinsMs)).toBeLessThan(Infinity);
  expect(quantile(one.joinsMs, 0.95)).toBeLessThan(1.25 * (quantile(many.joinsMs, 0.95) ?? 0));
});

it('a school behind one address is placed to the last, and people beside it as if there were none', () => {
  const { pupilsMs, outsidersMs, placed } = runSchool({ seed: 2, ...SCHOOL });
  console.log(`school ${summaryOf(pupilsMs)}; others ${summaryOf(outsidersMs)}`);
  expect(Math.max(...pupilsMs, ...outsidersMs)).toBeLessThan(Infinity);
  expect(placed).toBe(SCHOOL.pupils + SCHOOL.outsiders);
  expect(quantile(outsidersMs, 0.95)).toBeLessThan(1.25 * JOIN_P95_MS_MAX);
});
