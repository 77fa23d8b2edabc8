// Asking for a ticket at a signaling server that may be anybody's: what it answers is believed only as far as the broadcaster signed it.

import { describe, expect, it } from 'vitest';
import { base64 } from '../../../src/base/bytes.ts';
import { random } from '../../../src/platform/random.ts';
import type { OpenRendezvous, Signer } from '../../../src/ports.ts';
import { encodeTicket, ticketSigned } from '../../../src/room/ticket.ts';
import { requestTicket, type TicketOutcome } from '../../../src/session/ticket-request.ts';
import { tagOf, Town } from '../../fakes/town.ts';
import { makeSigner, verifier } from '../feed/samples.ts';

const broadcaster = makeSigner();
const speaker = makeSigner();

/** A ticket for `holder` that `by` has signed. */
async function ticketOf(by: Signer, holder = speaker): Promise<string> {
  const told = { tag: tagOf('home'), expiryS: 2 ** 32 - 1 };
  const signature = await by.sign('ticket', ticketSigned(broadcaster.broadcastId, holder.publicKey, told));
  return base64(encodeTicket({ ...told, signature }));
}

/** What comes of asking where this is the answer. */
async function ask(ticket: string): Promise<TicketOutcome> {
  const { clock } = new Town();
  const openRendezvous: OpenRendezvous = (_server, id, events) => {
    clock.after(1, () => events.opened(id));
    return {
      send(to) {
        clock.after(1, () => events.message(to, 'answer', { v: 1, ticket }));
        return true;
      },
      close: () => undefined,
    };
  };
  const servers = Promise.resolve(['https://signal.example']);
  const { broadcastId, publicKey } = broadcaster;
  const asked = requestTicket(
    { clock, random, verifier, openRendezvous, servers, broadcastId },
    speaker,
    publicKey,
  );
  await clock.pass(1000);
  return asked;
}

describe('a ticket that a server hands out', () => {
  it('is taken when the broadcaster signed it for the key that asks', async () => {
    expect(await ask(await ticketOf(broadcaster))).toMatchObject({ is: 'ticket' });
  });

  it('is none when somebody else signed it, when it is another key’s, and when it is no ticket', async () => {
    expect(await ask(await ticketOf(makeSigner()))).toEqual({ is: 'none' });
    expect(await ask(await ticketOf(broadcaster, makeSigner()))).toEqual({ is: 'none' });
    expect(await ask(base64(new Uint8Array(8)))).toEqual({ is: 'none' });
  });
});
