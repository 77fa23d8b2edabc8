// The broadcaster's side of admission: who asks at a signaling server for a ticket gets one for the tag that the server gave the
// asking. One signature each; who asks more than an address ever needs gets none, and what it says is held.

import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import { base64, base64Bytes } from '../base/bytes.ts';
import type { Clock, Signer, Verifier } from '../ports.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import {
  OFFICE_TAGS_MAX,
  TAG_TICKETS_BURST,
  TAG_TICKETS_PER_SECOND,
  TICKET_S,
  TICKETS_BURST,
  TICKETS_PER_SECOND,
} from '../room/room-limits.ts';
import { encodeTicket, ticketAsked, ticketSigned } from '../room/ticket.ts';
import { readTicketAsk, type TicketAnswer } from './ticket-message.ts';

/** What an office works with. */
export interface TicketOfficeParts {
  clock: Clock;
  signer: Signer;
  verifier: Verifier;
}

/** Gives tickets out, as long as the broadcast is on air. */
export class TicketOffice {
  readonly #parts: TicketOfficeParts;
  readonly #all: Allowance;
  readonly #byTag = new BoundedMap<string, Allowance>(OFFICE_TAGS_MAX);

  constructor(parts: TicketOfficeParts) {
    this.#parts = parts;
    this.#all = fullAllowance(TICKETS_BURST, parts.clock.nowMs());
  }

  /** The answer to what came as an offer; undefined: that is no asking, or gets no answer. */
  async answer(payload: unknown, tag: string | undefined): Promise<TicketAnswer | undefined> {
    const ask = readTicketAsk(payload);
    if (!ask) return undefined;
    // A server that knows no addresses: there is nothing to say, and no use in asking again.
    if (tag === undefined) return { v: 1, ticket: '' };
    if (!this.#mayHave(tag)) return undefined;
    const { clock, signer, verifier } = this.#parts;
    const [publicKey, proof] = [base64Bytes(ask.admit), base64Bytes(ask.proof)];
    if (!publicKey || !proof) return undefined;
    if (!(await verifier.verify('ticket', publicKey, ticketAsked(signer.broadcastId), proof)))
      return undefined;
    const said = { tag, expiryS: Math.floor(clock.wallUs() / 1e6) + TICKET_S };
    const signature = await signer.sign('ticket', ticketSigned(signer.broadcastId, publicKey, said));
    return { v: 1, ticket: base64(encodeTicket({ ...said, signature })) };
  }

  /** One address takes no more than its share, and all together no more than the broadcaster's machine signs in passing. */
  #mayHave(tag: string): boolean {
    const nowMs = this.#parts.clock.nowMs();
    const ofTag = this.#byTag.get(tag) ?? fullAllowance(TAG_TICKETS_BURST, nowMs);
    this.#byTag.set(tag, ofTag);
    if (!take(ofTag, nowMs, TAG_TICKETS_PER_SECOND, TAG_TICKETS_BURST)) return false;
    return take(this.#all, nowMs, TICKETS_PER_SECOND, TICKETS_BURST);
  }
}
