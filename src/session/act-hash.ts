// What names a moderator's request in the room packet that answers it.

import { hex, type Bytes } from '../base/bytes.ts';
import type { Verifier } from '../ports.ts';

const HASH_BYTES = 8;

/** The first 8 bytes of the SHA-256 of its bytes, in hex. */
export async function hashOf(verifier: Verifier, act: Bytes): Promise<string> {
  return hex((await verifier.sha256(act)).subarray(0, HASH_BYTES));
}
