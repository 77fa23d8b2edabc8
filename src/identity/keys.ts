// A broadcast's Ed25519 key pair. The private half is a CryptoKey that never yields its bytes; storage keeps it as it is.
// Everything signed begins with a label: nothing unlabelled is ever signed.

import { base32, concatBytes, utf8Bytes } from '../base/bytes.ts';
import type { Bytes } from '../base/bytes.ts';
import { BROADCAST_ID_CHARS } from '../base/limits.ts';
import type { Label, Signer } from '../ports.ts';

/** A key pair as it lies in storage (structured-cloneable): an unreadable private key, and 32 raw public bytes. */
export interface StoredKey {
  privateKey: CryptoKey;
  publicKey: Bytes;
}

/** A new key pair, whose private half can't be exported. */
export async function createKey(): Promise<StoredKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { privateKey: pair.privateKey, publicKey };
}

/** Signs with a stored key. */
export async function signerOf(key: StoredKey): Promise<Signer> {
  return {
    publicKey: key.publicKey,
    broadcastId: await broadcastIdOf(key.publicKey),
    sign: async (label, bytes) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, labelled(label, bytes))),
  };
}

/** What is really signed: `lucarne/1/<label>`, a zero byte, and the bytes. */
export function labelled(label: Label, bytes: Uint8Array): Bytes {
  return concatBytes(utf8Bytes(`lucarne/1/${label}\0`), bytes);
}

/** The broadcast id of a public key: the first 26 base32 characters of its SHA-256. */
export async function broadcastIdOf(publicKey: Uint8Array): Promise<string> {
  return base32(await sha256(publicKey)).slice(0, BROADCAST_ID_CHARS);
}

/** SHA-256, 32 bytes. */
export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  // WebCrypto reads any buffer, but its types ask for an unshared one.
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes));
}
