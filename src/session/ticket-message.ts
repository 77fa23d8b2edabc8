// How a ticket is asked for and given, as payloads of OFFER and ANSWER through the signaling server. docs/wire-room.md.

import { fieldsOf } from './fields.ts';

/** A comment key asks; both base64: 32 bytes, and the 64 of its signature over the asking. */
export interface TicketAsk {
  v: 1;
  admit: string;
  proof: string;
}

/** The ticket in base64; '' where the server gives no tags. */
export interface TicketAnswer {
  v: 1;
  ticket: string;
}

/** Characters of 64 bytes and of 76 in base64. */
const BASE64_MAX = 104;

/** Reads what may be an asking. */
export function readTicketAsk(payload: unknown): TicketAsk | undefined {
  const { v, admit, proof } = fieldsOf(payload);
  return v === 1 && isShort(admit) && isShort(proof) ? { v, admit, proof } : undefined;
}

/** Reads what may be the answer. */
export function readTicketAnswer(payload: unknown): TicketAnswer | undefined {
  const { v, ticket } = fieldsOf(payload);
  return v === 1 && isShort(ticket) ? { v, ticket } : undefined;
}

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length <= BASE64_MAX;
}
