// The viewer's side of admission: one short visit at the signaling server, under an id made for it, before the first thing said.
// Whatever goes wrong, what is said goes up without a ticket, and the broadcaster holds it.

import { base64, base64Bytes, type Bytes } from '../base/bytes.ts';
import type { Clock, OpenRendezvous, Random, Signer, Verifier } from '../ports.ts';
import { decodeTicket, ticketAsked, ticketSigned } from '../room/ticket.ts';
import { askInTurn, type FrontDoor } from './front-door.ts';
import { peerIdOf } from './peer-id.ts';
import { readTicketAnswer, type TicketAsk } from './ticket-message.ts';

/** How long a person's first words wait for it, ms: longer than any server that answers takes. */
const ASKED_MS_MAX = 4000;

/** What is needed to ask. */
export interface TicketRequestParts {
  clock: Clock;
  random: Random;
  verifier: Verifier;
  openRendezvous: OpenRendezvous;
  servers: Promise<readonly string[]>;
  broadcastId: string;
}

/** What came of asking: the ticket's bytes; `none` where there are none to be had; `silence` when nobody answered. */
export type TicketOutcome = { is: 'ticket'; bytes: Bytes } | { is: 'none' | 'silence' };

/** Asks for a ticket for a comment key. `rootKey`: the broadcast's, which a true ticket is signed with. Never rejects. */
export async function requestTicket(
  parts: TicketRequestParts,
  signer: Signer,
  rootKey: Bytes,
): Promise<TicketOutcome> {
  const { verifier, broadcastId } = parts;
  const proof = await signer.sign('ticket', ticketAsked(broadcastId));
  const answer = await ask(parts, { v: 1, admit: base64(signer.publicKey), proof: base64(proof) });
  if (answer === undefined) return { is: 'silence' };
  const bytes = base64Bytes(answer);
  const ticket = bytes && decodeTicket(bytes);
  if (!bytes || !ticket) return { is: 'none' };
  // A hop would cut us off for a forged one.
  const signed = ticketSigned(broadcastId, signer.publicKey, ticket);
  const isGenuine = await verifier.verify('ticket', rootKey, signed, ticket.signature);
  return isGenuine ? { is: 'ticket', bytes } : { is: 'none' };
}

/** What the broadcaster answers; undefined when it doesn't. */
async function ask(
  { clock, random, openRendezvous, servers, broadcastId }: TicketRequestParts,
  payload: TicketAsk,
): Promise<string | undefined> {
  const known = await servers.catch((): string[] => []);
  if (known.length === 0) return undefined;
  return new Promise((resolve) => {
    const end = (answer?: string): void => {
      stop();
      door.close();
      resolve(answer);
    };
    const stop = clock.after(ASKED_MS_MAX, () => end());
    const door: FrontDoor = askInTurn(openRendezvous, clock, known, peerIdOf(random), {
      opened: () => door.send(broadcastId, 'offer', payload),
      message: (from, _kind, said) => {
        const answer = from === broadcastId ? readTicketAnswer(said) : undefined;
        if (answer) end(answer.ticket);
      },
      absent: () => end(),
      lost: () => end(),
      taken: () => end(),
    });
  });
}
