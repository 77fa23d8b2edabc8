// A payload's digests, as heads carry them: what ties the chunks of a file to what was signed.

import { equalBytes, type Bytes } from '../base/bytes.ts';
import { DIGEST_BYTES, fragmentCount, fragmentOf } from '../feed/packet-codec.ts';
import type { Verifier } from '../ports.ts';

/** The first 16 bytes of the SHA-256 of each fragment, as heads carry them. */
export function digestsOf(payload: Bytes, verifier: Verifier): Promise<Bytes[]> {
  const fragments = Array.from({ length: fragmentCount(payload.length) }, (_, i) => fragmentOf(payload, i));
  return Promise.all(
    fragments.map(async (fragment) => (await verifier.sha256(fragment)).subarray(0, DIGEST_BYTES)),
  );
}

/** Whether a payload with these digests is the one that a head was signed for. */
export function areSameDigests(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((digest, i) => equalBytes(digest, b[i] ?? new Uint8Array(0)));
}
