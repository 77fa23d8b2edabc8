// An admission ticket: the broadcaster's word that a comment key came from a place that its signaling server calls by a tag. The tag
// says of two keys that they came from one address, and of the address nothing. docs/wire-room.md is the law for its bytes.

import { concatBytes, hex, hexBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';

const TAG_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Bytes of a ticket: tag, expiry, signature. */
export const TICKET_BYTES = TAG_BYTES + 4 + SIGNATURE_BYTES;

/** What a ticket says; nothing of it is believed before its signature was checked with the key that it came with. */
export interface Ticket {
  /** 16 hex characters. */
  tag: string;
  /** Unix time by the broadcaster's clock, s: only the broadcaster looks at it. */
  expiryS: number;
  signature: Bytes;
}

/** What the broadcaster signs, under the label `ticket`. */
export function ticketSigned(
  broadcastId: string,
  publicKey: Uint8Array,
  { tag, expiryS }: Omit<Ticket, 'signature'>,
): Bytes {
  return concatBytes(utf8Bytes(broadcastId), publicKey, head(tag, expiryS));
}

/** What a comment key signs to be given a ticket, under the same label: nobody else is to have one for it. */
export function ticketAsked(broadcastId: string): Bytes {
  return utf8Bytes(broadcastId);
}

/** The bytes. */
export function encodeTicket({ tag, expiryS, signature }: Ticket): Bytes {
  return concatBytes(head(tag, expiryS), signature);
}

/** Reads the TICKET_BYTES bytes of a ticket. Undefined: they aren't so many. */
export function decodeTicket(bytes: Bytes): Ticket | undefined {
  if (bytes.length !== TICKET_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    tag: hex(bytes.subarray(0, TAG_BYTES)),
    expiryS: view.getUint32(TAG_BYTES),
    signature: bytes.slice(TAG_BYTES + 4),
  };
}

function head(tag: string, expiryS: number): Bytes {
  const bytes = new Uint8Array(TAG_BYTES + 4);
  bytes.set(hexBytes(tag));
  new DataView(bytes.buffer).setUint32(TAG_BYTES, expiryS);
  return bytes;
}
