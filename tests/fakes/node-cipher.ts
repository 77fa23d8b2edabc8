// The cryptography of private broadcasts a second time, from docs/wire-private.md alone and with Node's own synchronous functions:
// under a virtual clock it takes no time, and what it makes is held against what the app makes.

import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Bytes } from '../../src/base/bytes.ts';
import type { EpochCipher, LinkCipher } from '../../src/ports.ts';

const KINDS = ['config', 'video', 'audio', 'room', 'beat', 'end'];
const TAG_BYTES = 16;

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

function keyOf(linkKey: Uint8Array, salt: Uint8Array, ...info: (string | Uint8Array)[]): Buffer {
  const whole = Buffer.concat(info.map((part) => Buffer.from(part)));
  return Buffer.from(hkdfSync('sha256', linkKey, salt, whole, 16));
}

function seal(key: Buffer, nonce: Buffer, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, nonce: Buffer, sealed: Uint8Array): Bytes | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Uint8Array.from(
      Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]),
    );
  } catch {
    return undefined;
  }
}

/** `sealed` hears the key and nonce of whatever is sealed, in hex. */
export function nodeCipher(
  broadcastId: string,
  linkKey: Uint8Array,
  sealed: (keyAndNonce: string) => void = () => undefined,
): LinkCipher {
  const sealWith = (key: Buffer, nonce: Buffer, plain: Uint8Array): Promise<Bytes> => {
    sealed(`${key.toString('hex')} ${nonce.toString('hex')}`);
    return Promise.resolve(Uint8Array.from(seal(key, nonce, plain)));
  };
  return {
    epoch(epoch, salt): Promise<EpochCipher> {
      const feed = keyOf(linkKey, salt, `lucarne/1/feed-key\0${broadcastId}`, numbers(epoch));
      const said = (publicKey: Uint8Array): Buffer =>
        keyOf(linkKey, salt, `lucarne/1/said-key\0${broadcastId}`, numbers(epoch), publicKey);
      const feedNonce = (kind: string, seq: number): Buffer =>
        Buffer.concat([Buffer.from([KINDS.indexOf(kind), 0, 0, 0]), numbers(epoch, seq)]);
      const saidNonce = (counter: number): Buffer => numbers(0, 0, counter);
      return Promise.resolve({
        async sealPacket(kind, seq, payload) {
          const bytes = await sealWith(feed, feedNonce(kind, seq), payload);
          return kind === 'config' ? Uint8Array.from([...salt, ...bytes]) : bytes;
        },
        openPacket: (kind, seq, bytes) =>
          Promise.resolve(
            open(feed, feedNonce(kind, seq), kind === 'config' ? bytes.subarray(salt.length) : bytes),
          ),
        sealSaid: (publicKey, counter, text) => sealWith(said(publicKey), saidNonce(counter), text),
        openSaid: (publicKey, counter, bytes) =>
          Promise.resolve(open(said(publicKey), saidNonce(counter), bytes)),
      });
    },
  };
}
