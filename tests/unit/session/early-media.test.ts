// A newcomer asks for packets together with its `hello`: they may be there before whoever sends them has introduced itself.
import { expect, it } from 'vitest';
import { Town } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';
import { expectSameBytes } from './same-bytes.ts';

const signer = makeSigner();

it('packets that overtake the hello of whoever feeds us are kept for it: none is missing or asked for again', async () => {
  const town = new Town();
  town.broadcast(signer, 2);
  await town.clock.pass(500);
  const late = town.watch(signer.broadcastId, 1, undefined, { controlLateMs: 100 });
  await town.clock.pass(400);
  expect(late.player.packets.length).toBeGreaterThan(0);
  await town.clock.pass(5000);
  expect(await late.session.getStats()).toMatchObject({
    state: 'live',
    packetsMissing: 0,
    packetsSkipped: 0,
    repairs: 0,
    rejected: 0,
  });
  expectSameBytes(town, late);
});

it('they are no way round the key: of somebody else, not one is looked at', async () => {
  const town = new Town();
  const other = makeSigner();
  town.broadcast({ ...other, broadcastId: signer.broadcastId, sign: other.sign.bind(other) }, 2);
  await town.clock.pass(500);
  const viewer = town.watch(signer.broadcastId, 0, undefined, { controlLateMs: 300 });
  await town.clock.pass(5000);
  expect((await viewer.session.getStats()).state).not.toBe('live');
  expect(viewer.player.packets).toEqual([]);
});
