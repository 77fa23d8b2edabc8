// What a viewer loses when those who feed it fail: nothing, as long as somebody who stands by goes on.
import { describe, expect, it } from 'vitest';
import { Town, type Townsman } from '../../fakes/town.ts';
import { expectSameBytes } from './same-bytes.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();
/** Until everybody has found its standbys. */
const SETTLED_MS = 6000;
const SWITCH_MS_MAX = 250;

/** A root with two branches; the first two viewers feed the next four, and those two more. */
async function tree(): Promise<{ town: Town; viewers: Townsman[] }> {
  const town = new Town();
  town.broadcast(signer, 2);
  await town.clock.pass(500);
  const viewers: Townsman[] = [];
  for (let i = 0; i < 8; i++) {
    viewers.push(town.watch(signer.broadcastId, 2));
    await town.clock.pass(300);
  }
  await town.clock.pass(SETTLED_MS);
  return { town, viewers };
}

describe('with standbys', () => {
  it('everybody has one, none of them its own parent or child', async () => {
    const { viewers } = await tree();
    for (const { session } of viewers) {
      const { standbyIds, parentId, childIds } = await session.getStats();
      expect(standbyIds.length).toBeGreaterThan(0);
      expect(standbyIds).not.toContain(parentId);
      for (const child of childIds) expect(standbyIds).not.toContain(child);
    }
  });

  it('a dead relay costs those below it nothing and no more than a moment', async () => {
    const { town, viewers } = await tree();
    const [dead, ...others] = viewers;
    for (const { player } of others) player.longestGapMs = 0;
    dead!.kill();
    await town.clock.pass(6000);
    for (const viewer of others) {
      const stats = await viewer.session.getStats();
      expect(stats).toMatchObject({ state: 'live', packetsMissing: 0, rejected: 0 });
      expect(viewer.player.longestGapMs).toBeLessThanOrEqual(SWITCH_MS_MAX + 40);
      expectSameBytes(town, viewer);
    }
  });

  it('a polluter is cut by its children, and what it spoiled comes from elsewhere', async () => {
    const { town, viewers } = await tree();
    const [polluter, ...others] = viewers;
    const { childIds } = await polluter!.session.getStats();
    expect(childIds).not.toEqual([]);
    polluter!.pollute();
    await town.clock.pass(4000);
    let rejected = 0;
    for (const viewer of others) {
      const stats = await viewer.session.getStats();
      rejected += stats.rejected;
      expect(stats).toMatchObject({ state: 'live', packetsMissing: 0 });
      expectSameBytes(town, viewer);
    }
    expect(rejected).toBeGreaterThanOrEqual(childIds.length);
  });

  it('a relay and a standby that die together cost those below nothing in the end', async () => {
    const { town, viewers } = await tree();
    const last = viewers.at(-1)!;
    const { parentId, standbyIds } = await last.session.getStats();
    const dead = viewers.filter(({ peer }) => peer === parentId || peer === standbyIds[0]);
    expect(dead.length).toBe(2);
    for (const viewer of dead) viewer.kill();
    await town.clock.pass(6000);
    for (const viewer of viewers) {
      if (dead.includes(viewer)) continue;
      expect(await viewer.session.getStats()).toMatchObject({ state: 'live', packetsMissing: 0 });
      expectSameBytes(town, viewer);
    }
  });
});
