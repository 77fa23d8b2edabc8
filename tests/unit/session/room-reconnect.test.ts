// Moderation survives reconnects (M10): what the broadcaster decides while somebody's way to it is broken holds when there is another.

import { expect, it } from 'vitest';
import { Town, type Townsman } from '../../fakes/town.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();

interface Scene {
  town: Town;
  session: LiveBroadcast;
  viewer: Townsman;
  /** Feeds the viewer. */
  parent: Townsman;
}

/** A viewer at depth 2, which has another relay to go to. */
async function open(): Promise<Scene> {
  const town = new Town();
  const { session } = town.broadcast(signer, 2);
  await town.clock.pass(500);
  const relays = [town.watch(signer.broadcastId, 4), town.watch(signer.broadcastId, 4)];
  await town.clock.pass(1500);
  const viewer = town.watch(signer.broadcastId, 0);
  await town.clock.pass(2500);
  const { parentId } = await viewer.session.getStats();
  const parent = relays.find(({ peer }) => peer === parentId);
  if (!parent) throw new Error('the viewer is fed by no relay');
  return { town, session, viewer, parent };
}

const textsOf = (room: { comments: readonly { text: string }[] } | undefined): string[] =>
  (room?.comments ?? []).map(({ text }) => text);
const roomOf = (viewer: Townsman) => viewer.session.room!;

/** Everything that stood on a viewer's screen at any moment of a time, ms. */
async function seenBy(town: Town, viewer: Townsman, forMs: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let passedMs = 0; passedMs < forMs; passedMs += 100) {
    await town.clock.pass(100);
    for (const text of textsOf(viewer.session.room)) seen.add(text);
  }
  return seen;
}

it('who is muted while the way is broken stays so, and what it said is gone, through another parent', async () => {
  const { town, session, viewer, parent } = await open();
  await session.room.comment('stays', '');
  await roomOf(viewer).comment('insult', '');
  await town.clock.pass(1000);
  expect(textsOf(roomOf(viewer))).toEqual(['stays', 'insult']);
  parent.kill();
  session.room.mute(session.room.comments.find(({ text }) => text === 'insult')!.id);
  // Right then: neither the speaker nor the hops know of it.
  await roomOf(viewer).comment('insult again', '');
  await town.clock.pass(5000);
  expect((await viewer.session.getStats()).parentId).not.toBe(parent.peer);
  await roomOf(viewer).comment('insult later', '');
  expect([...(await seenBy(town, viewer, 2500))]).toEqual(['stays']);
  expect([textsOf(session.room), session.room.held]).toEqual([['stays'], []]);
});

it('a shield that is raised meanwhile is up when it is back, and comments are approved first', async () => {
  const { town, session, viewer, parent } = await open();
  await session.room.comment('cleared', '');
  await town.clock.pass(500);
  expect(textsOf(roomOf(viewer))).toEqual(['cleared']);
  parent.kill();
  session.room.shield();
  await town.clock.pass(5000);
  expect([roomOf(viewer).mode, [...(await seenBy(town, viewer, 1500))]]).toEqual(['approve', []]);
});
