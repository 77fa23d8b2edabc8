// Admission tickets between real sessions: asked for at the signaling server, checked at every hop, muted by address.

import { expect, it } from 'vitest';
import { tagOf, Town, type Townsman } from '../../fakes/town.ts';
import { base64, base64Bytes, concatBytes } from '../../../src/base/bytes.ts';
import { decodeSaid } from '../../../src/room/comment-codec.ts';
import { encodeRise } from '../../../src/room/rise-message.ts';
import { TAG_TICKETS_BURST, TICKETS_BURST } from '../../../src/room/room-limits.ts';
import { decodeTicket, encodeTicket, ticketAsked, ticketSigned } from '../../../src/room/ticket.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import { TicketOffice } from '../../../src/session/ticket-office.ts';
import { makeSigner, verifier } from '../feed/samples.ts';
import { say } from '../room/samples.ts';

const signer = makeSigner();
const textsOf = (room: { comments: readonly { text: string }[] } | undefined): string[] =>
  (room?.comments ?? []).map(({ text }) => text);

async function comment(town: Town, viewer: Townsman, text: string): Promise<void> {
  await viewer.session.room!.comment(text, '');
  await town.clock.pass(1500);
}

async function open(isStock = false): Promise<{ town: Town; session: LiveBroadcast; near: Townsman }> {
  const town = new Town();
  town.isStock = isStock;
  const { session } = town.broadcast(signer, 1);
  await town.clock.pass(500);
  const near = town.watch(signer.broadcastId, 8);
  await town.clock.pass(3000);
  return { town, session, near };
}

async function arrive(town: Town, address: string): Promise<Townsman> {
  const viewer = town.watch(signer.broadcastId, 0, undefined, { address });
  await town.clock.pass(3000);
  expect((await viewer.session.getStats()).depth).toBe(2);
  return viewer;
}

it('a muted person comes back with new keys from its address and is heard no more; others are', async () => {
  const { town, session, near } = await open();
  const first = await arrive(town, 'home');
  await comment(town, first, 'insult');
  expect(textsOf(session.room)).toEqual(['insult']);
  session.room.mute(session.room.comments[0]!.id);
  first.kill();
  for (let i = 0; i < 5; i++) {
    const again = await arrive(town, 'home');
    await comment(town, again, `insult ${i}`);
    expect([textsOf(near.session.room), session.room.held]).toEqual([[], []]);
    again.kill();
  }
  const other = await arrive(town, 'elsewhere');
  await comment(town, other, 'bonjour');
  expect(textsOf(near.session.room)).toEqual(['bonjour']);
  expect((await near.session.getStats()).rejected).toBe(0);
});

it('with a stock server keys are all there is: what a new one says is held until the broadcaster approves', async () => {
  const { town, session, near } = await open(true);
  await comment(town, near, 'bonjour');
  expect([textsOf(near.session.room), session.room.held.map(({ why }) => why)]).toEqual([[], ['new']]);
  session.room.approve(session.room.held[0]!.id);
  await comment(town, near, 'encore');
  expect(textsOf(near.session.room)).toEqual(['bonjour', 'encore']);
});

it('speaks without a ticket where the signaling server is gone, and is held', async () => {
  const { town, session, near } = await open();
  town.rendezvous.fail(town.servers[0]!);
  await near.session.room!.comment('anybody?', '');
  await town.clock.pass(6000);
  expect(session.room.held.map(({ text }) => text)).toEqual(['anybody?']);
});

it('with a forged ticket costs the edge it comes over, and nothing is heard', async () => {
  const { town, session, near } = await open();
  const hostile = await arrive(town, 'hostile');
  const speaker = makeSigner();
  const told = { tag: tagOf('made up'), expiryS: 2 ** 32 - 1 };
  const statement = ticketSigned(signer.broadcastId, speaker.publicKey, told);
  const ticket = encodeTicket({ ...told, signature: await speaker.sign('ticket', statement) });
  const said = await say(speaker, { epoch: 100 }, signer.broadcastId);
  const whole = decodeSaid(concatBytes(said.bytes, ticket));
  if (!whole.ok) throw new Error(whole.code);
  hostile.shout(encodeRise({ hearts: 0, leftOut: 0, said: [whole.value] }));
  await town.clock.pass(1000);
  expect([textsOf(session.room), session.room.held]).toEqual([[], []]);
  expect((await near.session.getStats()).rejected).toBe(1);
});

it('a ticket that has run out is none', async () => {
  const { town, session, near } = await open();
  const hostile = await arrive(town, 'hostile');
  const speaker = makeSigner();
  const told = { tag: tagOf('old'), expiryS: 1 };
  const statement = ticketSigned(signer.broadcastId, speaker.publicKey, told);
  const ticket = encodeTicket({ ...told, signature: await signer.sign('ticket', statement) });
  const said = await say(speaker, { epoch: 100 }, signer.broadcastId);
  const whole = decodeSaid(concatBytes(said.bytes, ticket));
  if (!whole.ok) throw new Error(whole.code);
  hostile.shout(encodeRise({ hearts: 0, leftOut: 0, said: [whole.value] }));
  await town.clock.pass(1000);
  expect([textsOf(near.session.room), session.room.held.length]).toEqual([[], 1]);
});

it('the office signs for the key that asks, no more than an address needs, and no more than it can', async () => {
  const town = new Town();
  const office = new TicketOffice({ clock: town.clock, signer, verifier });
  const ask = async (by = makeSigner(), of = by) => ({
    ...{ v: 1, admit: base64(of.publicKey) },
    proof: base64(await by.sign('ticket', ticketAsked(signer.broadcastId))),
  });
  const viewer = makeSigner();
  const answer = await office.answer(await ask(viewer), tagOf('home'));
  const ticket = decodeTicket(base64Bytes(answer!.ticket)!)!;
  const statement = ticketSigned(signer.broadcastId, viewer.publicKey, ticket);
  expect(await verifier.verify('ticket', signer.publicKey, statement, ticket.signature)).toBe(true);
  expect(ticket.tag).toBe(tagOf('home'));
  expect(await office.answer(await ask(makeSigner(), viewer), tagOf('thief'))).toBeUndefined();
  expect(await office.answer(await ask(), undefined)).toEqual({ v: 1, ticket: '' });
  expect(await office.answer({ v: 1, join: 'x' }, tagOf('home'))).toBeUndefined();
  let given = 0;
  for (let i = 0; i < 100; i++) if (await office.answer(await ask(), tagOf('one address'))) given++;
  expect(given).toBe(TAG_TICKETS_BURST);
  const theSame = await ask();
  for (let i = 0; i < 700; i++) if (await office.answer(theSame, tagOf(`address ${i}`))) given++;
  expect(given).toBeLessThanOrEqual(TICKETS_BURST);
});
