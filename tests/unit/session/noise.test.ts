// Messages that nobody needs, as many as a channel takes: more than the wire's bound costs the edge, whatever their type (A12).

import { expect, it } from 'vitest';
import { Town } from '../../fakes/town.ts';
import { CONTROL_BURST_MAX } from '../../../src/overlay/timing.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();

it.each([
  ['of no known type', Uint8Array.of(200)],
  ['that are nonces', Uint8Array.of(32, ...new Array<number>(16).fill(7))],
])('a flood of messages %s cuts the edge, and fewer don’t', async (_, noise) => {
  const town = new Town();
  town.broadcast(signer, 1);
  await town.clock.pass(500);
  const near = town.watch(signer.broadcastId, 1);
  await town.clock.pass(3000);
  const hostile = town.watch(signer.broadcastId, 0);
  await town.clock.pass(3000);
  for (let i = 0; i < CONTROL_BURST_MAX / 2; i++) hostile.shout(noise);
  await town.clock.pass(200);
  expect((await near.session.getStats()).childIds).toHaveLength(1);
  for (let i = 0; i < CONTROL_BURST_MAX; i++) hostile.shout(noise);
  await town.clock.pass(200);
  expect(await near.session.getStats()).toMatchObject({ childIds: [], state: 'live', rejected: 1 });
});
