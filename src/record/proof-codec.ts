// The bytes of a proof: the public key, then every head of the recording as it was signed. docs/recording-proof.md is the law.
// Decoding is total: any bytes give a value or a code.

import { concatBytes, equalBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { CONFIG_BYTES_MAX } from '../base/limits.ts';
import { decodeHead, type DecodedHead } from '../feed/packet-codec.ts';
import type { Packet } from '../feed/packet.ts';

/** What proofs end in. */
export const PROOF_EXTENSION = '.proof';
const MAGIC = utf8Bytes('lucarne/1/proof\0');
const PUBLIC_KEY_BYTES = 32;
/** Bytes before the first entry. */
export const PROOF_START_BYTES = MAGIC.length + PUBLIC_KEY_BYTES;

/** One packet as a proof tells of it. */
export interface ProofEntry extends Pick<DecodedHead, 'header' | 'signed' | 'signature'> {
  /** Of a config packet; empty for every other, since the file itself holds it or nobody needs it. */
  payload: Bytes;
}

/** How a proof begins. */
export function encodeProofStart(publicKey: Uint8Array): Bytes {
  return concatBytes(MAGIC, publicKey);
}

/** The public key of a proof that begins with these bytes; undefined when it is none of this version. */
export function decodeProofStart(bytes: Bytes): Bytes | undefined {
  if (bytes.length < PROOF_START_BYTES || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC))
    return undefined;
  return bytes.slice(MAGIC.length, PROOF_START_BYTES);
}

/** A packet's entry. */
export function encodeProofEntry({ header, head, payload, sealed = payload }: Packet): Bytes {
  return header.kind === 'config' ? concatBytes(head, sealed) : head;
}

/** Reads the entry at the start of `bytes`, and how long it is. 'truncated': it may be whole with more bytes. */
export function decodeProofEntry(
  bytes: Bytes,
): Result<{ entry: ProofEntry; length: number }, 'truncated' | 'malformed'> {
  const head = decodeHead(bytes);
  if (!head.ok) return { ok: false, code: head.code === 'truncated' ? 'truncated' : 'malformed' };
  const { header, signed, signature, headLength } = head.value;
  const payloadLength = header.kind === 'config' ? header.length : 0;
  if (payloadLength > CONFIG_BYTES_MAX) return { ok: false, code: 'malformed' };
  const length = headLength + payloadLength;
  if (bytes.length < length) return { ok: false, code: 'truncated' };
  const payload = bytes.subarray(headLength, length);
  return { ok: true, value: { entry: { header, signed, signature, payload }, length } };
}
