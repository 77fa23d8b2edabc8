// Which calls are heard at a seat that everybody may know.

import { beforeEach, describe, expect, it } from 'vitest';
import { TAG_CALLS_BURST, TAG_CALLS_PER_SECOND } from '../../../src/base/limits.ts';
import { random } from '../../../src/platform/random.ts';
import type { OpenRendezvous } from '../../../src/ports.ts';
import { guestCallsWith } from '../../../src/rendezvous/guest-calls.ts';
import { MemoryRendezvous } from '../../fakes/town.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const SERVER = 'http://town.example';

let clock: VirtualClock;
let rendezvous: MemoryRendezvous;
/** Who was heard, in order. */
let heard: string[];

beforeEach(async () => {
  clock = new VirtualClock();
  rendezvous = new MemoryRendezvous(clock);
  heard = [];
  const parts = { clock, random, openRendezvous: rendezvous.open, iceServers: [], isRelayOnly: false };
  guestCallsWith(parts).open(SERVER, 'seat', ({ peer }) => {
    heard.push(peer);
    return 'refused';
  });
  await clock.pass(10);
});

/** Calls so often, under one id, in one moment. */
async function call(open: OpenRendezvous, id: string, times: number): Promise<number> {
  const nothing = (): void => undefined;
  const line = open(SERVER, id, {
    ...{ opened: nothing, message: nothing, absent: nothing, lost: nothing, taken: nothing },
  });
  await clock.pass(10);
  const before = heard.length;
  for (let i = 0; i < times; i++)
    line.send('guest-seat', 'offer', {
      ...{ type: 'media', connectionId: `${id}${i}`, sdp: { type: 'offer', sdp: 'v=0' } },
    });
  await clock.pass(10);
  return heard.length - before;
}

describe('a seat', () => {
  it('hears so many calls from one address, and others all the same', async () => {
    expect(await call(rendezvous.openFrom('storm'), 'a', 1000)).toBe(TAG_CALLS_BURST);
    expect(await call(rendezvous.openFrom('storm'), 'b', 1000)).toBe(0);
    expect(await call(rendezvous.openFrom('home'), 'c', 1)).toBe(1);
    await clock.pass(1000);
    expect(await call(rendezvous.openFrom('storm'), 'd', 1000)).toBe(TAG_CALLS_PER_SECOND);
  });

  it('counts all as one address where the server tells none', async () => {
    expect(await call(rendezvous.open, 'a', 1000)).toBe(TAG_CALLS_BURST);
    expect(await call(rendezvous.open, 'b', 1)).toBe(0);
    expect(await call(rendezvous.openFrom('home'), 'c', 1)).toBe(1);
  });
});
