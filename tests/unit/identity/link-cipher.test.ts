// The cryptography of private broadcasts, held against a second one that was written from docs/wire-private.md alone.

import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { base32, hex, utf8Bytes, type Bytes } from '../../../src/base/bytes.ts';
import { parseLink } from '../../../src/base/link.ts';
import { sealedLength } from '../../../src/feed/sealing.ts';
import {
  createLinkKey,
  keptCipherOf,
  linkCipherOf,
  linkKeyOf,
  linkKeyText,
  sealingKeyOf,
} from '../../../src/identity/link-cipher.ts';
import type { LinkCipher } from '../../../src/ports.ts';
import { decodeSaidText, encodeSaidText, SEALED_TEXT_BYTES_MAX } from '../../../src/room/sealed-text.ts';
import { nodeCipher } from '../../fakes/node-cipher.ts';
import vectors from '../../vectors/private-1.json' with { type: 'json' };

const bytesOf = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'));
const { broadcastId, epoch } = vectors;
const salt = bytesOf(vectors.salt);
const linkKey = bytesOf(vectors.linkKey);
const ours = async (key = linkKey): Promise<LinkCipher> => linkCipherOf(broadcastId, await sealingKeyOf(key));

describe('the key of a link', () => {
  test('is 128 bits, and reads back from the link that carries it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const key = Uint8Array.from(bytes);
        const text = linkKeyText(key);
        expect(text).toBe(base32(key));
        expect(linkKeyOf(text)).toEqual(key);
        const link = parseLink(`https://tv.example/#/${broadcastId}/${text}`);
        expect(link).toMatchObject({ ok: true, value: { broadcastId, key: text } });
      }),
    );
    expect(createLinkKey()).toHaveLength(16);
    expect(createLinkKey()).not.toEqual(createLinkKey());
  });

  test('is kept so that it opens, and where that is enough so that it never tells', async () => {
    const kept = await sealingKeyOf(linkKey);
    await expect(crypto.subtle.exportKey('raw', kept)).rejects.toThrow();
    const sealed = bytesOf(vectors.packets[1]!.sealed);
    for (const one of [kept, linkKey]) {
      const cipher = await (await keptCipherOf(broadcastId, one))!.epoch(epoch, salt);
      expect(await cipher.openPacket('video', 4294967295, sealed)).toEqual(utf8Bytes('a picture'));
    }
    for (const none of [undefined, null, 'key', new Uint8Array(15)])
      expect(await keptCipherOf(broadcastId, none)).toBeUndefined();
  });
});

describe('what is sealed', () => {
  test.for(vectors.packets)('is the bytes of the vectors: a $kind packet', async (vector) => {
    const kind = vector.kind as 'video';
    const plain = utf8Bytes(vector.plain);
    for (const link of [await ours(), nodeCipher(broadcastId, linkKey)]) {
      const cipher = await link.epoch(epoch, salt);
      const sealed = await cipher.sealPacket(kind, vector.seq, plain);
      expect(hex(sealed)).toBe(vector.sealed);
      expect(sealed).toHaveLength(sealedLength(kind, plain.length));
      expect(await cipher.openPacket(kind, vector.seq, sealed)).toEqual(plain);
    }
  });

  test('is the bytes of the vectors: a comment', async () => {
    const { publicKey, counter, name, text, sealed } = vectors.said;
    for (const link of [await ours(), nodeCipher(broadcastId, linkKey)]) {
      const cipher = await link.epoch(epoch, salt);
      const made = await cipher.sealSaid(bytesOf(publicKey), counter, encodeSaidText({ name, text }));
      expect(hex(made)).toBe(sealed);
      const opened = await cipher.openSaid(bytesOf(publicKey), counter, made);
      expect(decodeSaidText(opened!)).toEqual({ name, text });
    }
  });

  test('opens with nothing but its own key, epoch, salt, kind and seq, and unaltered', async () => {
    const cipher = await (await ours()).epoch(epoch, salt);
    const sealed = await cipher.sealPacket('video', 5, utf8Bytes('a picture'));
    const otherSalt = await (await ours()).epoch(epoch, new Uint8Array(16));
    const otherEpoch = await (await ours()).epoch(epoch + 1, salt);
    const otherKey = await (await ours(createLinkKey())).epoch(epoch, salt);
    const otherId = await linkCipherOf('b'.repeat(26), await sealingKeyOf(linkKey)).epoch(epoch, salt);
    for (const other of [otherSalt, otherEpoch, otherKey, otherId])
      expect(await other.openPacket('video', 5, sealed)).toBeUndefined();
    expect(await cipher.openPacket('audio', 5, sealed)).toBeUndefined();
    expect(await cipher.openPacket('video', 6, sealed)).toBeUndefined();
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = sealed.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await cipher.openPacket('video', 5, flipped)).toBeUndefined();
    }
    for (const bytes of [new Uint8Array(0), sealed.slice(0, 15), sealed.slice(1)])
      expect(await cipher.openPacket('video', 5, bytes)).toBeUndefined();
  });
});

describe('a nonce', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Hears what WebCrypto is really asked: under which derived key, with which nonce. */
  function hearSealing(): string[] {
    const used: string[] = [];
    const names = new WeakMap<CryptoKey, string>();
    const { subtle } = crypto;
    const [deriveKey, encrypt] = [subtle.deriveKey.bind(subtle), subtle.encrypt.bind(subtle)];
    vi.spyOn(subtle, 'deriveKey').mockImplementation(async (...args) => {
      const key = await deriveKey(...args);
      const { salt, info } = args[0] as HkdfParams;
      names.set(key, `${hex(salt as Bytes)} ${hex(info as Bytes)}`);
      return key;
    });
    vi.spyOn(subtle, 'encrypt').mockImplementation((params, key, bytes) => {
      used.push(`${names.get(key)} ${hex((params as AesGcmParams).iv as Bytes)}`);
      return encrypt(params, key, bytes);
    });
    return used;
  }

  test('is never used twice under one key, over packets, epochs, salts, speakers and counters', async () => {
    const used = hearSealing();
    const link = await ours();
    const kinds = ['config', 'video', 'audio', 'room'] as const;
    const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const start = fc.record({
      epoch: uint32,
      salt: bytes(16),
      seqs: fc.uniqueArray(uint32, { maxLength: 8 }),
      speakers: fc.uniqueArray(bytes(32), { maxLength: 3, selector: (key) => hex(key) }),
      counters: fc.uniqueArray(uint32, { maxLength: 4 }),
    });
    // Two starts with the same epoch and the same salt can't be: both would have to come again.
    const starts = fc.uniqueArray(start, {
      maxLength: 6,
      selector: (one) => `${one.epoch} ${hex(one.salt)}`,
    });
    await fc.assert(
      fc.asyncProperty(starts, async (all) => {
        used.length = 0;
        for (const one of all) {
          const cipher = await link.epoch(one.epoch, Uint8Array.from(one.salt));
          for (const seq of one.seqs) await cipher.sealPacket(kinds[seq % 4]!, seq, new Uint8Array(1));
          for (const speaker of one.speakers)
            for (const counter of one.counters)
              await cipher.sealSaid(Uint8Array.from(speaker), counter, new Uint8Array(1));
        }
        expect(new Set(used).size).toBe(used.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is said in private', () => {
  test('is filled up to whole blocks, reads back, and is bounded', () => {
    const name = fc.string({ unit: 'binary', maxLength: 24 });
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(name, text, (name, text) => {
        const said = { name: name.toWellFormed(), text: text.toWellFormed() };
        const bytes = encodeSaidText(said);
        expect(bytes.length % 64).toBe(0);
        expect(bytes.length).toBeLessThan(SEALED_TEXT_BYTES_MAX);
        expect(decodeSaidText(bytes)).toEqual(said);
      }),
      { numRuns: 30 },
    );
  });

  test('is read totally', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeSaidText(Uint8Array.from(bytes));
      }),
    );
    expect(decodeSaidText(new Uint8Array(2))).toBeUndefined();
    expect(decodeSaidText(Uint8Array.of(1, 0, 0))).toBeUndefined();
  });
});
