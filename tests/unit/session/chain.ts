// A broadcast with its viewers one below the other, on edges in memory.

import { Town, type Townsman } from '../../fakes/town.ts';
import type { Signer } from '../../../src/ports.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';

/** A broadcaster and those below, the nearest first. */
export interface Scene {
  town: Town;
  session: LiveBroadcast;
  chain: Townsman[];
}

/** A broadcaster who feeds one viewer, who feeds the next, and so on. */
export async function openChain(signer: Signer, length: number): Promise<Scene> {
  const town = new Town();
  const { session } = town.broadcast(signer, 1);
  await town.clock.pass(500);
  const chain: Townsman[] = [];
  for (let i = 0; i < length; i++) {
    chain.push(town.watch(signer.broadcastId, 1));
    await town.clock.pass(700);
  }
  await town.clock.pass(2000);
  return { town, session, chain };
}
