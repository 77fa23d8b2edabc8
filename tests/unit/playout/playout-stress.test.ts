// What a stalled machine, a broken path and a slow decoder do to latency. Each trace is one fault and then a normal feed.
import { describe, expect, test } from 'vitest';
import { leavesMs, makeFeed, seeded, START_US, watch } from './watch-sim.ts';
import type { Delivery, Watched, WatchOptions } from './watch-sim.ts';
import type { PlayerPacket } from '../../../src/ports.ts';

const PATH_MS = 20;
/** How far behind its target playback may be once all is well, ms: what catching up leaves, and one picture. */
const SLACK_MS = 80;

/** Every packet when it leaves, moved by `moved`. */
function along(feed: PlayerPacket[], moved: (atMs: number, packet: PlayerPacket) => number): Delivery[] {
  return feed.map((packet) => ({ atMs: moved(leavesMs(packet, feed) + PATH_MS, packet), packet }));
}

/** Capture to presentation of what was shown from `fromMs` to `toMs`, ms. */
function latencies({ shown }: Watched, fromMs: number, toMs = Infinity): number[] {
  return shown
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .map(({ atMs, timeUs }) => atMs - (timeUs - START_US) / 1000);
}

/** From `fromMs` on pictures come at their rate, no more than the target and `overMs` after their capture. */
function expectLive(watched: Watched, fromMs: number, untilMs: number, overMs = PATH_MS): void {
  const late = latencies(watched, fromMs, untilMs);
  expect(late.length).toBeGreaterThan(((untilMs - fromMs) / 1000) * 28);
  expect(Math.max(...late)).toBeLessThan(watched.playout.estimator.targetMs + overMs + SLACK_MS + 40);
  expect(watched.broken).toEqual([]);
}

describe('a freeze of ten seconds', () => {
  const feed = makeFeed(30);
  const frozen = [8000, 18_000] as const;
  const hold = (atMs: number): number => (atMs >= frozen[0] && atMs < frozen[1] ? frozen[1] : atMs);
  const run = (deliveries: Delivery[], more: Partial<WatchOptions> = {}): Watched =>
    watch(deliveries, { feed, ...more });

  test('of the receiver, whose packets then come at once, is over two seconds later', () => {
    expectLive(run(along(feed, hold), { frozen }), frozen[1] + 2000, 29_000);
  });

  test('of the receiver shows nothing from before it', () => {
    // The decoder holds a picture when the machine stands still.
    const watched = run(along(feed, hold), {
      frozen,
      decodeMs: (nowMs) => (nowMs > 7900 && nowMs < 8000 ? 150 : 6),
    });
    expect(Math.max(...latencies(watched, frozen[1]))).toBeLessThan(3000);
    expectLive(watched, frozen[1] + 2000, 29_000);
  });

  test('of the path alone is over two seconds later', () => {
    expectLive(run(along(feed, hold)), frozen[1] + 2000, 29_000);
  });

  test('leaves holes that are not waited for one by one', () => {
    const chance = seeded(11);
    const isLost = (packet: PlayerPacket): boolean => {
      const atMs = leavesMs(packet, feed);
      return atMs > frozen[0] && atMs < frozen[1] - 100 && chance() < 0.1;
    };
    const kept = along(feed, hold).filter((delivery) => 'packet' in delivery && !isLost(delivery.packet));
    for (const more of [{ frozen }, {}]) expectLive(run(kept, more), frozen[1] + 2000, 29_000);
  });

  test('whose packets come over half a second, out of order, is over two seconds later', () => {
    const chance = seeded(12);
    const spread = (atMs: number): number =>
      atMs >= frozen[0] && atMs < frozen[1] ? frozen[1] + chance() * 500 : atMs;
    for (const more of [{ frozen }, {}]) expectLive(run(along(feed, spread), more), frozen[1] + 2000, 29_000);
  });

  test('of thirty seconds is no different', () => {
    const long = makeFeed(60);
    const until = 38_000;
    const watched = watch(
      along(long, (atMs) => (atMs >= 8000 && atMs < until ? until : atMs)),
      { feed: long, frozen: [8000, until] },
    );
    expectLive(watched, until + 2000, 59_000);
  });
});

describe('a source that stops for eight seconds', () => {
  test('and captured nothing meanwhile is live again at once', () => {
    const before = makeFeed(8);
    const feed = [...before, ...makeFeed(12)].map((packet, seq): PlayerPacket => {
      if (seq < before.length || packet.track === 'none') return { ...packet, seq };
      return { ...packet, seq, timeUs: packet.timeUs + 16_000_000 };
    });
    const watched = watch(
      along(feed, (atMs) => atMs),
      { feed },
    );
    expectLive(watched, 16_000 + 2000, 27_000);
    expect(watched.playout.stalls).toBe(1);
  });

  test('and then sends what it captured from the next packet on is live again two seconds later', () => {
    const feed = makeFeed(28);
    const chance = seeded(4);
    const burst = (atMs: number, { seq }: PlayerPacket): number =>
      atMs >= 8000 && atMs < 16_000 ? 16_000 + (seq % 440) + chance() * 30 : atMs;
    expectLive(watch(along(feed, burst), { feed }), 16_000 + 2000, 27_000);
  });
});

describe('a path that gets five seconds longer', () => {
  const feed = makeFeed(40);
  const watched = watch(
    along(feed, (atMs) => (atMs >= 8000 ? atMs + 5000 : atMs)),
    { feed },
  );

  test('costs what it takes, and at most the longest target more', () => {
    const late = latencies(watched, 15_000);
    expect(late.length).toBeGreaterThan(24 * 29);
    expect(Math.max(...late)).toBeLessThan(5000 + 1500);
    expect(Math.max(...latencies(watched, 35_000))).toBeLessThan(5000 + 700);
    expect(watched.broken).toEqual([]);
  });

  test('is one stall, not one after another', () => {
    expect(watched.playout.stalls).toBeLessThanOrEqual(2);
    expect(watched.playout.buckets().late).toBe(0);
  });

  test('and shorter again is caught up with', () => {
    const back = watch(
      along(feed, (atMs) => (atMs >= 8000 && atMs < 20_000 ? atMs + 5000 : Math.max(atMs, 25_000))).map(
        (delivery) =>
          'packet' in delivery && leavesMs(delivery.packet, feed) < 7900
            ? { ...delivery, atMs: leavesMs(delivery.packet, feed) + PATH_MS }
            : delivery,
      ),
      { feed },
    );
    expectLive(back, 27_500, 39_000);
  });
});

describe('a decoder slower than real time for five seconds', () => {
  const feed = makeFeed(20);
  const watched = watch(
    along(feed, (atMs) => atMs),
    { feed, decodeMs: (nowMs) => (nowMs >= 6000 && nowMs < 11_000 ? 70 : 6) },
  );

  test('keeps near live by leaving pictures out, and is back two seconds after', () => {
    expect(latencies(watched, 6000, 11_000).length).toBeGreaterThan(10);
    expect(Math.max(...latencies(watched, 6000, 13_000))).toBeLessThan(3000);
    expectLive(watched, 13_000, 19_000);
    expect(watched.playout.stalls).toBe(0);
  });
});
