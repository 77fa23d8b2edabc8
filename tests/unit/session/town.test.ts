import { describe, expect, it } from 'vitest';
import { ENDED_RETRY_MS_MIN } from '../../../src/overlay/timing.ts';
import { Town, type Townsman } from '../../fakes/town.ts';
import { expectSameBytes } from './same-bytes.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();

async function chainOf(town: Town, length: number): Promise<Townsman[]> {
  const chain: Townsman[] = [];
  for (let i = 0; i < length; i++) {
    chain.push(town.watch(signer.broadcastId, 1));
    await town.clock.pass(700);
  }
  return chain;
}

describe('a broadcast and its viewers', () => {
  it('reach depth after depth with the same bytes and a latency that the clocks agree on', async () => {
    const town = new Town();
    town.broadcast(signer, 1);
    await town.clock.pass(500);
    const chain = await chainOf(town, 3);
    await town.clock.pass(2000);
    for (const [i, viewer] of chain.entries()) {
      expect(await viewer.session.getStats()).toMatchObject({
        state: 'live',
        depth: i + 1,
        packetsMissing: 0,
        rejected: 0,
      });
      expect(viewer.session.title).toBe('Town');
      expectSameBytes(town, viewer);
    }
    expect(chain[2]!.session.viewers).toBe(3);
  });

  it('go on without a gap when the relay between them dies', async () => {
    const town = new Town();
    town.broadcast(signer, 1);
    await town.clock.pass(500);
    const chain = await chainOf(town, 3);
    chain[1]!.kill();
    await town.clock.pass(6000);
    for (const viewer of [chain[0]!, chain[2]!]) {
      expect(await viewer.session.getStats()).toMatchObject({
        state: 'live',
        packetsMissing: 0,
        rejected: 0,
      });
      expectSameBytes(town, viewer);
    }
    expect((await chain[2]!.session.getStats()).depth).toBe(2);
  });

  it('go on without a gap when the relay between them says goodbye', async () => {
    const town = new Town();
    town.broadcast(signer, 1);
    await town.clock.pass(500);
    const chain = await chainOf(town, 3);
    chain[1]!.session.close();
    await town.clock.pass(3000);
    expect(await chain[2]!.session.getStats()).toMatchObject({
      state: 'live',
      depth: 2,
      packetsMissing: 0,
      reparents: 1,
    });
    expectSameBytes(town, chain[2]!);
  });

  it('wait for a broadcaster who is not there yet, and start by themselves', async () => {
    const town = new Town();
    const early = town.watch(signer.broadcastId, 1);
    await town.clock.pass(2000);
    expect(early.session.state).toBe('waiting');
    town.broadcast(signer, 1);
    await town.clock.pass(6000);
    expect(early.session.state).toBe('live');
    expectSameBytes(town, early);
  });

  it('read that it has ended, and are live again by themselves when the broadcaster comes back', async () => {
    const town = new Town();
    const { session: broadcast } = town.broadcast(signer, 2);
    await town.clock.pass(500);
    const chain = await chainOf(town, 2);
    const stopped = broadcast.stop();
    await town.clock.pass(2000);
    await stopped;
    await town.clock.pass(5000);
    expect(broadcast.state).toBe('stopped');
    for (const { session } of chain) expect(session.state).toBe('ended');
    town.broadcast(signer, 1, 200);
    await town.clock.pass(2 * ENDED_RETRY_MS_MIN);
    for (const viewer of chain) {
      expect(await viewer.session.getStats()).toMatchObject({ state: 'live', epoch: 200, rejected: 0 });
      expectSameBytes(town, viewer);
    }
  });

  it('show a title and a picture of a new epoch when the broadcaster comes back', async () => {
    const town = new Town();
    const first = town.broadcast(signer, 2);
    await town.clock.pass(500);
    const [viewer] = await chainOf(town, 1);
    first.kill();
    town.broadcast(signer, 2, 200);
    await town.clock.pass(10_000);
    expect(await viewer!.session.getStats()).toMatchObject({ state: 'live', epoch: 200, rejected: 0 });
    expectSameBytes(town, viewer!);
  });
});
