// Checks signatures with WebCrypto. Keys and signatures come from strangers: whatever is wrong with them, the answer is false.

import type { Bytes } from '../base/bytes.ts';
import { VERIFIER_KEYS_MAX } from '../base/limits.ts';
import type { Verifier } from '../ports.ts';
import { broadcastIdOf, labelled, sha256 } from './keys.ts';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** Imported keys by their bytes, least recently used first. */
const keys = new Map<string, Promise<CryptoKey>>();

/** Checks signatures and digests; the most recently used public keys stay imported. */
export const verifier: Verifier = {
  async verify(label, publicKey, bytes, signature) {
    if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
    try {
      const key = await importedKey(publicKey);
      return await crypto.subtle.verify('Ed25519', key, signature as Bytes, labelled(label, bytes));
    } catch {
      return false;
    }
  },
  sha256,
  broadcastIdOf,
};

function importedKey(publicKey: Uint8Array): Promise<CryptoKey> {
  const name = String.fromCharCode(...publicKey);
  const key =
    keys.get(name) ??
    crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']);
  keys.delete(name);
  keys.set(name, key);
  if (keys.size > VERIFIER_KEYS_MAX) {
    const [oldest] = keys.keys();
    if (oldest !== undefined) keys.delete(oldest);
  }
  return key;
}
