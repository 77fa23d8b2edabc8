// The proof that a broadcast id belongs to whoever asks for it: its key signs a challenge of ours, made for this server and
// this socket. What a signature for another server would be worth here is nothing, since the host is part of it.

import { base64Bytes, type Bytes } from '../base/bytes.ts';

/** A proof as it came: 32 and 64 bytes. */
export interface Proof {
  publicKey: Bytes;
  signature: Bytes;
}

/** Of a public key. */
export const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The proof in the payload of a PROOF message; undefined when there is none. */
export function readProof(payload: unknown): Proof | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { publicKey, signature } = payload as Record<string, unknown>;
  const [key, signed] = [bytesOf(publicKey, KEY_BYTES), bytesOf(signature, SIGNATURE_BYTES)];
  return key && signed && { publicKey: key, signature: signed };
}

/** So many bytes in base64; undefined for anything else. */
export function bytesOf(text: unknown, length: number): Bytes | undefined {
  // Four characters for three bytes: longer text isn't even looked at.
  if (typeof text !== 'string' || text.length > 2 * length) return undefined;
  const bytes = base64Bytes(text);
  return bytes?.length === length ? bytes : undefined;
}
