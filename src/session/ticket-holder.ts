// The ticket of one viewer: asked for before its first words, and again when it grows old or nobody answered.

import type { Bytes } from '../base/bytes.ts';
import type { Signer } from '../ports.ts';
import { TICKET_S } from '../room/room-limits.ts';
import type { RoomEdges } from './room-edges.ts';
import { requestTicket, type TicketRequestParts } from './ticket-request.ts';

/** When nobody answered, ms: the server may be back, and asking costs whoever speaks seconds. */
const AGAIN_MS = 60_000;
/** A ticket is replaced when half its time is over, ms: clocks may differ. */
const OLD_MS = (TICKET_S * 1000) / 2;

/** Asks one at a time. */
export class TicketHolder {
  readonly #parts: TicketRequestParts & { edges: Pick<RoomEdges, 'publicKey'> };
  #asked: Promise<Bytes | undefined> | undefined;
  #goodUntilMs = -Infinity;

  constructor(parts: TicketRequestParts & { edges: Pick<RoomEdges, 'publicKey'> }) {
    this.#parts = parts;
  }

  /** The bytes of the ticket of this key, or undefined when there is none to be had. */
  of(signer: Signer): Promise<Bytes | undefined> {
    const { clock, edges } = this.#parts;
    if (this.#asked && clock.nowMs() < this.#goodUntilMs) return this.#asked;
    if (!edges.publicKey) return Promise.resolve(undefined);
    this.#goodUntilMs = Infinity;
    this.#asked = this.#ask(signer, edges.publicKey);
    return this.#asked;
  }

  async #ask(signer: Signer, rootKey: Bytes): Promise<Bytes | undefined> {
    const outcome = await requestTicket(this.#parts, signer, rootKey);
    this.#goodUntilMs = this.#parts.clock.nowMs() + (outcome.is === 'silence' ? AGAIN_MS : OLD_MS);
    return outcome.is === 'ticket' ? outcome.bytes : undefined;
  }
}
