// How many viewers a watching peer feeds: as many as its uplink has shown, and none when its device or owner doesn't want to.

import { describe, expect, it } from 'vitest';
import { Town, type Townsman } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();

/** A town whose first viewer alone may feed others, besides the broadcaster. */
async function townOf(
  slots: number,
  rootSlots = 1,
): Promise<{
  town: Town;
  relay: Townsman;
  setFit: (isFit: boolean) => void;
  join: () => Promise<Townsman>;
}> {
  const town = new Town();
  town.broadcast(signer, rootSlots);
  await town.clock.pass(500);
  let setFit: (isFit: boolean) => void = () => undefined;
  const watchFitness = (changed: (isFit: boolean) => void) => {
    setFit = changed;
    changed(true);
    return () => undefined;
  };
  const relay = town.watch(signer.broadcastId, slots, undefined, { watchFitness });
  await town.clock.pass(1500);
  const join = async (): Promise<Townsman> => {
    const viewer = town.watch(signer.broadcastId, 0);
    await town.clock.pass(2500);
    return viewer;
  };
  return { town, relay, setFit: (isFit) => setFit(isFit), join };
}

const childrenOf = async ({ session }: Townsman) => (await session.getStats()).childIds.length;

describe('a viewer on an unknown uplink', () => {
  it('feeds one child first, and one more for each that took its burst cleanly', async () => {
    const { relay, join } = await townOf(8);
    for (let count = 1; count <= 4; count++) {
      const child = await join();
      expect(await child.session.getStats()).toMatchObject({ state: 'live', depth: 2 });
      expect(await childrenOf(relay)).toBe(count);
    }
  });

  it('feeds no more than its address allows', async () => {
    const { relay, join } = await townOf(2);
    for (let count = 1; count <= 3; count++) await join();
    expect(await childrenOf(relay)).toBe(2);
  });

  it('takes nobody while its device is not fit, and does once it is', async () => {
    const { town, relay, setFit, join } = await townOf(8);
    setFit(false);
    expect(relay.session.relaying).toBe(false);
    const child = await join();
    expect(await childrenOf(relay)).toBe(0);
    expect(child.session.state).not.toBe('live');
    setFit(true);
    await town.clock.pass(10_000);
    expect(child.session.state).toBe('live');
    expect(await childrenOf(relay)).toBe(1);
  });

  it('lets its children go elsewhere, with nothing missing, when its device is fit no longer', async () => {
    const { town, relay, setFit, join } = await townOf(8, 2);
    const [filler, child] = [await join(), await join()];
    expect(await childrenOf(relay)).toBe(1);
    filler.session.close();
    await town.clock.pass(1000);
    setFit(false);
    await town.clock.pass(8000);
    expect(await childrenOf(relay)).toBe(0);
    expect(await child.session.getStats()).toMatchObject({ state: 'live', depth: 1, packetsMissing: 0 });
  });

  it('takes nobody while its owner declines, however fit the device', async () => {
    const { relay, setFit, join } = await townOf(8);
    relay.session.relaying = false;
    setFit(true);
    await join();
    expect(await childrenOf(relay)).toBe(0);
    expect((await relay.session.getStats()).bytesRelayed).toBe(0);
  });
});
