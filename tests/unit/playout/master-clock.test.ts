import { expect, test } from 'vitest';
import { MasterClock } from '../../../src/playout/master-clock.ts';

/** Runs the clock for a while with a sound that is heard at `contextS(wallMs)`, if it runs. */
function run(
  clock: MasterClock,
  fromMs: number,
  toMs: number,
  contextS?: (wallMs: number) => number,
): number[] {
  const times: number[] = [];
  for (let wallMs = fromMs; wallMs < toMs; wallMs += 50) {
    if (contextS) {
      clock.observeAlive(contextS(wallMs), wallMs);
      clock.observeHeard(contextS(wallMs), wallMs);
    }
    times.push(clock.at(wallMs));
  }
  return times;
}

test('the clock follows the wall, then the sound, then the wall, without a leap', () => {
  const clock = new MasterClock();
  const slow = (wallMs: number): number => 3 + ((wallMs - 1000) / 1000) * 0.999;
  const wall = run(clock, 0, 1000);
  const sound = run(clock, 1000, 11_000, slow);
  expect(clock.isSound).toBe(true);
  expect(clock.at(11_000) - 11_000).toBeLessThan(-8);
  expect(clock.contextAt(clock.at(11_000))).toBeCloseTo(slow(11_000), 2);
  const after = run(clock, 11_000, 13_000);
  expect(clock.isSound).toBe(false);
  const steps = [...wall, ...sound, ...after].map((time, i, all) => time - (all[i - 1] ?? time - 50));
  expect(Math.min(...steps)).toBeGreaterThan(49);
  expect(Math.max(...steps)).toBeLessThan(51);
});

test('a context that stands still never rules', () => {
  const clock = new MasterClock();
  run(clock, 0, 2000, () => 0);
  expect(clock.isSound).toBe(false);
});

test('a device that starved is followed at once, and time never goes back', () => {
  const clock = new MasterClock();
  run(clock, 0, 1000, (wallMs) => wallMs / 1000);
  const times = run(clock, 1000, 2000, (wallMs) => (wallMs - 200) / 1000 + 0.001);
  expect(clock.at(2000)).toBeCloseTo(1801, 0);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('time does not wait for the sound of a machine that stood still for ten seconds', () => {
  const clock = new MasterClock();
  run(clock, 0, 1000, (wallMs) => wallMs / 1000);
  const times = run(clock, 11_000, 13_000, (wallMs) => (wallMs - 10_000) / 1000);
  expect(times.map((time, i) => Math.abs(time - 11_000 - i * 50) < 5)).not.toContain(false);
  expect(clock.isSound).toBe(true);
  expect(clock.contextAt(13_000)).toBeCloseTo(3, 2);
});
