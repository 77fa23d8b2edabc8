// Two holders of one key on air at once (A14): who is told, and that nobody is without a proof.

import { beforeEach, describe, expect, it } from 'vitest';
import { base64 } from '../../../src/base/bytes.ts';
import type { RendezvousEvents, Signer } from '../../../src/ports.ts';
import { twinSigned } from '../../../src/session/twin-message.ts';
import { Town } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

const EPOCH = 100;

let town: Town;
let signer: Signer;

beforeEach(() => {
  town = new Town();
  signer = makeSigner();
});

describe('two holders of one key', () => {
  it.each([
    ['a later', EPOCH + 7],
    ['an earlier', EPOCH - 7],
  ])('learn of each other when the second one is in %s epoch, and tell every viewer', async (_, epoch) => {
    const first = town.broadcast(signer, 2, EPOCH).session;
    await town.clock.pass(200);
    const before = [1, 0].map((slots) => town.watch(signer.broadcastId, slots));
    await town.clock.pass(3000);
    expect(before.map(({ session }) => session.hasTwin)).toEqual([false, false]);
    const second = town.broadcast(signer, 2, epoch).session;
    await town.clock.pass(2500);
    const after = town.watch(signer.broadcastId, 0);
    await town.clock.pass(2000);
    expect([first.warning, second.warning]).toEqual(['key-elsewhere', 'key-elsewhere']);
    expect([...before, after].map(({ session }) => session.hasTwin)).toEqual([true, true, true]);
  });

  it('are found out in one epoch too: the first one knows what it has signed', async () => {
    const first = town.broadcast(signer, 2, EPOCH).session;
    await town.clock.pass(200);
    const viewer = town.watch(signer.broadcastId, 0);
    await town.clock.pass(3000);
    town.broadcast(signer, 2, EPOCH);
    await town.clock.pass(3000);
    expect(first.warning).toBe('key-elsewhere');
    expect(viewer.session.hasTwin).toBe(true);
  });
});

describe('without a proof nobody is told', () => {
  it('when the broadcaster comes back', async () => {
    const first = town.broadcast(signer, 2, EPOCH);
    await town.clock.pass(200);
    const viewer = town.watch(signer.broadcastId, 0);
    await town.clock.pass(3000);
    first.kill();
    const second = town.broadcast(signer, 2, EPOCH + 1).session;
    await town.clock.pass(10_000);
    expect((await viewer.session.getStats()).epoch).toBe(EPOCH + 1);
    expect(viewer.session.hasTwin).toBe(false);
    expect(second.warning).toBeUndefined();
  });

  it('when a server lies about who holds the id', async () => {
    const heard: RendezvousEvents[] = [];
    const openRendezvous: typeof town.rendezvous.open = (server, id, events) => {
      if (id === signer.broadcastId) heard.push(events);
      return town.rendezvous.open(server, id, events);
    };
    const { session } = town.broadcast(signer, 3, EPOCH, false, { openRendezvous });
    await town.clock.pass(200);
    const viewer = town.watch(signer.broadcastId, 0);
    await town.clock.pass(3000);
    for (let i = 0; i < 20; i++) {
      heard.forEach((events) => events.contested?.());
      await town.clock.pass(500);
    }
    expect(session.warning).toBeUndefined();
    expect(viewer.session.hasTwin).toBe(false);
  });

  it.each([
    ['that another key signed', EPOCH + 1, EPOCH, () => makeSigner()],
    ['of another epoch', EPOCH + 2, EPOCH + 1, () => signer],
    ['that says so of ourselves', EPOCH, EPOCH, () => signer],
  ])('by a notice %s', async (_, own, other, by) => {
    const { session } = town.broadcast(signer, 2, EPOCH);
    await town.clock.pass(200);
    await say(own, other, by());
    expect(session.warning).toBeUndefined();
  });
});

it('a notice that only another holder can have signed is believed', async () => {
  const { session } = town.broadcast(signer, 2, EPOCH);
  await town.clock.pass(200);
  await say(EPOCH + 1, EPOCH, signer);
  expect(session.warning).toBe('key-elsewhere');
});

/** Somebody sends this to the broadcast's id. */
async function say(own: number, other: number, by: Signer): Promise<void> {
  const signature = base64(await by.sign('twin', twinSigned(own, other)));
  const nothing = (): void => undefined;
  const silent = { message: nothing, absent: nothing, lost: nothing, taken: nothing };
  const line = town.rendezvous.open(town.servers[0]!, 'somebody', {
    ...silent,
    opened: () => line.send(signer.broadcastId, 'offer', { v: 1, twin: { own, other, signature } }),
  });
  await town.clock.pass(100);
}
