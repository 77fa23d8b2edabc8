import { describe, expect, it } from 'vitest';
import { Town } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();
const [A, B] = ['http://a.example', 'http://b.example'];

describe('a town with two signaling servers', () => {
  it('loses nothing when one fails, lets newcomers in by the other, and by both again once it is back', async () => {
    const town = new Town();
    town.servers = [A, B];
    town.broadcast(signer, 3);
    await town.clock.pass(200);
    const first = town.watch(signer.broadcastId, 0);
    await town.clock.pass(4000);
    // A settled viewer is registered nowhere.
    expect(town.rendezvous.ids).toEqual([`${A} ${signer.broadcastId}`, `${B} ${signer.broadcastId}`]);
    town.rendezvous.fail(A);
    const second = town.watch(signer.broadcastId, 0);
    await town.clock.pass(1500);
    expect(second.session.state).toBe('live');
    town.rendezvous.restore(A);
    await town.clock.pass(600);
    town.rendezvous.fail(B);
    const third = town.watch(signer.broadcastId, 0);
    await town.clock.pass(1500);
    expect(third.session.state).toBe('live');
    for (const { session } of [first, second, third])
      expect(await session.getStats()).toMatchObject({ depth: 1, packetsMissing: 0, stalls: 0 });
  });

  it('lets newcomers in by a relay that serves the signaling itself, below it, and waits for a slot when it has none', async () => {
    const town = new Town();
    town.servers = [A];
    town.broadcast(signer, 1);
    await town.clock.pass(200);
    const relay = town.watch(signer.broadcastId, 1, B);
    await town.clock.pass(4000);
    town.rendezvous.fail(A);
    town.servers = [A, B];
    const second = town.watch(signer.broadcastId, 0);
    await town.clock.pass(1500);
    expect(await second.session.getStats()).toMatchObject({ state: 'live', depth: 2, packetsMissing: 0 });
    const third = town.watch(signer.broadcastId, 0);
    await town.clock.pass(2000);
    expect(third.session.state).toBe('waiting');
    second.session.close();
    await town.clock.pass(1500);
    expect(await third.session.getStats()).toMatchObject({ state: 'live', depth: 2 });
    expect(await relay.session.getStats()).toMatchObject({ packetsMissing: 0, reparents: 0 });
  });

  it('knows no broadcast at a relay that is not fed', async () => {
    const town = new Town();
    town.servers = [A];
    town.rendezvous.fail(A);
    town.watch(signer.broadcastId, 1, B);
    await town.clock.pass(500);
    expect(town.rendezvous.ids).toEqual([]);
  });
});
