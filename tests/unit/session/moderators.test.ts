// Moderators between real sessions: invited, seeing what waits, asking through the tree and its standbys, revoked, after a reload.

import { describe, expect, it } from 'vitest';
import { Town, type Townsman } from '../../fakes/town.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { concatBytes } from '../../../src/base/bytes.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { moderatorKeys } from '../../../src/identity/moderator-keys.ts';
import { tableName } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { openRoomKeeper, roomBefore } from '../../../src/record/room-keeper.ts';
import { actSigned, encodeActBody, encodeActMessage, type Act } from '../../../src/room/act-codec.ts';
import { decodeInvitation, type Moderator } from '../../../src/room/invitation.ts';
import { ACT_TYPE } from '../../../src/room/rise-type.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import type { ModeratorRoom } from '../../../src/session/room-api.ts';
import { makeSigner } from '../feed/samples.ts';
import { openChain } from './chain.ts';

const signer = makeSigner();
const EPOCH = 100;

async function invite(session: LiveBroadcast, name = 'Mia'): Promise<Moderator> {
  await session.room.invite(name);
  return session.room.moderators.at(-1)!;
}

async function seat(town: Town, viewer: Townsman, { invitation }: Moderator): Promise<ModeratorRoom> {
  const moderator = await roomOf(viewer).moderate(invitation);
  await town.clock.pass(2500);
  return moderator!;
}

/** As somebody sends it who has the link and a program. */
async function actBy(
  invitation: string,
  changes: Partial<Act>,
  delegator = signer,
): Promise<Uint8Array<ArrayBuffer>> {
  const { secret, delegation } = decodeInvitation(invitation)!;
  const own = await moderatorKeys.signerOf(delegator.broadcastId, secret);
  const act: Act = { kind: 'shield', epoch: EPOCH, seen: 0, nonce: 1, target: 0, ...changes };
  const body = encodeActBody(act, own.publicKey);
  const signature = await own.sign('act', actSigned(delegator.broadcastId, body));
  return encodeActMessage(concatBytes(body, signature, delegation));
}

const textsOf = (room: { comments: readonly { text: string }[] } | undefined): string[] =>
  (room?.comments ?? []).map(({ text }) => text);
const roomOf = (viewer: Townsman) => viewer.session.room!;

describe('a moderator', () => {
  it('three hops away sees what waits and approves it; nobody else sees it before', async () => {
    const { town, session, chain } = await openChain(signer, 3);
    session.room.setMode('approve');
    const mia = await seat(town, chain[2]!, await invite(session));
    expect(mia.standing).toBe('in-force');
    await roomOf(chain[0]!).comment('May I?', '');
    await town.clock.pass(4000);
    expect(mia.held).toMatchObject([{ text: 'May I?', why: 'approve' }]);
    // It is in no packet of the feed that could be read without the secret.
    expect(readable(town.recorded)).not.toContain('May I?');
    for (const viewer of chain) expect(textsOf(roomOf(viewer))).toEqual([]);
    mia.approve(mia.held[0]!.id);
    await town.clock.pass(1000);
    for (const viewer of chain) expect(textsOf(roomOf(viewer))).toEqual(['May I?']);
    await town.clock.pass(3000);
    expect([mia.held, mia.lost, mia.isAsked(1)]).toEqual([[], 0, false]);
    for (const viewer of chain) expect((await viewer.session.getStats()).rejected).toBe(0);
  });

  it('hides and shields; the screens change by the broadcaster’s packet', async () => {
    const { town, session, chain } = await openChain(signer, 2);
    for (const text of ['one', 'two']) await session.room.comment(text, '');
    await roomOf(chain[0]!).comment('rude', '');
    await town.clock.pass(1500);
    const mia = await seat(town, chain[1]!, await invite(session));
    const idOf = (text: string) => mia.comments.find((one) => one.text === text)!.id;
    mia.hide(idOf('rude'));
    expect(textsOf(mia)).toContain('rude');
    await town.clock.pass(1000);
    for (const viewer of chain) expect(textsOf(roomOf(viewer))).toEqual(['one', 'two']);
    mia.shield();
    await town.clock.pass(1000);
    for (const viewer of chain) expect(textsOf(roomOf(viewer))).toEqual([]);
    expect(session.room.mode).toBe('approve');
    await town.clock.pass(3000);
    expect(mia.canUndoShield).toBe(true);
    mia.undoShield();
    await town.clock.pass(1000);
    expect(textsOf(roomOf(chain[0]!))).toEqual(['one', 'two']);
  });

  it('whose parent keeps requests back is heard through a standby', async () => {
    const town = new Town();
    const { session } = town.broadcast(signer, 2);
    await town.clock.pass(500);
    const relays = [town.watch(signer.broadcastId, 4), town.watch(signer.broadcastId, 4)];
    await town.clock.pass(3000);
    const viewer = town.watch(signer.broadcastId, 0);
    await town.clock.pass(12_000);
    const { parentId, standbyIds } = await viewer.session.getStats();
    expect(standbyIds.length).toBeGreaterThan(0);
    const parent = relays.find(({ peer }) => peer === parentId)!;
    const mia = await seat(town, viewer, await invite(session));
    await session.room.comment('by the host', '');
    await roomOf(relays[0]!).comment('rude', '');
    await town.clock.pass(1500);
    parent.withhold(ACT_TYPE);
    mia.hide(mia.comments.find(({ text }) => text === 'rude')!.id);
    await town.clock.pass(900);
    expect(textsOf(session.room)).toEqual(['by the host', 'rude']);
    await town.clock.pass(1700);
    for (const room of [session.room, roomOf(viewer), ...relays.map(roomOf)])
      expect(textsOf(room)).toEqual(['by the host']);
    expect((await viewer.session.getStats()).parentId).toBe(parentId);
    expect(mia.lost).toBe(0);
  });

  it('that nobody answers says so in the end', async () => {
    const { town, session, chain } = await openChain(signer, 1);
    const mia = await seat(town, chain[0]!, await invite(session));
    chain[0]!.withhold(ACT_TYPE);
    mia.shield();
    await town.clock.pass(10_000);
    expect([mia.lost, session.room.mode]).toEqual([1, 'open']);
  });

  it('keeps the seat when the parent dies', async () => {
    const { town, session, chain } = await openChain(signer, 3);
    const mia = await seat(town, chain[2]!, await invite(session));
    chain[1]!.kill();
    mia.shield();
    await town.clock.pass(6000);
    expect([mia.standing, session.room.mode, mia.lost]).toEqual(['in-force', 'approve', 0]);
  });

  it('revoked has no tools and no ear any more, whatever it sends', async () => {
    const { town, session, chain } = await openChain(signer, 2);
    const [first, second] = [await invite(session), await invite(session, 'Max')];
    const mia = await seat(town, chain[1]!, first);
    const old = await actBy(first.invitation, { nonce: 7 });
    session.room.revoke(first.author);
    await town.clock.pass(1000);
    expect(mia.standing).toBe('revoked');
    session.room.setMode('approve');
    await roomOf(chain[0]!).comment('secret', '');
    await town.clock.pass(5000);
    expect(mia.held).toEqual([]);
    session.room.setMode('open');
    mia.shield();
    chain[1]!.shout(old);
    await town.clock.pass(3000);
    expect([session.room.mode, session.room.moderators]).toEqual(['open', [second]]);
    expect((await chain[0]!.session.getStats()).rejected).toBe(0);
    // The other one was never touched.
    chain[1]!.shout(await actBy(second.invitation, {}));
    await town.clock.pass(500);
    expect(session.room.mode).toBe('approve');
  });

  it('with an invitation for another broadcast, or none at all, gets no seat', async () => {
    const { town, session, chain } = await openChain(signer, 1);
    const { invitation } = await invite(session);
    const other = new Town();
    const elsewhere = other.broadcast(makeSigner(), 1).session;
    await other.clock.pass(500);
    const foreign = await invite(elsewhere);
    const middle = invitation[40] === 'A' ? 'B' : 'A';
    const forged = invitation.slice(0, 40) + middle + invitation.slice(41);
    for (const text of ['', foreign.invitation, forged])
      expect(await roomOf(chain[0]!).moderate(text)).toBeUndefined();
    await town.clock.pass(500);
    expect((await chain[0]!.session.getStats()).rejected).toBe(0);
  });

  it.each([
    ['its signature', 60],
    ['the delegation', 120],
  ])('that has forged %s costs the edge it comes over, and does nothing', async (_, at) => {
    const { town, session, chain } = await openChain(signer, 2);
    const { invitation } = await invite(session);
    await town.clock.pass(500);
    const bytes = await actBy(invitation, {});
    bytes[at]! ^= 1;
    chain[1]!.shout(bytes);
    await town.clock.pass(500);
    expect([(await chain[0]!.session.getStats()).rejected, session.room.mode]).toEqual([1, 'open']);
  });

  it('without the broadcaster’s word does nothing: nobody passes it on', async () => {
    const { town, session, chain } = await openChain(signer, 2);
    await invite(session);
    await town.clock.pass(500);
    const { invitation } = await foreignInvitation();
    chain[1]!.shout(await actBy(invitation, {}));
    await town.clock.pass(1000);
    expect([(await chain[0]!.session.getStats()).rejected, session.room.mode]).toEqual([0, 'open']);
  });

  it('is heard after a reload of the studio, and whoever was revoked before isn’t', async () => {
    const [town, store] = [new Town(), new MemoryStore()];
    const table = store.open(tableName(signer.broadcastId));
    const identity = { broadcastId: signer.broadcastId, title: '', startedAtMs: 0, epoch: EPOCH };
    const first = town.broadcast(signer, 2, EPOCH, false, {
      openRecorder: (events) => openRecorder(store, identity, events),
      roomKeeper: openRoomKeeper(table),
    });
    await town.clock.pass(500);
    const [one, two] = [town.watch(signer.broadcastId, 0), town.watch(signer.broadcastId, 0)];
    await town.clock.pass(3000);
    const [good, bad] = [await invite(first.session), await invite(first.session, 'Bad')];
    const mia = await seat(town, one, good);
    const max = await seat(town, two, bad);
    first.session.room.revoke(bad.author);
    await town.clock.pass(3000);
    first.kill();
    const before = await roomBefore(table);
    const { session } = town.broadcast(signer, 2, EPOCH + 1, true, { roomBefore: before });
    expect(session.room.moderators).toEqual([good]);
    // Asked for while nobody is there.
    mia.shield();
    await town.clock.pass(8000);
    expect([mia.standing, max.standing]).toEqual(['in-force', 'revoked']);
    expect(session.room.mode).toBe('approve');
    await roomOf(two).comment('waits', '');
    await town.clock.pass(4000);
    expect(mia.held.map(({ text }) => text)).toEqual(['waits']);
    mia.approve(mia.held[0]!.id);
    await town.clock.pass(1000);
    expect(textsOf(roomOf(two))).toEqual(['waits']);
  });
});

async function foreignInvitation(): Promise<Moderator> {
  const town = new Town();
  const { session } = town.broadcast(makeSigner(), 1);
  await town.clock.pass(500);
  return invite(session);
}

/** Everything in the payloads of room packets, as text. */
function readable(packets: readonly Packet[]): string {
  const decoder = new TextDecoder('latin1');
  return packets
    .filter(({ header }) => header.kind === 'room')
    .map(({ payload }) => decoder.decode(payload))
    .join('\n');
}
