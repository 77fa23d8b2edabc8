// The key of a private broadcast's link: 128 random bits that only the link's fragment carries. docs/wire-private.md is the law.
// Its rule: keys that are derived here never yield their bytes, and a nonce comes from feed/sealing.ts alone.

import { base32, concatBytes, type Bytes } from '../base/bytes.ts';
import { feedKeyInfo, feedNonce, saidKeyInfo, saidNonce, SALT_BYTES } from '../feed/sealing.ts';
import type { EpochCipher, LinkCipher } from '../ports.ts';

const LINK_KEY_BYTES = 16;
const AES = { name: 'AES-GCM', length: 128 } as const;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new key of a link, 16 bytes. */
export function createLinkKey(): Bytes {
  return crypto.getRandomValues(new Uint8Array(LINK_KEY_BYTES));
}

/** As links carry it: 26 characters. */
export function linkKeyText(key: Bytes): string {
  return base32(key);
}

/** The key that a link carries. `text` was found to be one (base/link.ts). */
export function linkKeyOf(text: string): Bytes {
  const key = new Uint8Array(LINK_KEY_BYTES);
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const character of text) {
    value = ((value << 5) | BASE32.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    key[at++] = value >>> bits;
  }
  return key;
}

/** What can open a private broadcast and never tells the link's key: a CryptoKey, which storage keeps as it is. */
export function sealingKeyOf(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveKey']);
}

/** Seals and opens what is said in a broadcast. */
export function linkCipherOf(broadcastId: string, sealingKey: CryptoKey): LinkCipher {
  const derive = (salt: Bytes, info: Bytes): Promise<CryptoKey> =>
    crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, sealingKey, AES, false, [
      'encrypt',
      'decrypt',
    ]);
  return {
    async epoch(epoch, salt): Promise<EpochCipher> {
      const feed = await derive(salt, feedKeyInfo(broadcastId, epoch));
      const said = (publicKey: Bytes): Promise<CryptoKey> =>
        derive(salt, saidKeyInfo(broadcastId, epoch, publicKey));
      return {
        async sealPacket(kind, seq, payload) {
          const sealed = await seal(feed, feedNonce(kind, epoch, seq), payload);
          return kind === 'config' ? concatBytes(salt, sealed) : sealed;
        },
        openPacket(kind, seq, sealed) {
          const bytes = kind === 'config' ? sealed.subarray(SALT_BYTES) : sealed;
          return open(feed, feedNonce(kind, epoch, seq), bytes);
        },
        sealSaid: async (publicKey, counter, text) => seal(await said(publicKey), saidNonce(counter), text),
        openSaid: async (publicKey, counter, sealed) =>
          open(await said(publicKey), saidNonce(counter), sealed),
      };
    },
  };
}

async function seal(key: CryptoKey, iv: Bytes, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: AES.name, iv }, key, bytes));
}

/** Undefined for whatever wasn't sealed with this key and nonce: the bytes are a stranger's. */
async function open(key: CryptoKey, iv: Bytes, bytes: Bytes): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: AES.name, iv }, key, bytes));
  } catch {
    return undefined;
  }
}

/** From what was kept beside a recording: the link's key as bytes, or what `sealingKeyOf` made of it. Undefined for anything else. */
export async function keptCipherOf(broadcastId: string, kept: unknown): Promise<LinkCipher | undefined> {
  if (kept instanceof CryptoKey) return linkCipherOf(broadcastId, kept);
  if (!(kept instanceof Uint8Array) || kept.length !== LINK_KEY_BYTES) return undefined;
  return linkCipherOf(broadcastId, await sealingKeyOf(new Uint8Array(kept)));
}
