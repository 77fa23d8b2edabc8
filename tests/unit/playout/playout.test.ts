import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUFFER_BYTES_MAX, BUFFER_PACKETS_MAX, EARLY_MS } from '../../../src/playout/playout-limits.ts';
import { leavesMs, makeFeed, seeded, START_US, watch } from './watch-sim.ts';
import type { Delivery, Watched } from './watch-sim.ts';
import type { PlayerPacket } from '../../../src/ports.ts';

/** Every packet after `delayMs`. */
function live(
  feed: PlayerPacket[],
  delayMs: (packet: PlayerPacket) => number = () => 20,
  sent = feed,
): Delivery[] {
  return sent.map((packet) => ({ atMs: leavesMs(packet, feed) + delayMs(packet), packet }));
}

/** Capture to presentation of what was shown from `fromMs` on, ms. */
function latencies({ shown }: Watched, fromMs = 0): number[] {
  return shown
    .filter(({ atMs }) => atMs >= fromMs)
    .map(({ atMs, timeUs }) => atMs - (timeUs - START_US) / 1000);
}

function total({ playout }: Watched): number {
  const counts = Object.values<number>({ ...playout.buckets() });
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('an even feed', () => {
  const feed = makeFeed(10);
  const pictures = feed.filter((packet) => packet.track === 'video').length;
  const watched = watch(live(feed), { feed, tailMs: 2000 });

  test('is shown whole, in order, without a stall before its end', () => {
    expect(watched.playout.buckets()).toMatchObject({
      shown: pictures,
      skipped: 0,
      undecodable: 0,
      late: 0,
      waiting: 0,
    });
    expect(watched.states.map(({ state }) => state)).toEqual(['starting', 'playing', 'stalled']);
    expect(watched.shown.map(({ seq }) => seq)).toEqual(
      watched.shown.map(({ seq }) => seq).sort((a, b) => a - b),
    );
  });

  test('shows its first picture at once and moves after the buffer has filled', () => {
    expect(watched.shown[0]!.atMs).toBeLessThan(20 + 10);
    expect(watched.shown[1]!.atMs).toBeGreaterThan(300);
  });

  test('ends with a target near the shortest one, reached without a jump', () => {
    expect(watched.playout.estimator.targetMs).toBeLessThan(240);
    const late = latencies(watched, 8000);
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(60);
  });
});

describe('a newcomer', () => {
  const feed = makeFeed(8);
  const joinMs = 1700;
  const burst: Delivery[] = feed.map((packet) => {
    const atMs = leavesMs(packet, feed) + 20;
    return {
      atMs: atMs < joinMs ? joinMs + packet.seq * 0.8 : Math.max(atMs, joinMs + packet.seq * 0.8),
      packet,
    };
  });
  const watched = watch(burst, { feed });

  test('sees the first picture at once and plays at the target within half a second', () => {
    expect(watched.shown[0]!.atMs - joinMs).toBeLessThan(15);
    const playing = watched.states.find(({ state }) => state === 'playing')!;
    expect(playing.atMs - joinMs).toBeLessThan(500);
    expect(Math.max(...latencies(watched, joinMs + 700))).toBeLessThan(400);
  });

  test('is not painted the burst, and the burst is not taken for jitter', () => {
    const painted = watched.shown.filter(({ timeUs }) => (timeUs - START_US) / 1000 < joinMs - 400);
    expect(painted.length).toBeLessThanOrEqual(3);
    expect(watched.playout.estimator.targetMs).toBeLessThan(290);
    expect(watched.playout.stalls).toBe(0);
  });

  test('whose sound was sent first is no different', () => {
    const sorted = feed.map((packet): Delivery => {
      const atMs = leavesMs(packet, feed) + 20;
      const lateMs = packet.track === 'audio' ? packet.seq : 100 + packet.seq * 6;
      return { atMs: Math.max(atMs, joinMs + lateMs), packet };
    });
    const other = watch(sorted, { feed });
    expect(other.playout.estimator.targetMs).toBeLessThan(300);
    expect(other.playout.stalls).toBe(0);
    expect(other.playout.buckets()).toMatchObject({ late: 0, undecodable: 0 });
  });
});

describe('jitter', () => {
  test('of 200 ms with reordering raises the target and leaves nothing out after it', () => {
    const feed = makeFeed(20);
    const chance = seeded(3);
    const watched = watch(
      live(feed, () => 20 + chance() * 200),
      { feed },
    );
    const { late, undecodable, soundsDropped } = watched.playout.buckets();
    expect({ late, undecodable }).toEqual({ late: 0, undecodable: 0 });
    // The first third of a second is left out while the shortest delay is being found.
    expect(soundsDropped).toBeLessThan(10);
    expect(watched.playout.stalls).toBe(0);
    expect(watched.playout.estimator.targetMs).toBeGreaterThan(220);
  });

  test('of 400 ms is beyond the first target: it waits once, then plays on without a further stall', () => {
    const feed = makeFeed(40);
    const chance = seeded(5);
    const watched = watch(
      live(feed, () => 20 + chance() * 400),
      { feed },
    );
    const stalls = watched.states.filter(({ state, atMs }) => state === 'stalled' && atMs > 10_000);
    expect(stalls).toEqual([]);
    expect(watched.playout.estimator.targetMs).toBeGreaterThan(400);
    expect(Math.max(...latencies(watched, 30_000))).toBeLessThan(
      watched.playout.estimator.targetMs + 20 + 60,
    );
  });
});

describe('a quiet path', () => {
  const jittery = (jitterMs: number, fromMs = 0, thenMs = jitterMs): Watched => {
    const feed = makeFeed(40);
    const chance = seeded(9);
    return watch(
      live(feed, (packet) => 20 + chance() * (leavesMs(packet, feed) < fromMs ? jitterMs : thenMs)),
      { feed },
    );
  };

  test.each([5, 10, 20])(
    'with %i ms of jitter has a small target, and nothing is late or stalls',
    (jitterMs) => {
      const watched = jittery(jitterMs);
      const { late, undecodable, skipped } = watched.playout.buckets();
      expect({ late, undecodable, skipped, stalls: watched.playout.stalls }).toEqual({
        late: 0,
        undecodable: 0,
        skipped: 0,
        stalls: 0,
      });
      const sorted = latencies(watched, 15_000).sort((a, b) => a - b);
      console.log(
        `jitter ${jitterMs}: ${sorted[sorted.length >> 1]!.toFixed(0)} ms of which 20 are the path`,
      );
      expect(watched.playout.estimator.targetMs).toBeLessThan(105);
      expect(sorted.at(-1)).toBeLessThan(20 + 105 + 40);
    },
  );

  test('that becomes uneven raises the target at once by playing slower, and does not stall again after that', () => {
    const watched = jittery(5, 20_000, 150);
    expect(watched.rates.has(0.97)).toBe(true);
    expect(watched.playout.estimator.targetMs).toBeGreaterThan(150);
    expect(watched.states.filter(({ state, atMs }) => state === 'stalled' && atMs > 22_000)).toEqual([]);
  });

  test('keeps what a sound device holds in hand on top', () => {
    const feed = makeFeed(20);
    const act: Delivery = { atMs: 21, act: (playout) => playout.estimator.setSoundLead(120) };
    const watched = watch([...live(feed), act], { feed });
    expect(watched.playout.estimator.targetMs).toBeGreaterThanOrEqual(40 + 120);
    expect(watched.playout.stalls).toBe(0);
  });
});

describe('sound that nobody hears', () => {
  const feed = makeFeed(30);
  const silent: Delivery = { atMs: 21, act: (playout, nowMs) => playout.setSoundHeard(false, nowMs) };
  const isHeard: Delivery = { atMs: 20_000, act: (playout, nowMs) => playout.setSoundHeard(true, nowMs) };
  const lead: Delivery = { atMs: 21, act: (playout) => playout.estimator.setSoundLead(120) };

  test('is not waited for: the target is what pictures need', () => {
    const watched = watch([...live(feed), silent, lead], { feed });
    expect(watched.playout.estimator.targetMs).toBeLessThan(80);
    expect(watched.playout.stalls).toBe(0);
    expect(watched.playout.buckets()).toMatchObject({ late: 0, undecodable: 0, skipped: 0 });
  });

  test('is in time from the moment at which it is heard, and no picture is lost or shown again by that', () => {
    const watched = watch([...live(feed), silent, lead, isHeard], { feed });
    expect(watched.playout.stalls).toBe(0);
    expect(watched.playout.buckets()).toMatchObject({ late: 0, undecodable: 0, skipped: 0 });
    expect(Math.min(...latencies(watched, 20_200))).toBeGreaterThan(20 + 40 + 120 - EARLY_MS);
    const seqs = watched.shown.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  });
});

describe('a break', () => {
  const feed = makeFeed(14);
  const broken = (forMs: number): Watched => {
    const delays = live(feed).map((delivery) => {
      const atMs = delivery.atMs > 4000 && delivery.atMs < 4000 + forMs ? 4000 + forMs : delivery.atMs;
      return { ...delivery, atMs };
    });
    return watch(delays, { feed });
  };

  test('shorter than the buffer is not seen', () => {
    expect(broken(180).playout.stalls).toBe(0);
  });

  test('of one second is one stall, caught up with by playing faster', () => {
    const watched = broken(1000);
    expect(watched.playout.stalls).toBe(1);
    expect(watched.playout.stallMs(0)).toBeGreaterThan(500);
    expect(watched.playout.stallMs(0)).toBeLessThan(1000);
    expect(watched.rates.has(1.1)).toBe(true);
    expect(latencies(watched).at(-1)).toBeLessThan(420);
  });

  test('of three seconds ends with a jump to the live edge', () => {
    const watched = broken(3000);
    expect(watched.playout.stalls).toBe(1);
    expect(Math.max(...latencies(watched, 7600))).toBeLessThan(600);
    expect(watched.broken).toEqual([]);
  });
});

describe('a hole', () => {
  const feed = makeFeed(8);
  const without = (isLost: (packet: PlayerPacket) => boolean, more: Delivery[] = []): Watched =>
    watch(
      [
        ...live(
          feed,
          () => 20,
          feed.filter((packet) => !isLost(packet)),
        ),
        ...more,
      ],
      { feed },
    );
  const nth = (track: string, layer: number, from: number): PlayerPacket =>
    feed.filter((packet) => packet.track === track && (packet.track === 'none' || packet.layer === layer))[
      from
    ]!;

  test('that was a base picture freezes the picture until the next key chunk, and the sound goes on', () => {
    const lost = nth('video', 0, 40);
    const watched = without((packet) => packet === lost);
    expect(watched.broken).toEqual([]);
    expect(watched.playout.buckets().undecodable).toBeGreaterThan(20);
    expect(watched.playout.buckets().soundsDropped).toBe(0);
    expect(watched.playout.stalls).toBe(0);
  });

  test.each([
    ['a sound', nth('audio', 0, 50)],
    ['an upper picture', nth('video', 1, 40)],
    ['a beat', feed.filter((packet) => packet.track === 'none')[2]!],
  ])('that was %s costs only that', (_, lost) => {
    const watched = without((packet) => packet === lost);
    expect(watched.playout.buckets().undecodable).toBe(0);
    expect(watched.broken).toEqual([]);
  });

  test('that is filled in time costs nothing, and too late counts as late', () => {
    const lost = nth('video', 0, 40);
    const atMs = leavesMs(lost, feed) + 20;
    const repaired = without((packet) => packet === lost, [{ atMs: atMs + 150, packet: lost }]);
    expect(repaired.playout.buckets()).toMatchObject({ undecodable: 0, late: 0 });
    const late = without((packet) => packet === lost, [{ atMs: atMs + 900, packet: lost }]);
    expect(late.playout.buckets()).toMatchObject({ late: 1 });
  });

  test('that was announced is not waited for: upper layers are droppable', () => {
    const isUpper = (packet: PlayerPacket): boolean => packet.track === 'video' && packet.layer === 1;
    const skips = feed.filter(isUpper).map((packet): Delivery => {
      const skip = { from: packet.seq, to: packet.seq, isAnnounced: true };
      return { atMs: leavesMs(packet, feed) + 20, skip };
    });
    const watched = without(isUpper, skips);
    expect(watched.playout.buckets()).toMatchObject({ undecodable: 0, skipped: 0 });
    expect(watched.broken).toEqual([]);
    expect(watched.playout.stalls).toBe(0);
  });
});

describe('pausing', () => {
  test('shows nothing, and going on shows the live edge', () => {
    const feed = makeFeed(12);
    const acts: Delivery[] = [
      { atMs: 3000, act: (playout, nowMs) => playout.pause(nowMs) },
      { atMs: 8000, act: (playout) => playout.play() },
    ];
    const watched = watch([...live(feed), ...acts], { feed });
    expect(watched.shown.filter(({ atMs }) => atMs > 3000 && atMs < 8000)).toEqual([]);
    expect(watched.shown.find(({ atMs }) => atMs >= 8000)!.atMs).toBeLessThan(8600);
    expect(Math.max(...latencies(watched, 8600))).toBeLessThan(400);
    expect(watched.broken).toEqual([]);
    expect(total(watched)).toBe(feed.length);
  });
});

test('a still, silent programme with beats only is no stall', () => {
  const beats = Array.from({ length: 60 }, (): PlayerPacket => ({ seq: 0, track: 'none' }));
  const feed = [...makeFeed(0.4), ...beats].map((packet, seq) => ({ ...packet, seq }));
  const deliveries = feed.map((packet): Delivery => ({
    atMs:
      packet.track === 'none' ? 400 + (packet.seq - (feed.length - 60)) * 100 : leavesMs(packet, feed) + 20,
    packet,
  }));
  const watched = watch(deliveries, { feed });
  expect(watched.playout.stalls).toBe(0);
  expect(watched.states.at(-1)!.state).toBe('playing');
});

test.each([0, 900])('the end of a broadcast is no stall, also %i ms after the buffer ran dry', (lateMs) => {
  const media = makeFeed(4);
  const feed: PlayerPacket[] = [...media, { seq: media.length, track: 'none', isEnd: true }];
  const deliveries = live(feed, (packet) => 20 + (packet.seq === media.length ? lateMs : 0));
  const watched = watch(deliveries, { feed, tailMs: 3000 });
  expect(watched.playout.stalls).toBe(lateMs === 0 ? 0 : 1);
  expect(watched.states.at(-1)!.state).toBe('playing');
  expect(watched.playout.stallMs(10_000)).toBeLessThan(lateMs + 1);
  expect(watched.playout.buckets()).toMatchObject({ waiting: 0, skipped: 0 });
});

test('a lost decoder goes on with the next key chunk', () => {
  const feed = makeFeed(8);
  let needsKey = false;
  const act: Delivery = { atMs: 3000, act: (playout) => (needsKey = playout.loseDecoder()) };
  const watched = watch([...live(feed), act], { feed });
  expect(needsKey).toBe(true);
  expect(watched.shown.filter(({ atMs }) => atMs > 3200 && atMs < 4000)).toEqual([]);
  expect(watched.shown.filter(({ atMs }) => atMs > 4700).length).toBeGreaterThan(80);
});

test('whatever comes: references, order, bounds and buckets hold', () => {
  const feed = makeFeed(5);
  const arrival = fc.record({
    jitterMs: fc.integer({ min: 0, max: 900 }),
    lossShare: fc.constantFrom(0, 0.02, 0.2),
    repeatShare: fc.constantFrom(0, 0.1),
    skipShare: fc.constantFrom(0, 0.1),
    burstMs: fc.integer({ min: 0, max: 3000 }),
    seed: fc.integer({ min: 1 }),
    pauseAtMs: fc.option(fc.integer({ min: 0, max: 5000 })),
  });
  fc.assert(
    fc.property(arrival, ({ jitterMs, lossShare, repeatShare, skipShare, burstMs, seed, pauseAtMs }) => {
      const chance = seeded(seed);
      const deliveries: Delivery[] = [];
      for (const packet of feed) {
        const atMs = Math.max(burstMs, leavesMs(packet, feed)) + chance() * jitterMs;
        if (chance() < skipShare && packet.track === 'video' && packet.layer === 1) {
          deliveries.push({ atMs, skip: { from: packet.seq, to: packet.seq, isAnnounced: true } });
        }
        if (chance() < lossShare) continue;
        deliveries.push({ atMs, packet });
        if (chance() < repeatShare) deliveries.push({ atMs: atMs + chance() * 300, packet });
      }
      if (pauseAtMs !== null) {
        deliveries.push({ atMs: pauseAtMs, act: (playout, nowMs) => playout.pause(nowMs) });
        deliveries.push({ atMs: pauseAtMs + 700, act: (playout) => playout.play() });
      }
      const watched = watch(deliveries, { feed, tailMs: 1500 });
      expect(watched.broken).toEqual([]);
      expect(new Set(watched.decoded).size).toBe(watched.decoded.length);
      for (const track of ['video', 'audio']) {
        const seqs = watched.decoded.filter((seq) => feed[seq]!.track === track);
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      }
      const times = watched.shown.map(({ timeUs }) => timeUs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(total(watched)).toBe(deliveries.filter((delivery) => 'packet' in delivery).length);
    }),
    { numRuns: 60 },
  );
});

test('memory is bounded when the head never comes, when time stands still and when times are absurd', () => {
  const chunk = { track: 'video', isKey: false, layer: 0, durationUs: 33_333 } as const;
  const flood = (timeUs: (i: number) => number, firstSeq: number): Watched => {
    const packets = Array.from({ length: 6000 }, (_, i): PlayerPacket => {
      const bytes = new Uint8Array(16_384);
      return { ...chunk, isKey: i % 900 === 0, seq: i + firstSeq, timeUs: timeUs(i), bytes };
    });
    return watch(
      packets.map((packet) => ({ atMs: packet.seq / 1000, packet })),
      { feed: packets, firstSeq: 0 },
    );
  };
  for (const watched of [
    flood((i) => START_US + i * 33_333, 5),
    flood(() => START_US, 0),
    flood((i) => (i % 2) * 9e15, 0),
    flood((i) => 9e15 - i * 1e9, 0),
  ]) {
    expect(watched.bytesMax).toBeLessThan(2 * BUFFER_BYTES_MAX + 20_000);
    expect(watched.waitingMax).toBeLessThan(2 * BUFFER_PACKETS_MAX + 20);
  }
});
