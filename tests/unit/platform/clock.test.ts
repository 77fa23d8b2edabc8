import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openClock } from '../../../src/platform/clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the clock', () => {
  test('runs what is due, in order of time and not of asking', () => {
    const clock = openClock();
    const ran: string[] = [];
    clock.after(30, () => ran.push('late'));
    clock.after(10, () => ran.push('early'));
    clock.after(0, () => ran.push('now'));
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(29);
    expect(ran).toEqual(['now', 'early']);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['now', 'early', 'late']);
  });

  test('keeps a rhythm, and sleeps through missed periods without a burst', () => {
    const clock = openClock();
    const at: number[] = [];
    const startMs = clock.nowMs();
    clock.every(10, () => at.push(clock.nowMs() - startMs));
    vi.advanceTimersByTime(35);
    expect(at).toEqual([10, 20, 30]);
    // The machine sleeps: time passes and no timer runs.
    vi.setSystemTime(Date.now() + 1005);
    const nowMs = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs() + 1005);
    vi.advanceTimersByTime(25);
    expect(at.slice(3)).toEqual([1045, 1050, 1060]);
  });

  test('stops what was stopped, also from inside and twice', () => {
    const clock = openClock();
    let runs = 0;
    const stop = clock.every(10, () => {
      runs++;
      if (runs === 2) stop();
    });
    const never = clock.after(5, () => (runs = 100));
    never();
    never();
    vi.advanceTimersByTime(100);
    expect(runs).toBe(2);
  });

  test('may be asked for more from inside what it runs', () => {
    const clock = openClock();
    const at: number[] = [];
    const startMs = clock.nowMs();
    const again = () => {
      at.push(clock.nowMs() - startMs);
      if (at.length < 3) clock.after(5, again);
    };
    clock.after(5, again);
    vi.advanceTimersByTime(100);
    expect(at).toEqual([5, 10, 15]);
  });

  test('gives wall time in whole µs that does not step when the system clock is set', () => {
    const clock = openClock();
    const before = clock.wallUs();
    expect(Math.abs(before - Date.now() * 1000)).toBeLessThan(2000);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(7);
    expect(clock.wallUs() - before).toBe(7000);
    expect(Number.isInteger(clock.wallUs())).toBe(true);
  });
});
