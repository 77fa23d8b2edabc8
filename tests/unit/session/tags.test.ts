// Whose word on addresses a broadcaster takes: that of a server that makes it prove its id, as ours does. Real sockets.

import type { AddressInfo } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { base64, base64Bytes } from '../../../src/base/bytes.ts';
import { createOverlay } from '../../../src/overlay/state.ts';
import { openClock } from '../../../src/platform/clock.ts';
import { random } from '../../../src/platform/random.ts';
import { prepareForPeerJs } from '../../../src/rendezvous/node-globals.ts';
import { openRendezvousWith } from '../../../src/rendezvous/rendezvous.ts';
import { decodeTicket, ticketAsked } from '../../../src/room/ticket.ts';
import { Registrations } from '../../../src/session/registrations.ts';
import { TicketOffice } from '../../../src/session/ticket-office.ts';
import { readTicketAnswer } from '../../../src/session/ticket-message.ts';
import { startServer } from '../../../src/server/server.ts';
import { makeSigner, verifier } from '../feed/samples.ts';
import { addressFor, Client } from '../server/client.ts';
import { startCareless } from './careless-server.ts';

const MADE_UP = 'feedfacefeedface';

const openRendezvous = openRendezvousWith(openClock(), random);

beforeAll(prepareForPeerJs);

/** The ticket that a broadcaster at that server gives whoever asks with a made-up tag, in base64; '' for none. */
async function ticketAt(port: number): Promise<string | undefined> {
  const signer = makeSigner();
  const { broadcastId, publicKey } = signer;
  const clock = openClock();
  const office = new TicketOffice({ clock, signer, verifier });
  const about = { broadcastId, peer: '', slots: 1, seed: random.bytes(16) };
  const overlay = createOverlay({
    ...about,
    ...{ role: 'root', publicKey: base64(publicKey), epoch: 1, clockOffsetUs: 0 },
  });
  let registrations: Registrations | undefined;
  await new Promise<void>((resolve) => {
    const parts = {
      ...{ clock, openRendezvous, signer, servers: Promise.resolve([`http://127.0.0.1:${port}`]) },
      answer: (payload: unknown, tag: string | undefined) => office.answer(payload, tag),
    };
    registrations = new Registrations(parts, overlay, ({ type }) => {
      if (type === 'rendezvous-opened') resolve();
    });
    void registrations.open();
  });
  const client = new Client(addressFor(port, 'asks').replace('/peerjs?', '/peerjs/peerjs?'));
  expect((await client.next()).type).toBe('OPEN');
  const viewer = makeSigner();
  const proof = base64(await viewer.sign('ticket', ticketAsked(broadcastId)));
  const payload = { v: 1, admit: base64(viewer.publicKey), proof };
  client.send({ type: 'OFFER', dst: broadcastId, payload, tag: MADE_UP });
  const answer = readTicketAnswer((await client.next()).payload);
  client.socket.close();
  registrations?.closeAll();
  return answer?.ticket;
}

it('gives no ticket for the tag of a server that doesn’t make it prove its id', async () => {
  const server = await startCareless();
  expect(await ticketAt((server.address() as AddressInfo).port)).toBe('');
  server.close();
});

it('gives a ticket for the tag of a server that does, and never for one that a client has made up', async () => {
  const server = await startServer({ port: 0 });
  const ticket = decodeTicket(base64Bytes((await ticketAt(server.port)) ?? '') ?? new Uint8Array());
  expect(ticket?.tag).toMatch(/^[0-9a-f]{16}$/);
  expect(ticket?.tag).not.toBe(MADE_UP);
  await server.close();
});
