// What a viewer says, signed by a key that it made for this broadcast. docs/wire-room.md is the law for its bytes.
// The decoder is total: any bytes give a said thing or a code; nothing is believed before its signature was checked.

import { concatBytes, hex, utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { COMMENT_BYTES_MAX, NAME_BYTES_MAX } from './room-limits.ts';
import { isCleanComment, isCleanName } from './text-rules.ts';
import { SEALED_TEXT_BYTES_MAX } from './sealed-text.ts';
import { decodeTicket, TICKET_BYTES, type Ticket } from './ticket.ts';

/** A comment; a question; a vote for the question `target`; a report of the comment `target` (0: of the broadcast). */
export type SaidKind = 'comment' | 'question' | 'vote' | 'report';

/** What is said. */
export interface Said {
  kind: SaidKind;
  /** Of the broadcast it was said in; it counts in no other. */
  epoch: number;
  /** Grows with everything that a key says. */
  counter: number;
  /** The number that the broadcaster gave; 0 where it means nothing. */
  target: number;
  /** '' for none. */
  name: string;
  /** Of a report: the reason, or ''. Of a vote ''. */
  text: string;
}

/** The same, as it came. */
export interface SignedSaid extends Said {
  /** The first 8 bytes of the key in hex: who says it, as far as anybody knows. */
  author: string;
  publicKey: Bytes;
  /** In a private broadcast, name and text as they travel: only who has the link's key reads them, and both are '' until then. */
  sealed?: Bytes;
  /** Shows where the key came from; absent: nobody knows. */
  ticket?: Ticket;
  /** Of the ticket. */
  tag?: string | undefined;
  /** What the signature covers, but for the label and the broadcast id. */
  body: Bytes;
  signature: Bytes;
  /** Everything, as it travels. */
  bytes: Bytes;
}

/** Why bytes are nothing said. */
export type SaidCode = 'truncated' | 'too-long' | 'kind' | 'utf8' | 'target' | 'sealed';

const KINDS: readonly SaidKind[] = ['comment', 'question', 'vote', 'report'];
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const AUTHOR_BYTES = 8;
const NO_BYTES = new Uint8Array(0);
/** Kind, key, epoch, counter, target, and the lengths of name and text. */
const FIXED_BYTES = 1 + KEY_BYTES + 4 + 4 + 4 + 1 + 2;

/** Bit of the kind that says that name and text are sealed. */
const SEALED = 0x80;

/** Bytes of the longest. */
export const SAID_BYTES_MAX =
  FIXED_BYTES + NAME_BYTES_MAX + COMMENT_BYTES_MAX + SIGNATURE_BYTES + TICKET_BYTES;
/** Bytes of the longest that is sealed. */
export const SEALED_SAID_BYTES_MAX = FIXED_BYTES + SEALED_TEXT_BYTES_MAX + SIGNATURE_BYTES + TICKET_BYTES;

/** What is to be signed, with `saidSigned` before it. `sealed` goes in the place of name and text. */
export function encodeSaidBody(said: Said, publicKey: Uint8Array, sealed?: Uint8Array): Bytes {
  const name = sealed ? NO_BYTES : utf8Bytes(said.name);
  const text = sealed ?? utf8Bytes(said.text);
  const numbers = new Uint8Array(12);
  const view = new DataView(numbers.buffer);
  view.setUint32(0, said.epoch);
  view.setUint32(4, said.counter);
  view.setUint32(8, said.target);
  const lengths = [name.length, text.length >> 8, text.length & 0xff];
  const kind = KINDS.indexOf(said.kind) | (sealed ? SEALED : 0);
  return concatBytes([kind], publicKey, numbers, lengths, name, text);
}

/** What the signature of a body covers, under the label `comment`. */
export function saidSigned(broadcastId: string, body: Uint8Array): Bytes {
  return concatBytes(utf8Bytes(broadcastId), body);
}

/** Reads what somebody says; its signature is still to be checked. */
export function decodeSaid(bytes: Bytes): Result<SignedSaid, SaidCode> {
  if (bytes.length < FIXED_BYTES + SIGNATURE_BYTES) return { ok: false, code: 'truncated' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSealed = (view.getUint8(0) & SEALED) !== 0;
  if (bytes.length > (isSealed ? SEALED_SAID_BYTES_MAX : SAID_BYTES_MAX))
    return { ok: false, code: 'too-long' };
  const kind = KINDS[view.getUint8(0) & ~SEALED];
  if (!kind) return { ok: false, code: 'kind' };
  const nameEnd = FIXED_BYTES + view.getUint8(FIXED_BYTES - 3);
  const textEnd = nameEnd + view.getUint16(FIXED_BYTES - 2);
  const saidEnd = textEnd + SIGNATURE_BYTES;
  const ticket = decodeTicket(bytes.slice(saidEnd));
  if (saidEnd !== bytes.length && !ticket) return { ok: false, code: 'truncated' };
  if (isSealed && nameEnd !== FIXED_BYTES) return { ok: false, code: 'sealed' };
  const sealed = isSealed ? bytes.slice(nameEnd, textEnd) : undefined;
  const name = utf8Text(bytes.subarray(FIXED_BYTES, nameEnd));
  const text = sealed ? '' : utf8Text(bytes.subarray(nameEnd, textEnd));
  if (name === undefined || text === undefined) return { ok: false, code: 'utf8' };
  const target = view.getUint32(1 + KEY_BYTES + 8);
  if ((kind === 'comment' || kind === 'question') !== (target === 0) && kind !== 'report')
    return { ok: false, code: 'target' };
  const publicKey = bytes.slice(1, 1 + KEY_BYTES);
  return {
    ok: true,
    value: {
      ...{ kind, target, name, text, publicKey, bytes },
      epoch: view.getUint32(1 + KEY_BYTES),
      counter: view.getUint32(1 + KEY_BYTES + 4),
      author: authorOf(publicKey),
      body: bytes.slice(0, textEnd),
      signature: bytes.slice(textEnd, saidEnd),
      ...(sealed && { sealed }),
      ...(ticket && { ticket, tag: ticket.tag }),
    },
  };
}

/** Who a key is in the room. */
export function authorOf(publicKey: Uint8Array): string {
  return hex(publicKey.subarray(0, AUTHOR_BYTES));
}

/** Whether name and text keep the rules for text. Another browser may know other characters: what doesn't is dropped, no more. */
export function isCleanSaid({ kind, name, text }: Said): boolean {
  if (!isCleanName(name)) return false;
  return kind === 'vote' || (kind === 'report' && text === '') ? text === '' : isCleanComment(text);
}
