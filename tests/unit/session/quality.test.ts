// How well viewers see, between real sessions: from each player up the tree into the broadcaster's end report.

import { describe, expect, it } from 'vitest';
import { QUALITY_INTERVAL_MS, SPELL_MS, type QualityRow } from '../../../src/overlay/quality.ts';
import { decodeQuality, encodeQuality } from '../../../src/overlay/quality-message.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import type { AirStretch, DepthQuality } from '../../../src/session/session-api.ts';
import { QualityCarrier } from '../../../src/session/quality-carrier.ts';
import { makeSigner } from '../feed/samples.ts';
import { Town, type Townsman } from '../../fakes/town.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const signer = makeSigner();
/** Until what three hops know has arrived. */
const RISE_MS = 3.5 * QUALITY_INTERVAL_MS;
/** Half a minute of three real sessions takes 4 s on a quiet machine; this much on a crowded one. */
const PATIENCE = { timeout: 90_000 };

/** A broadcaster who feeds one viewer, who feeds the next, and so on. */
async function open(length: number, kept: AirStretch[] = []) {
  const town = new Town();
  const { session } = town.broadcast(signer, 1, 100, false, {
    keepStretch: (stretch) => Promise.resolve(void kept.push(stretch)),
  });
  await town.clock.pass(500);
  const chain: Townsman[] = [];
  for (let i = 0; i < length; i++) {
    chain.push(town.watch(signer.broadcastId, 1));
    await town.clock.pass(700);
  }
  return { town, session, chain };
}

const rowOf = (session: LiveBroadcast, depth: number): DepthQuality | undefined =>
  session.stretch?.quality?.find((row) => row.depth === depth);

describe("the picture's quality", PATIENCE, () => {
  it('reaches the broadcaster from each depth, and its report', async () => {
    const kept: AirStretch[] = [];
    const { town, session, chain } = await open(3, kept);
    chain[2]!.player.seen.stalls += 2;
    chain[2]!.player.seen.stallMs += 740;
    await town.clock.pass(SPELL_MS + RISE_MS);
    const stretch = session.stretch!;
    expect(stretch.quality!.map(({ depth }) => depth)).toEqual([1, 2, 3]);
    for (const row of stretch.quality!) expect(row.watchedMs).toBeGreaterThanOrEqual(SPELL_MS);
    expect(rowOf(session, 3)).toMatchObject({ stalls: 2, stallMs: 740, reparents: 0 });
    expect(rowOf(session, 1)).toMatchObject({ stalls: 0, stallMs: 0 });
    const stopped = session.stop();
    await town.clock.pass(4000);
    await stopped;
    expect(kept.at(-1)!.quality).toEqual(session.stretch!.quality);
  });

  it('counts a change of parent where the viewer then is, and nothing twice', async () => {
    const { town, session, chain } = await open(3);
    chain[1]!.kill();
    await town.clock.pass(2 * SPELL_MS + RISE_MS);
    expect((await chain[2]!.session.getStats()).depth).toBe(2);
    expect(rowOf(session, 2)).toMatchObject({ reparents: 1 });
    expect(rowOf(session, 3)).toBeUndefined();
    // Two have watched on, for two spells and a part of a third.
    for (const depth of [1, 2])
      expect([2 * SPELL_MS, 3 * SPELL_MS]).toContain(rowOf(session, depth)!.watchedMs);
  });

  it('leaves out who has paused', async () => {
    const { town, session, chain } = await open(2);
    chain[1]!.session.pause();
    await town.clock.pass(SPELL_MS + RISE_MS);
    expect(rowOf(session, 1)!.watchedMs).toBeGreaterThanOrEqual(SPELL_MS);
    expect(rowOf(session, 2)).toBeUndefined();
  });

  it('says what is left before a viewer goes', async () => {
    const clock = new VirtualClock();
    const sent: QualityRow[][] = [];
    const carrier = new QualityCarrier({
      clock,
      edges: {
        neighbours: () => ({ parent: 'a', children: [] }),
        viewersBelow: () => 1,
        sendControl: (_edge, bytes) => {
          const decoded = decodeQuality(bytes);
          if (decoded.ok) sent.push(decoded.value);
        },
      },
      see: () =>
        Promise.resolve({
          ...{ isWatching: true, depth: 1, latencyMs: 310 },
          ...{ stalls: 0, stallMs: 0, reparents: 0 },
        }),
    });
    await clock.pass(2 * SPELL_MS + 1);
    expect(sent.at(-1)).toMatchObject([{ depth: 1, spells: 1 }]);
    carrier.close();
    expect(sent.at(-1)).toMatchObject([{ depth: 1, spells: 2, timed: 2, latencyMs: 620 }]);
    const { length } = sent;
    await clock.pass(2 * SPELL_MS);
    expect(sent.length).toBe(length);
  });

  it('costs whoever tells nonsense its edge', async () => {
    const { town, session, chain } = await open(1);
    const lie: QualityRow = {
      ...{ depth: 1, spells: 1, timed: 1, latencyMs: 1e9 },
      ...{ stalls: 0, stallMs: 0, moves: 0 },
    };
    chain[0]!.shout(encodeQuality([lie]));
    await town.clock.pass(300);
    expect((await session.getStats()).childIds).toEqual([]);
  });
});
