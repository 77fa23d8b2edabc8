// What a moderator wants done: a request, signed by the moderator's key, with the broadcaster's word that this key may ask.
// docs/wire-room.md is the law for its bytes. The decoder is total; nothing is believed before both signatures were checked.

import { concatBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { authorOf } from './comment-codec.ts';
import { ACT_TYPE } from './rise-type.ts';

const KINDS = ['hide', 'mute', 'approve', 'dismiss', 'keep', 'pin', 'shield', 'undo-shield'] as const;

/** As the broadcaster's own acts of these names. `pin` without a target: nothing is being answered any more. */
export type ActKind = (typeof KINDS)[number];

/** One request. */
export interface Act {
  kind: ActKind;
  epoch: number;
  /** `n` of the newest room packet that the moderator had: an old request counts no more. */
  seen: number;
  /** Makes two requests for the same thing different ones. */
  nonce: number;
  /** Of a comment or question; 0 where it means nothing. */
  target: number;
}

/** The same, as it came. */
export interface SignedAct extends Act {
  /** The first 8 bytes of the key in hex. */
  author: string;
  publicKey: Bytes;
  /** What the signature covers, but for the label and the broadcast id. */
  body: Bytes;
  signature: Bytes;
  /** The broadcaster's signature for the key. */
  delegation: Bytes;
  /** Everything, as it travels. */
  bytes: Bytes;
}

/** Why bytes are no request. */
export type ActCode = 'size' | 'kind' | 'target';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const BODY_BYTES = 1 + KEY_BYTES + 4 * 4;

/** Bytes of each. */
export const ACT_BYTES = BODY_BYTES + 2 * SIGNATURE_BYTES;

/** What the broadcaster signs to make a key a moderator's, under the label `delegate`. */
export function delegationSigned(broadcastId: string, publicKey: Uint8Array): Bytes {
  return concatBytes(utf8Bytes(broadcastId), publicKey);
}

/** What is to be signed, with `actSigned` before it. */
export function encodeActBody({ kind, epoch, seen, nonce, target }: Act, publicKey: Uint8Array): Bytes {
  const numbers = new Uint8Array(4 * 4);
  const view = new DataView(numbers.buffer);
  [epoch, seen, nonce, target].forEach((number, i) => view.setUint32(4 * i, number));
  return concatBytes([KINDS.indexOf(kind)], publicKey, numbers);
}

/** What the signature of a body covers, under the label `act`. */
export function actSigned(broadcastId: string, body: Uint8Array): Bytes {
  return concatBytes(utf8Bytes(broadcastId), body);
}

/** Reads a request; its signatures are still to be checked. */
export function decodeAct(bytes: Bytes): Result<SignedAct, ActCode> {
  if (bytes.length !== ACT_BYTES) return { ok: false, code: 'size' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[view.getUint8(0)];
  if (!kind) return { ok: false, code: 'kind' };
  const numberAt = (i: number): number => view.getUint32(1 + KEY_BYTES + 4 * i);
  const target = numberAt(3);
  const isAboutAll = kind === 'shield' || kind === 'undo-shield';
  if (kind !== 'pin' && isAboutAll !== (target === 0)) return { ok: false, code: 'target' };
  const publicKey = bytes.slice(1, 1 + KEY_BYTES);
  return {
    ok: true,
    value: {
      ...{ kind, epoch: numberAt(0), seen: numberAt(1), nonce: numberAt(2), target },
      ...{ author: authorOf(publicKey), publicKey, bytes },
      body: bytes.slice(0, BODY_BYTES),
      signature: bytes.slice(BODY_BYTES, BODY_BYTES + SIGNATURE_BYTES),
      delegation: bytes.slice(BODY_BYTES + SIGNATURE_BYTES),
    },
  };
}

/** The control message that carries it. */
export function encodeActMessage(act: Bytes): Bytes {
  return concatBytes([ACT_TYPE], act);
}

/** What a control message carries. */
export function decodeActMessage(message: Bytes): Result<SignedAct, ActCode> {
  return message[0] === ACT_TYPE ? decodeAct(message.slice(1)) : { ok: false, code: 'kind' };
}
