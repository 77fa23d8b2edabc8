// Two viewers on paths that don't carry the feed: each takes half of it from the broadcaster and half from the other.
import { describe, expect, it } from 'vitest';
import { Town } from '../../fakes/town.ts';
import { expectSameBytes } from './same-bytes.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();
/** Bytes a millisecond: three quarters of what the programme of a town has. */
const NARROW = 70;
/** Until both have standbys, were told of what is left out, and take halves. */
const SETTLED_MS = 15_000;
const WATCHED_MS = 10_000;

/** What is left out for each viewer of so many in 10 s, and what it is sent by whom. */
async function watched(viewers: number) {
  const town = new Town(NARROW);
  // The paths are looked at here, and not what a broadcaster does about them.
  town.programme.isYielding = false;
  town.broadcast(signer, viewers);
  await town.clock.pass(500);
  const watching = Array.from({ length: viewers }, () => town.watch(signer.broadcastId, 2));
  await town.clock.pass(SETTLED_MS);
  const stats = () => Promise.all(watching.map(({ session }) => session.getStats()));
  const before = await stats();
  await town.clock.pass(WATCHED_MS);
  const after = await stats();
  for (const viewer of watching) expectSameBytes(town, viewer);
  return after.map((now, i) => ({
    ...now,
    missed: now.packetsMissing - before[i]!.packetsMissing,
    skipped: now.packetsSkipped - before[i]!.packetsSkipped,
    relayed: now.bytesRelayed - before[i]!.bytesRelayed,
  }));
}

describe('viewers on narrow paths', () => {
  it('lose pictures with one parent alone', async () => {
    const [alone] = await watched(1);
    expect(alone!.skipped).toBeGreaterThan(20);
  });

  it('lose nothing as two that take half from each other, and still have the broadcaster for a parent', async () => {
    for (const viewer of await watched(2)) {
      expect(viewer).toMatchObject({
        state: 'live',
        missed: 0,
        skipped: 0,
        depth: 1,
        childIds: [],
        rejected: 0,
      });
      expect(viewer.relayed).toBeGreaterThan(0.3 * NARROW * WATCHED_MS);
    }
  });
});
