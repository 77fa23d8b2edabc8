// A viewer who is asked on air by a tap on a comment, between real sessions: the room names it, it shows that the comment's key is its
// own, and nobody else gets in.

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { GUESTS_WAITING_MAX } from '../../../src/base/limits.ts';
import type { CallEnd, CallerMarks, CallEvents, GuestCall, Signer } from '../../../src/ports.ts';
import { guestSigned, knockOf, passByComment, readKeyKnock } from '../../../src/session/guest-knock.ts';
import type { GuestPass } from '../../../src/session/guest-api.ts';
import { LiveGuestVisit } from '../../../src/session/guest-visit.ts';
import type { RoomComment } from '../../../src/room/room-packet.ts';
import { asStream, callerOf, FakeStream } from '../../fakes/loopback-calls.ts';
import type { Townsman } from '../../fakes/town.ts';
import { makeSigner, verifier } from '../feed/samples.ts';
import { openChain, type Scene } from './chain.ts';

const signer = makeSigner();

let scene: Scene;
let zoe: Townsman;
let tom: Townsman;

beforeEach(async () => {
  scene = await openChain(signer, 2);
  Object.assign(scene.town.programme, { preview: asStream(new FakeStream()) });
  [tom, zoe] = scene.chain as [Townsman, Townsman];
  await roomOf(zoe).comment('Hello from Lisbon', 'Zoé');
  await roomOf(tom).comment('Which camera is it?', 'Tom');
  await scene.town.clock.pass(1500);
});

const roomOf = ({ session }: Townsman) => session.room!;
const stageOf = ({ session }: Scene) => session.guests;
const commentOf = (name: string): RoomComment =>
  scene.session.room.comments.find((comment) => comment.name === name)!;
const names = (): string[] => stageOf(scene).waiting.map(({ name }) => name);

async function ask(name: string): Promise<void> {
  await stageOf(scene).ask(commentOf(name));
  await scene.town.clock.pass(500);
}

/** A visit of somebody who has a pass. */
function visitor(pass: GuestPass) {
  const camera = new FakeStream();
  const visit = new LiveGuestVisit({
    pass,
    servers: Promise.resolve([serverAndSeat()[0]]),
    loadCalls: () => Promise.resolve(scene.town.calls),
    openCamera: () => Promise.resolve(asStream(camera)),
    watch: { muted: false },
  });
  return { visit, camera };
}

/** Where those who were asked by a comment call. */
function serverAndSeat(): [server: string, seat: string] {
  const door = scene.town.calls.seats.find((one) => one.endsWith(scene.session.room.guest?.seat ?? ' '));
  return (door ?? scene.town.calls.seats.at(-1)!).split(' ') as [string, string];
}

/** Somebody with a program of their own, who says this at that seat; gives what becomes of it. */
function strange(
  said: unknown,
  caller: CallerMarks,
  seat = serverAndSeat()[1],
): { ends: CallEnd[]; call: GuestCall } {
  const ends: CallEnd[] = [];
  const events: CallEvents = { connected: () => undefined, ended: (why) => ends.push(why) };
  const stream = asStream(new FakeStream());
  return { ends, call: scene.town.calls.callAs(caller, serverAndSeat()[0], seat, stream, said, events) };
}

/** What Zoé's page says for this call. */
const proofOf = (caller: CallerMarks): Promise<object> => roomOf(zoe).guestPass!.knock('', caller);

const settled = (ends: CallEnd[]): Promise<void> => vi.waitFor(() => expect(ends).toHaveLength(1));

describe('a viewer whose comment was tapped', () => {
  it('is asked, and nobody else; the broadcaster reads whom', async () => {
    expect([roomOf(zoe).guestPass, stageOf(scene).asked]).toEqual([undefined, undefined]);
    await ask('Zoé');
    expect(roomOf(zoe).guestPass?.by).toBe('comment');
    expect(roomOf(zoe).guestPass?.seat).toMatch(/^[a-z2-7]{26}$/);
    expect(roomOf(tom).guestPass).toBeUndefined();
    expect(stageOf(scene).asked).toEqual({ name: 'Zoé' });
    await stageOf(scene).invite();
    expect(stageOf(scene).invitation!.seat).not.toBe(roomOf(zoe).guestPass!.seat);
  });

  it('waits under the name of the comment, is put on air, and is asked no more from then on', async () => {
    await ask('Zoé');
    const { visit, camera } = visitor(roomOf(zoe).guestPass!);
    await visit.knock('Mallory');
    await vi.waitFor(() => expect(names()).toEqual(['Zoé']));
    expect([visit.state, stageOf(scene).asked]).toEqual(['waiting', undefined]);
    stageOf(scene).admit(stageOf(scene).waiting[0]!.id);
    expect([visit.state, scene.town.programme.guest]).toEqual(['on-air', camera]);
    expect(scene.session.room.guest).toBeNull();
    await scene.town.clock.pass(500);
    expect(roomOf(zoe).guestPass).toBeUndefined();
    expect(visit.state).toBe('on-air');
    stageOf(scene).remove();
    await visit.knock('');
    await vi.waitFor(() => expect(visit.end).toBe('refused'));
  });

  it('gets another pass when it is asked again, and keeps the same one meanwhile', async () => {
    await ask('Zoé');
    const first = roomOf(zoe).guestPass;
    await scene.town.clock.pass(4000);
    expect(roomOf(zoe).guestPass).toBe(first);
    stageOf(scene).withdraw();
    await ask('Zoé');
    expect(roomOf(zoe).guestPass).toMatchObject({ by: 'comment' });
    expect(roomOf(zoe).guestPass).not.toBe(first);
  });

  it('is asked no more when it was declined, withdrawn, muted, or when another one is asked', async () => {
    const stage = stageOf(scene);
    const ways: (() => Promise<void> | void)[] = [
      () => stage.withdraw(),
      () => stage.ask(commentOf('Tom')),
      async () => {
        const { visit } = visitor(roomOf(zoe).guestPass!);
        await visit.knock('');
        await vi.waitFor(() => expect(names()).toEqual(['Zoé']));
        stage.decline(stage.waiting[0]!.id);
        expect(visit.end).toBe('declined');
      },
      () => scene.session.room.mute(commentOf('Zoé').id),
    ];
    for (const way of ways) {
      await ask('Zoé');
      const pass = roomOf(zoe).guestPass!;
      await way();
      await scene.town.clock.pass(500);
      expect([roomOf(zoe).guestPass, names()]).toEqual([undefined, []]);
      const { visit } = visitor(pass);
      await visit.knock('');
      await vi.waitFor(() => expect(visit.end).toBe('refused'));
      expect(stage.waiting).toEqual([]);
    }
  });

  it('who waits while another one is asked goes on waiting, and leaves that one asked', async () => {
    await ask('Zoé');
    const { visit } = visitor(roomOf(zoe).guestPass!);
    await visit.knock('');
    await vi.waitFor(() => expect(names()).toEqual(['Zoé']));
    await ask('Tom');
    stageOf(scene).admit(stageOf(scene).waiting[0]!.id);
    expect([visit.state, stageOf(scene).asked]).toEqual(['on-air', { name: 'Tom' }]);
  });

  it('who goes away while it waits is asked all the same, and who calls again waits once', async () => {
    await ask('Zoé');
    const pass = roomOf(zoe).guestPass!;
    const { visit } = visitor(pass);
    await visit.knock('');
    await vi.waitFor(() => expect(names()).toEqual(['Zoé']));
    await visitor(pass).visit.knock('');
    await vi.waitFor(() => expect(stageOf(scene).waiting[0]?.id).toBe(2));
    expect(names()).toEqual(['Zoé']);
    const third = visitor(pass).visit;
    await third.knock('');
    await vi.waitFor(() => expect(stageOf(scene).waiting[0]?.id).toBe(3));
    third.leave();
    expect([names(), stageOf(scene).asked]).toEqual([[], { name: 'Zoé' }]);
  });

  it('is asked no more when the broadcast is over', async () => {
    await ask('Zoé');
    const stopping = scene.session.stop();
    await scene.town.clock.pass(4000);
    await stopping;
    expect([roomOf(zoe).guestPass, scene.session.room.guest, scene.town.calls.seats]).toEqual([
      undefined,
      null,
      [],
    ]);
  });
});

describe('the stage', () => {
  const caller = callerOf('zoe’s call');

  it('takes the proof for the call that it was made for, and for none else', async () => {
    await ask('Zoé');
    const said = await proofOf(caller);
    const others: CallerMarks[] = [
      callerOf('somebody else'),
      // As a server could have it: the id is the caller's, the connection isn't, or the other way round.
      { ...caller, fingerprint: callerOf('server').fingerprint },
      { ...caller, peer: 'another id' },
      { ...caller, fingerprint: undefined },
    ];
    for (const other of others) {
      const { ends } = strange(said, other);
      await settled(ends);
      expect([ends, stageOf(scene).waiting]).toEqual([['refused'], []]);
    }
    strange(said, caller);
    await vi.waitFor(() => expect(names()).toEqual(['Zoé']));
  });

  it('takes no proof by another key, for another seat, broadcast or use, and none that was bent', async () => {
    await ask('Zoé');
    const seat = roomOf(zoe).guestPass!.seat;
    const { key, proof } = (await proofOf(caller)) as { key: string; proof: string };
    const mallory = makeSigner();
    const byMallory = (await passByComment(mallory, signer.broadcastId, seat).knock('', caller)) as {
      proof: string;
    };
    const elsewhere = await roomOf(tom).guestPass?.knock('', caller);
    expect(elsewhere).toBeUndefined();
    const bent = Buffer.from(proof, 'base64');
    bent[5]! ^= 1;
    // The first 8 bytes are what the room names an author by.
    const alike = Buffer.from(key, 'base64');
    alike[31]! ^= 1;
    for (const said of [
      byMallory,
      { v: 1, key, proof: byMallory.proof },
      { v: 1, key, proof: bent.toString('base64') },
      { v: 1, key: alike.toString('base64'), proof },
      { v: 1, key, proof: '' },
      { v: 2, key, proof },
      ...[{}, null, 'x', { v: 1, key }, knockOf(seat, 'Zoé')],
    ]) {
      const { ends } = strange(said, caller);
      await settled(ends);
      expect([ends, stageOf(scene).waiting]).toEqual([['refused'], []]);
    }
  });

  it('takes a token where links lead, and a proof where comments do', async () => {
    await ask('Zoé');
    await stageOf(scene).invite();
    const { seat, token } = stageOf(scene).invitation!;
    const byToken = strange(knockOf(token, 'Mallory'), caller);
    const byProof = strange(await proofOf(caller), caller, seat);
    for (const { ends } of [byToken, byProof]) await settled(ends);
    expect([byToken.ends, byProof.ends]).toEqual([['refused'], ['refused']]);
  });

  it('shows nobody who has hung up, or isn’t asked any more, while the proof was checked', async () => {
    await ask('Zoé');
    const said = await proofOf(caller);
    strange(said, caller).call.end('left');
    const { ends } = strange(said, callerOf('late'));
    await settled(ends);
    expect(stageOf(scene).waiting).toEqual([]);
    const asked = strange(said, caller);
    stageOf(scene).withdraw();
    await settled(asked.ends);
    expect([asked.ends, stageOf(scene).waiting]).toEqual([['refused'], []]);
  });

  it('is full for whoever was tapped, too', async () => {
    await stageOf(scene).invite();
    const { seat, token } = stageOf(scene).invitation!;
    for (let i = 0; i < GUESTS_WAITING_MAX; i++) strange(knockOf(token, ''), callerOf(`guest ${i}`), seat);
    await ask('Zoé');
    const { ends } = strange(await proofOf(caller), caller);
    await settled(ends);
    expect(ends).toEqual(['full']);
  });
});

describe('the proof', () => {
  const { broadcastId, guest } = JSON.parse(readFileSync('tests/vectors/room-1.json', 'utf8')) as {
    broadcastId: string;
    guest: CallerMarks & { seat: string; knock: object };
  };

  it('is as the vectors keep it', async () => {
    const { publicKey, signature } = readKeyKnock(guest.knock)!;
    const holds = (id: string, seat: string, marks: CallerMarks): Promise<boolean> =>
      verifier.verify('guest', publicKey, guestSigned(id, seat, marks)!, signature);
    expect(await holds(broadcastId, guest.seat, guest)).toBe(true);
    expect(await holds('b'.repeat(26), guest.seat, guest)).toBe(false);
    expect(await holds(broadcastId, 'b'.repeat(26), guest)).toBe(false);
    expect(await holds(broadcastId, guest.seat, { ...guest, peer: `${guest.peer}a` })).toBe(false);
    expect(await holds(broadcastId, guest.seat, { ...guest, fingerprint: '0'.repeat(64) })).toBe(false);
  });

  it('isn’t given where there is no certificate that it could be for', async () => {
    const silent: Signer = { ...makeSigner(), sign: () => Promise.reject(new Error('it signs')) };
    const said = await passByComment(silent, broadcastId, guest.seat).knock('', {
      peer: 'x',
      fingerprint: undefined,
    });
    expect(readKeyKnock(said)).toBeUndefined();
  });

  it('is read without a throw, whatever anybody says', () => {
    const some = fc.oneof(fc.anything(), fc.constant(1), fc.base64String());
    fc.assert(fc.property(some, some, some, (v, key, proof) => void readKeyKnock({ v, key, proof })));
    fc.assert(fc.property(fc.anything(), (said) => void readKeyKnock(said)));
  });
});
