// Going back between real sessions: what the viewer's player gets, and that nobody else notices.

import { describe, expect, it } from 'vitest';
import { Rewind } from '../../../src/session/rewind.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import type { LoadRewind } from '../../../src/session/rewind-door.ts';
import { Town, type Townsman } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();
const ID = signer.broadcastId;
const loadRewind: LoadRewind = () => Promise.resolve((...parts) => new Rewind(...parts));

interface Scene {
  town: Town;
  first: { session: LiveBroadcast; kill(): void };
  viewer: Townsman;
  below: Townsman;
}

/** A broadcaster, a viewer and one below it, 14 s later. */
async function open(): Promise<Scene> {
  const town = new Town();
  const first = town.broadcast(signer, 1, 100);
  await town.clock.pass(500);
  const viewer = town.watch(ID, 1, undefined, { loadRewind });
  await town.clock.pass(2000);
  const below = town.watch(ID, 0);
  await town.clock.pass(12_000);
  return { town, first, viewer, below };
}

const seqsOf = ({ player }: Townsman): number[] => player.packets.map(({ seq }) => seq);
const newestSeq = (one: Townsman): number => Math.max(...seqsOf(one));

describe('a viewer who goes back', () => {
  it('plays what went by, at its own pace, from a key on', async () => {
    const { town, viewer } = await open();
    const liveSeq = newestSeq(viewer);
    await viewer.session.rewindTo(7000);
    expect(viewer.player.configured).toHaveLength(2);
    const [head] = viewer.player.packets;
    expect(head).toMatchObject({ track: 'video', isKey: true, seq: viewer.player.configured[1]!.firstSeq });
    const startedAt = newestSeq(viewer);
    expect(startedAt).toBeLessThan(liveSeq);
    await town.clock.pass(4000);
    expect(newestSeq(viewer)).toBeGreaterThan(startedAt);
    expect(newestSeq(viewer)).toBeLessThan(liveSeq);
    // In order, without a hole and without one twice.
    const seqs = seqsOf(viewer);
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
    expect(viewer.session.rewound?.behindMs).toBeGreaterThan(6000);
    expect(viewer.session.rewound?.behindMs).toBeLessThan(8000);
  });

  it('isn’t live meanwhile, by what it says of itself', async () => {
    const { town, viewer } = await open();
    expect((await viewer.session.getStats()).freshness).toBe('live');
    await viewer.session.rewindTo(7000);
    await town.clock.pass(2000);
    expect(viewer.session.freshness).toEqual({ is: 'behind', behindS: 7 });
    expect((await viewer.session.getStats()).freshness).toBe('behind');
    expect(viewer.session.state).toBe('live');
  });

  it('passes on, receives and repairs as before', async () => {
    const { town, viewer, below } = await open();
    await viewer.session.rewindTo(7000);
    const before = await viewer.session.getStats();
    below.player.longestGapMs = 0;
    await town.clock.pass(5000);
    const after = await viewer.session.getStats();
    const { packetsMissing, stalls } = await below.session.getStats();
    expect({ packetsMissing, stalls, gap: below.player.longestGapMs < 100 }).toEqual({
      ...{ packetsMissing: 0, stalls: 0, gap: true },
    });
    expect(below.session.freshness.is).toBe('live');
    expect(after.packetsReceived - before.packetsReceived).toBeGreaterThan(200);
    expect(after.bytesRelayed).toBeGreaterThan(before.bytesRelayed);
    expect(after.packetsMissing).toBe(0);
    expect(after.group!.seq).toBeGreaterThan(before.group!.seq);
  });

  it('goes back to live without a hole', async () => {
    const { town, viewer } = await open();
    await viewer.session.rewindTo(7000);
    await town.clock.pass(3000);
    await viewer.session.rewindTo(0);
    expect(viewer.session.rewound).toBeUndefined();
    await town.clock.pass(3000);
    const seqs = seqsOf(viewer).sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
    expect(seqs[0]).toBe(viewer.player.configured.at(-1)!.firstSeq);
    expect(viewer.session.freshness.is).toBe('live');
    expect((await viewer.session.getStats()).packetsMissing).toBe(0);
  });

  it('goes as far as the cache goes, and no further', async () => {
    const { town, viewer } = await open();
    await viewer.session.rewindTo(3_600_000);
    const { reachMs, behindMs } = viewer.session.rewound!;
    expect(reachMs).toBeGreaterThan(7000);
    expect(reachMs).toBeLessThan(14_000);
    expect(Math.abs(behindMs - reachMs)).toBeLessThan(100);
    await viewer.session.rewindTo(5000);
    await town.clock.pass(1000);
    expect(viewer.session.rewound!.behindMs).toBeLessThan(6000);
  });

  it('goes on where it was paused', async () => {
    const { town, viewer } = await open();
    await viewer.session.rewindTo(7000);
    await town.clock.pass(1000);
    viewer.session.pause();
    const pausedAt = newestSeq(viewer);
    await town.clock.pass(4000);
    expect(newestSeq(viewer)).toBe(pausedAt);
    expect(viewer.session.rewound!.behindMs).toBeGreaterThan(10_500);
    viewer.session.play();
    await town.clock.pass(1000);
    expect(viewer.session.rewound!.behindMs).toBeGreaterThan(10_500);
    expect(newestSeq(viewer) - pausedAt).toBeLessThan(100);
  });

  it('sees the end when it comes to it, and not before', async () => {
    const { town, first, viewer } = await open();
    await viewer.session.rewindTo(5000);
    void first.session.stop();
    await town.clock.pass(2000);
    expect(viewer.session.state).toBe('live');
    await town.clock.pass(6000);
    expect(viewer.session.rewound).toBeUndefined();
    expect(viewer.session.state).toBe('ended');
  });

  it('where nothing was loaded for it, stays live', async () => {
    const { below } = await open();
    await below.session.rewindTo(5000);
    expect(below.session.rewound).toBeUndefined();
    expect(below.player.configured).toHaveLength(1);
  });
});
