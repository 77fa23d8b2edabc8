// Somebody else behind a broadcast's id: a server that lies, or an id that was taken. Whoever follows the link believes nothing of it.

import { expect, it } from 'vitest';
import { tagOf, Town } from '../../fakes/town.ts';
import { base64, base64Bytes } from '../../../src/base/bytes.ts';
import { encodeTicket, ticketSigned } from '../../../src/room/ticket.ts';
import { requestTicket } from '../../../src/session/ticket-request.ts';
import { makeSigner, verifier } from '../feed/samples.ts';

const signer = makeSigner();
const other = makeSigner();

it('a broadcast under the right id with another key is not shown, not one packet of it (A5)', async () => {
  const town = new Town();
  town.broadcast({ ...other, broadcastId: signer.broadcastId, sign: other.sign.bind(other) }, 2);
  await town.clock.pass(500);
  const viewer = town.watch(signer.broadcastId, 0);
  await town.clock.pass(5000);
  const stats = await viewer.session.getStats();
  expect(stats.state).not.toBe('live');
  expect(stats.rejected).toBeGreaterThan(0);
  expect(viewer.player.packets).toEqual([]);
});

it('a ticket that somebody else signed is none: with it, hops would cut who speaks', async () => {
  const town = new Town();
  const speaker = makeSigner();
  const [server] = town.servers;
  const impostor = town.rendezvous.open(server!, signer.broadcastId, {
    opened: () => undefined,
    absent: () => undefined,
    lost: () => undefined,
    taken: () => undefined,
    message(from, _kind, payload) {
      const { admit } = payload as { admit: string };
      const told = { tag: tagOf('made up'), expiryS: 2 ** 32 - 1 };
      const statement = ticketSigned(signer.broadcastId, base64Bytes(admit)!, told);
      void other.sign('ticket', statement).then((signature) => {
        const ticket = base64(encodeTicket({ ...told, signature }));
        impostor.send(from, 'answer', { v: 1, ticket });
      });
    },
  });
  await town.clock.pass(100);
  const parts = {
    ...{ clock: town.clock, verifier, broadcastId: signer.broadcastId },
    random: { fraction: () => 0.5, bytes: (length: number) => new Uint8Array(length).fill(5) },
    openRendezvous: town.rendezvous.open,
    servers: Promise.resolve(town.servers),
  };
  const outcome = requestTicket(parts, speaker, signer.publicKey);
  await town.clock.pass(1000);
  expect(await outcome).toEqual({ is: 'none' });
});
