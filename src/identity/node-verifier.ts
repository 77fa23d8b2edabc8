// The verifier of a headless relay. Node's WebCrypto wakes a thread for every few bytes, which costs a relay more than
// the work itself (docs/benchmarks.md, `relay`); these do it at once.

import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Verifier } from '../ports.ts';
import { verifierWith } from './verifier.ts';

/** With Node's own functions. */
export const nodeVerifier: Verifier = verifierWith<KeyObject>({
  importKey: (publicKey) =>
    createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
    }),
  verify: (key, bytes, signature) => verify(null, bytes, key, signature),
  sha256: (bytes) => Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest())),
});
