// Reads a proof piece by piece and checks every signature in it. Whatever is wrong in it, it ends there: a head that wasn't
// signed by the proof's key proves nothing, and neither does what comes after it.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import { PROOF_READ_BYTES } from '../base/limits.ts';
import type { Verifier } from '../ports.ts';
import { areSameDigests, digestsOf } from './digests.ts';
import { decodeProofEntry, decodeProofStart, PROOF_START_BYTES, type ProofEntry } from './proof-codec.ts';

/** The key of a proof; undefined when the file is no proof. */
export async function readProofKey(proof: Blob): Promise<Bytes | undefined> {
  return decodeProofStart(await bytesOf(proof, 0, PROOF_START_BYTES));
}

/** The entries that the key has signed, in order; last, 'damaged' when the proof goes on with anything else. */
export async function* readProof(
  proof: Blob,
  publicKey: Uint8Array,
  verifier: Verifier,
): AsyncGenerator<ProofEntry | 'damaged', void> {
  let rest: Bytes = new Uint8Array(0);
  for (let at = PROOF_START_BYTES; at < proof.size; at += PROOF_READ_BYTES) {
    const bytes = concatBytes(rest, await bytesOf(proof, at, at + PROOF_READ_BYTES));
    const { entries, used, isMalformed } = entriesIn(bytes);
    const genuine = await Promise.all(entries.map((entry) => isGenuine(entry, publicKey, verifier)));
    for (const [i, entry] of entries.entries()) {
      if (!genuine[i]) {
        yield 'damaged';
        return;
      }
      yield entry;
    }
    if (isMalformed) {
      yield 'damaged';
      return;
    }
    rest = bytes.subarray(used);
  }
  if (rest.length > 0) yield 'damaged';
}

function entriesIn(bytes: Bytes): { entries: ProofEntry[]; used: number; isMalformed: boolean } {
  const entries: ProofEntry[] = [];
  let used = 0;
  for (;;) {
    const decoded = decodeProofEntry(bytes.subarray(used));
    if (!decoded.ok) return { entries, used, isMalformed: decoded.code === 'malformed' };
    entries.push(decoded.value.entry);
    used += decoded.value.length;
  }
}

async function isGenuine(entry: ProofEntry, publicKey: Uint8Array, verifier: Verifier): Promise<boolean> {
  const { header, signed, signature, payload } = entry;
  const isSigned = await verifier.verify('packet', publicKey, signed, signature);
  if (!isSigned || header.kind !== 'config') return isSigned;
  return areSameDigests(await digestsOf(payload, verifier), header.digests);
}

async function bytesOf(blob: Blob, from: number, to: number): Promise<Bytes> {
  return new Uint8Array(await blob.slice(from, to).arrayBuffer());
}
