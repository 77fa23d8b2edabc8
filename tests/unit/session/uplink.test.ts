// The broadcaster's uplink, between real sessions: too narrow for what was chosen, and wide enough for it.

import { describe, expect, it } from 'vitest';
import { Town } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

/** Bytes/ms: two thirds of what the programme makes. */
const NARROW = 65;
const PATIENCE = { timeout: 90_000 };

async function open(bytesPerMs?: number) {
  const signer = makeSigner();
  const town = new Town(bytesPerMs);
  const { session } = town.broadcast(signer, 2);
  await town.clock.pass(500);
  const viewers = [town.watch(signer.broadcastId, 0), town.watch(signer.broadcastId, 0)];
  await town.clock.pass(30_000);
  return { town, session, viewers };
}

describe('an uplink', PATIENCE, () => {
  it('that is too narrow makes the picture softer, which is told, and then everything arrives', async () => {
    const { town, session, viewers } = await open(NARROW);
    expect(session.warning).toBe('uplink-tight');
    expect(session.programme.bitrateShare).toBeLessThan(1);
    const skipped = viewers.map(({ player }) => player.skipped.size);
    await town.clock.pass(5000);
    expect(viewers.map(({ player }) => player.skipped.size)).toEqual(skipped);
    for (const { session } of viewers) expect(await session.getStats()).toMatchObject({ packetsMissing: 0 });
  });

  it('that is wide enough changes nothing', async () => {
    const { session } = await open();
    expect(session.warning).toBeUndefined();
    expect(session.programme.bitrateShare).toBe(1);
  });
});
