// The room between real sessions: a broadcaster and a chain of viewers on edges in memory.

import { describe, expect, it } from 'vitest';
import { tagOf, Town, type Townsman } from '../../fakes/town.ts';
import { concatBytes } from '../../../src/base/bytes.ts';
import type { Signer } from '../../../src/ports.ts';
import { decodeSaid, encodeSaidBody, saidSigned, type SignedSaid } from '../../../src/room/comment-codec.ts';
import { encodeRise } from '../../../src/room/rise-message.ts';
import { encodeTicket, TICKET_BYTES, ticketSigned } from '../../../src/room/ticket.ts';
import { makeSigner } from '../feed/samples.ts';
import { openChain } from './chain.ts';
import { tableName } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { openRoomKeeper, roomBefore } from '../../../src/record/room-keeper.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';

const signer = makeSigner();

/** Something said in the epoch of the town, by a key of its own. */
async function sayAs(speaker: Signer, broadcastId: string, text: string): Promise<SignedSaid> {
  const said = { kind: 'comment', epoch: 100, counter: 1, target: 0, name: '', text } as const;
  const body = encodeSaidBody(said, speaker.publicKey);
  const signature = await speaker.sign('comment', saidSigned(broadcastId, body));
  const told = { tag: tagOf('somewhere'), expiryS: 2 ** 32 - 1 };
  const ticket = await signer.sign('ticket', ticketSigned(broadcastId, speaker.publicKey, told));
  const decoded = decodeSaid(concatBytes(body, signature, encodeTicket({ ...told, signature: ticket })));
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

/** Rightly signed, for another broadcast. */
const otherBroadcast = (): Promise<SignedSaid> => sayAs(makeSigner(), 'b'.repeat(26), 'elsewhere');

/** With a good ticket, and a signature that is off by one bit. */
async function forgedSaid(): Promise<SignedSaid> {
  const said = await sayAs(makeSigner(), signer.broadcastId, 'forged');
  const bytes = Uint8Array.from(said.bytes);
  bytes[bytes.length - TICKET_BYTES - 1]! ^= 1;
  return { ...said, bytes };
}

const textsOf = (room: { comments: readonly { text: string }[] } | undefined): string[] =>
  (room?.comments ?? []).map(({ text }) => text);
const roomOf = (viewer: Townsman) => viewer.session.room!;

describe('the room', () => {
  it('carries a comment from the deepest viewer to every screen, and counts hearts once', async () => {
    const { town, session, chain } = await openChain(signer, 3);
    expect((await chain[2]!.session.getStats()).depth).toBe(3);
    expect(await roomOf(chain[2]!).comment('  Bonjour\nde loin ', 'Zoé')).toEqual({ ok: true });
    for (let i = 0; i < 5; i++) for (const viewer of chain) roomOf(viewer).heart();
    session.room.heart();
    expect(roomOf(chain[0]!).hearts).toBe(5);
    await town.clock.pass(2500);
    for (const room of [session.room, ...chain.map(roomOf)]) {
      expect(textsOf(room)).toEqual(['Bonjour de loin']);
      expect(room.comments[0]).toMatchObject({ name: 'Zoé', by: roomOf(chain[2]!).author });
      expect(room.hearts).toBe(16);
    }
    for (const viewer of chain) expect((await viewer.session.getStats()).rejected).toBe(0);
  });

  it('gives a newcomer what is there, and nothing that was taken away', async () => {
    const { town, session, chain } = await openChain(signer, 1);
    await session.room.comment('stays', '');
    await session.room.comment('goes', '');
    await town.clock.pass(500);
    session.room.hide(session.room.comments.find(({ text }) => text === 'goes')!.id);
    await town.clock.pass(500);
    const late = town.watch(signer.broadcastId, 1);
    await town.clock.pass(3000);
    for (const viewer of [chain[0]!, late]) expect(textsOf(viewer.session.room)).toEqual(['stays']);
  });

  it('is cleared everywhere by the shield, and comes back when that is taken back', async () => {
    const { town, session, chain } = await openChain(signer, 3);
    await roomOf(chain[2]!).comment('one', '');
    await town.clock.pass(1500);
    expect(textsOf(roomOf(chain[1]!))).toEqual(['one']);
    session.room.shield();
    await town.clock.pass(200);
    for (const viewer of chain) expect(textsOf(viewer.session.room)).toEqual([]);
    await roomOf(chain[1]!).comment('two', '');
    await town.clock.pass(1500);
    expect(session.room.held.map(({ text }) => text)).toEqual(['two']);
    expect(textsOf(roomOf(chain[0]!))).toEqual([]);
    session.room.undoShield();
    await town.clock.pass(300);
    expect(textsOf(roomOf(chain[2]!))).toEqual(['one']);
  });

  it('lets what was said reach the broadcaster when the parent dies right then', async () => {
    const { town, session, chain } = await openChain(signer, 3);
    chain[1]!.kill();
    await roomOf(chain[2]!).comment('heard?', '');
    await town.clock.pass(6000);
    expect(textsOf(session.room)).toEqual(['heard?']);
  });

  it('starts with approval when nothing of it was kept, since nobody knows any more who was muted', async () => {
    const town = new Town();
    const first = town.broadcast(signer, 1);
    await town.clock.pass(500);
    const viewer = town.watch(signer.broadcastId, 1);
    await town.clock.pass(3000);
    await roomOf(viewer).comment('before', '');
    await town.clock.pass(1000);
    expect(textsOf(roomOf(viewer))).toEqual(['before']);
    first.kill();
    const { session } = town.broadcast(signer, 1, 101, true);
    await town.clock.pass(8000);
    expect([roomOf(viewer).mode, textsOf(roomOf(viewer))]).toEqual(['approve', []]);
    await roomOf(viewer).comment('after', '');
    await town.clock.pass(1000);
    expect([textsOf(session.room), session.room.held.map(({ text }) => text)]).toEqual([[], ['after']]);
  });

  it('goes on after a reload as it was, on every screen', async () => {
    const [town, store] = [new Town(), new MemoryStore()];
    const table = store.open(tableName(signer.broadcastId));
    const identity = { broadcastId: signer.broadcastId, title: '', startedAtMs: 0, epoch: 100 };
    const first = town.broadcast(signer, 2, 100, false, {
      openRecorder: (events) => openRecorder(store, identity, events),
      roomKeeper: openRoomKeeper(table),
    });
    await town.clock.pass(500);
    const [zoe, eve] = [town.watch(signer.broadcastId, 0), town.watch(signer.broadcastId, 0)];
    await town.clock.pass(3000);
    for (const text of ['stays', 'goes']) await roomOf(zoe).comment(text, '');
    await roomOf(eve).comment('rude', '');
    await roomOf(zoe).ask('Why?', '');
    for (let i = 0; i < 4; i++) roomOf(eve).heart();
    await town.clock.pass(2000);
    const { room } = first.session;
    const idOf = (text: string) => room.comments.find((one) => one.text === text)!.id;
    room.hide(idOf('goes'));
    room.mute(idOf('rude'));
    room.pin(room.board.questions[0]!.id);
    room.setMode('slow');
    await town.clock.pass(3000);
    first.kill();
    const before = await roomBefore(table);
    const { session } = town.broadcast(signer, 2, 101, true, { roomBefore: before });
    expect(textsOf(session.room)).toEqual(['stays']);
    await town.clock.pass(8000);
    await roomOf(eve).comment('still here', '');
    await town.clock.pass(1500);
    for (const one of [session.room, roomOf(zoe), roomOf(eve)]) {
      expect([one.mode, textsOf(one), one.board.pinned?.text]).toEqual(['slow', ['stays'], 'Why?']);
      expect(one.hearts).toBe(4);
    }
    expect(session.room.held).toEqual([]);
    expect(session.room.muted.size).toBe(1);
  });

  it('says why something can’t be said', async () => {
    const { town, session, chain } = await openChain(signer, 1);
    const room = roomOf(chain[0]!);
    expect(await room.comment(' \u200b', '')).toEqual({ ok: false, code: 'blank' });
    expect(await room.comment('x'.repeat(201), '')).toEqual({ ok: false, code: 'too-long' });
    session.room.setMode('slow');
    await town.clock.pass(300);
    expect((await room.comment('first', '')).ok).toBe(true);
    expect(await room.comment('second', '')).toMatchObject({ ok: false, code: 'too-soon' });
    expect(room.waitMs).toBeGreaterThan(9000);
    session.room.setMode('hearts');
    await town.clock.pass(300);
    expect(await room.comment('third', '')).toEqual({ ok: false, code: 'closed' });
  });

  it('asks, votes and pins', async () => {
    const { town, session, chain } = await openChain(signer, 2);
    await roomOf(chain[1]!).ask('Why?', 'Zoé');
    await town.clock.pass(1000);
    await roomOf(chain[0]!).vote(roomOf(chain[0]!).board.questions[0]!.id);
    await town.clock.pass(1000);
    expect(roomOf(chain[1]!).board.questions).toMatchObject([{ text: 'Why?', votes: 2 }]);
    session.room.pin(session.room.board.questions[0]!.id);
    await town.clock.pass(300);
    expect(roomOf(chain[1]!).board).toMatchObject({ pinned: { text: 'Why?' }, questions: [] });
  });

  it.each([
    ['for this broadcast', otherBroadcast],
    ['by the key it names', forgedSaid],
  ])('never hears what isn’t signed %s, and the hop below the root cuts who says it', async (_, lie) => {
    const { town, session, chain } = await openChain(signer, 1);
    const hostile = town.watch(signer.broadcastId, 0);
    await town.clock.pass(3000);
    const real = await sayAs(makeSigner(), signer.broadcastId, 'real');
    hostile.shout(encodeRise({ hearts: 0, leftOut: 0, said: [real] }));
    await town.clock.pass(500);
    expect(textsOf(session.room)).toEqual(['real']);
    hostile.shout(encodeRise({ hearts: 0, leftOut: 0, said: [await lie()] }));
    await town.clock.pass(1500);
    expect(textsOf(session.room)).toEqual(['real']);
    expect((await chain[0]!.session.getStats()).rejected).toBe(1);
    expect((await chain[0]!.session.getStats()).childIds).toEqual([]);
  });

  it('of a hostile child costs it its edge and nobody else anything', async () => {
    const { town, session, chain } = await openChain(signer, 1);
    const hostile = town.watch(signer.broadcastId, 0);
    await town.clock.pass(3000);
    expect((await hostile.session.getStats()).depth).toBe(2);
    const said = roomOf(hostile);
    await said.comment('honest once', '');
    await town.clock.pass(1000);
    expect(textsOf(session.room)).toEqual(['honest once']);
    hostile.shout(Uint8Array.of(34, 255));
    await town.clock.pass(200);
    expect((await chain[0]!.session.getStats()).rejected).toBe(1);
    expect((await chain[0]!.session.getStats()).childIds).toEqual([]);
    expect(textsOf(roomOf(chain[0]!))).toEqual(['honest once']);
  });
});
