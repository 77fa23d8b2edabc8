// Checks signatures and digests. Keys and signatures come from strangers: whatever is wrong with them, the answer is false.

import { BoundedMap } from '../base/bounded-map.ts';
import type { Bytes } from '../base/bytes.ts';
import { VERIFIER_KEYS_MAX } from '../base/limits.ts';
import type { Verifier } from '../ports.ts';
import { broadcastIdOf, labelled, sha256 } from './keys.ts';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** What a platform has for Ed25519 and SHA-256, at once or later. */
export interface Primitives<Key> {
  /** Throws or rejects for what is no key. */
  importKey(publicKey: Uint8Array): Key | Promise<Key>;
  verify(key: Key, bytes: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
  sha256(bytes: Uint8Array): Promise<Bytes>;
}

/** A verifier on these; the most recently used public keys stay imported. */
export function verifierWith<Key>(primitives: Primitives<Key>): Verifier {
  /** By their bytes. */
  const keys = new BoundedMap<string, Key | Promise<Key>>(VERIFIER_KEYS_MAX);

  function importedKey(publicKey: Uint8Array): Key | Promise<Key> {
    const name = String.fromCharCode(...publicKey);
    const key = keys.get(name) ?? primitives.importKey(publicKey);
    keys.set(name, key);
    return key;
  }

  return {
    async verify(label, publicKey, bytes, signature) {
      if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
      try {
        return await primitives.verify(await importedKey(publicKey), labelled(label, bytes), signature);
      } catch {
        return false;
      }
    },
    sha256: (bytes) => primitives.sha256(bytes),
    broadcastIdOf,
  };
}

/** With WebCrypto, which does its work beside the page. */
export const verifier: Verifier = verifierWith<CryptoKey>({
  importKey: (publicKey) =>
    crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']),
  // WebCrypto reads any buffer, but its types ask for unshared ones.
  verify: (key, bytes, signature) => crypto.subtle.verify('Ed25519', key, signature as Bytes, bytes as Bytes),
  sha256,
});
