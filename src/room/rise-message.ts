// The one message of the room that travels up an edge: sums since the edge opened, and what was said. docs/wire-control.md.
// Sums only grow, so a message that is lost with its edge costs what it carried and nothing is ever counted twice.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { decodeSaid, type SignedSaid } from './comment-codec.ts';
import { RISE_TYPE } from './rise-type.ts';
import { RISE_COMMENTS_MAX, SUM_MAX } from './room-limits.ts';

const HEAD_BYTES = 14;
/** The high bytes of a sum are worth so much. */
const HIGH = 2 ** 32;

/** What a hop tells its parent. */
export interface Rise {
  /** Hearts of the sender's subtree since this edge opened. */
  hearts: number;
  /** Comments that were left out on the way, below and at the sender, since this edge opened. */
  leftOut: number;
  said: SignedSaid[];
}

/** Why a message of the room is refused. */
export type RiseCode = 'truncated' | 'count' | 'said';

/** The bytes; `said` as they came. */
export function encodeRise({ hearts, leftOut, said }: Rise): Bytes {
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = RISE_TYPE;
  const view = new DataView(head.buffer);
  writeSum(view, 1, hearts);
  writeSum(view, 7, leftOut);
  head[13] = said.length;
  const parts = said.flatMap(({ bytes }) => [[bytes.length >> 8, bytes.length & 0xff], bytes]);
  return concatBytes(head, ...parts);
}

/** Reads a message of the room. */
export function decodeRise(bytes: Bytes): Result<Rise, RiseCode> {
  if (bytes.length < HEAD_BYTES || bytes[0] !== RISE_TYPE) return { ok: false, code: 'truncated' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint8(13);
  if (count > RISE_COMMENTS_MAX) return { ok: false, code: 'count' };
  const said: SignedSaid[] = [];
  let at = HEAD_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) return { ok: false, code: 'truncated' };
    const end = at + 2 + view.getUint16(at);
    if (end > bytes.length) return { ok: false, code: 'truncated' };
    const one = decodeSaid(bytes.slice(at + 2, end));
    if (!one.ok) return { ok: false, code: 'said' };
    said.push(one.value);
    at = end;
  }
  if (at !== bytes.length) return { ok: false, code: 'truncated' };
  return { ok: true, value: { hearts: readSum(view, 1), leftOut: readSum(view, 7), said } };
}

function writeSum(view: DataView, at: number, sum: number): void {
  const bounded = Math.min(SUM_MAX, sum);
  view.setUint16(at, Math.floor(bounded / HIGH));
  view.setUint32(at + 2, bounded % HIGH);
}

function readSum(view: DataView, at: number): number {
  return view.getUint16(at) * HIGH + view.getUint32(at + 2);
}
