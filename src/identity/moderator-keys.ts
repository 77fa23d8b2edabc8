// The keys of moderators, on WebCrypto: everything comes from the secret in the link, so that whoever holds the link needs nothing else,
// and the broadcaster, who made it, can seal for its holder.

import { base64UrlBytes, concatBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';
import type { ModeratorKeys } from '../ports.ts';
import { signerOf } from './keys.ts';

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const IV_BYTES = 12;
const KEY_BYTES = 32;
/** A key for the box, encrypted: its bytes and a tag of 16. */
const WRAPPED_BYTES = KEY_BYTES + 16;

/** With HKDF, Ed25519 and AES-GCM. */
export const moderatorKeys: ModeratorKeys = {
  async signerOf(broadcastId, secret) {
    const pkcs8 = concatBytes(PKCS8_HEAD, await derive(broadcastId, secret, 'act'));
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
    const { x = '' } = await crypto.subtle.exportKey('jwk', privateKey);
    const publicKey = base64UrlBytes(x);
    if (!publicKey) throw new Error('Broken invariant: a JWK’s key is base64url');
    return signerOf({ privateKey, publicKey });
  },

  async seal(broadcastId, secrets, plain) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const raw = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    // Every key is used once with this value: the box's is new, and of the moderators' keys each wraps one key a box.
    const wrapped = await Promise.all(
      secrets.map(async (secret) => encrypt(await sealKey(broadcastId, secret), iv, raw)),
    );
    const box = await encrypt(await aesKey(raw), iv, plain);
    return concatBytes(iv, [secrets.length], ...wrapped, box);
  },

  async open(broadcastId, secret, sealed) {
    const count = sealed[IV_BYTES] ?? 0;
    const iv = sealed.slice(0, IV_BYTES);
    const boxAt = IV_BYTES + 1 + count * WRAPPED_BYTES;
    const own = await sealKey(broadcastId, secret);
    for (let at = IV_BYTES + 1; at < boxAt; at += WRAPPED_BYTES) {
      const raw = await decrypt(own, iv, sealed.slice(at, at + WRAPPED_BYTES));
      if (raw?.length === KEY_BYTES) return decrypt(await aesKey(raw), iv, sealed.slice(boxAt));
    }
    return undefined;
  },
};

async function derive(broadcastId: string, secret: Bytes, use: 'act' | 'seal'): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: utf8Bytes(broadcastId),
      info: utf8Bytes(`lucarne/1/moderator-${use}`),
    },
    key,
    KEY_BYTES * 8,
  );
  return new Uint8Array(bits);
}

async function sealKey(broadcastId: string, secret: Bytes): Promise<CryptoKey> {
  return aesKey(await derive(broadcastId, secret, 'seal'));
}

function aesKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function encrypt(key: CryptoKey, iv: Bytes, plain: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain));
}

/** Undefined: it was made with another key, or isn't whole. */
async function decrypt(key: CryptoKey, iv: Bytes, box: Bytes): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, box));
  } catch {
    return undefined;
  }
}
