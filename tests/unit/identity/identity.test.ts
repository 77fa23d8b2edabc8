import { describe, expect, test, vi } from 'vitest';
import { VERIFIER_KEYS_MAX } from '../../../src/base/limits.ts';
import { heldKeys, holdKey } from '../../../src/identity/key-lock.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import type { StoredKey } from '../../../src/identity/keys.ts';
import { nodeVerifier } from '../../../src/identity/node-verifier.ts';
import { verifier } from '../../../src/identity/verifier.ts';
import type { Label, Verifier } from '../../../src/ports.ts';
import vectors from '../../vectors/identity-1.json' with { type: 'json' };

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const publicKey = hex(vectors.publicKey);
const message = hex(vectors.message);
const LABELS = Object.keys(vectors.signatures) as Label[];

/** The vectors' key, by way of PKCS #8 since WebCrypto takes no bare seed. */
async function vectorKey(): Promise<StoredKey> {
  const pkcs8 = hex(`302e020100300506032b657004220420${vectors.seed}`);
  return { privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']), publicKey };
}

describe('a key', () => {
  test('is 32 public bytes and a private half that yields nothing', async () => {
    const key = await createKey();
    expect(key.publicKey).toHaveLength(32);
    expect(key.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow();
  });

  test('gives the broadcast id of the vectors', async () => {
    expect((await signerOf(await vectorKey())).broadcastId).toBe(vectors.broadcastId);
  });

  test.for(LABELS)('signs as the vectors do: %s', async (label) => {
    const signer = await signerOf(await vectorKey());
    const signature = await signer.sign(label, message);
    expect(Buffer.from(signature).toString('hex')).toBe(vectors.signatures[label]);
  });
});

describe.each([
  ['with WebCrypto', verifier],
  ['with Node’s own functions', nodeVerifier],
] as [string, Verifier][])('a verifier %s', (_, verifier) => {
  test('tells the broadcast id and digest of the vectors', async () => {
    expect(await verifier.broadcastIdOf(publicKey)).toBe(vectors.broadcastId);
    expect(Buffer.from(await verifier.sha256(publicKey)).toString('hex')).toBe(vectors.sha256);
  });

  test('accepts each of the vectors, and none under another label', async () => {
    for (const signed of LABELS) {
      for (const label of LABELS) {
        const isValid = await verifier.verify(label, publicKey, message, hex(vectors.signatures[signed]));
        expect([label, signed, isValid]).toEqual([label, signed, label === signed]);
      }
    }
  });

  test('refuses a signature with any one bit flipped, and any other message', async () => {
    const signature = hex(vectors.signatures.packet);
    for (let bit = 0; bit < signature.length * 8; bit += 7) {
      const flipped = signature.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await verifier.verify('packet', publicKey, message, flipped)).toBe(false);
    }
    for (const other of [hex('af83'), hex('af'), hex('af8200'), new Uint8Array(0)]) {
      expect(await verifier.verify('packet', publicKey, other, signature)).toBe(false);
    }
  });

  test('refuses what is no key and no signature, without throwing', async () => {
    const signature = hex(vectors.signatures.packet);
    const noKeys = [0, 31, 33, 64]
      .map((length) => new Uint8Array(length))
      .concat(new Uint8Array(32).fill(255));
    for (const noKey of noKeys)
      expect(await verifier.verify('packet', noKey, message, signature)).toBe(false);
    for (const length of [0, 63, 65, 1000]) {
      expect(await verifier.verify('packet', publicKey, message, new Uint8Array(length))).toBe(false);
    }
  });

  test('accepts what another signer signed, from a view into a larger buffer', async () => {
    const signer = await signerOf(await createKey());
    const bytes = crypto.getRandomValues(new Uint8Array(100)).subarray(10, 60);
    const signature = await signer.sign('comment', bytes);
    const wider = new Uint8Array(80);
    wider.set(signature, 8);
    expect(await verifier.verify('comment', signer.publicKey, bytes, wider.subarray(8, 72))).toBe(true);
    expect(await verifier.verify('comment', publicKey, bytes, signature)).toBe(false);
  });
});

describe('the verifier with WebCrypto', () => {
  test('imports a key once, and forgets the one that was not used for longest', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    const signature = hex(vectors.signatures.packet);
    const stranger = (i: number) =>
      Uint8Array.from(publicKey, (byte, at) => (at < 2 ? (i >> (8 * at)) & 255 : byte));
    const use = (key: Uint8Array) => verifier.verify('packet', key, message, signature);
    await use(stranger(0));
    imports.mockClear();
    for (let i = 1; i < VERIFIER_KEYS_MAX; i++) {
      await use(stranger(i));
      await use(stranger(0));
    }
    expect(imports).toHaveBeenCalledTimes(VERIFIER_KEYS_MAX - 1);
    await use(stranger(VERIFIER_KEYS_MAX));
    await use(stranger(0));
    expect(imports).toHaveBeenCalledTimes(VERIFIER_KEYS_MAX);
    await use(stranger(1));
    expect(imports).toHaveBeenCalledTimes(VERIFIER_KEYS_MAX + 1);
    imports.mockRestore();
  });
});

describe('the hold on a key', () => {
  test('is given where there are no tabs, unless it was aborted', async () => {
    if (typeof navigator !== 'undefined' && 'locks' in navigator) return;
    expect(await holdKey(vectors.broadcastId, new AbortController().signal)).toBe(true);
    expect(await holdKey(vectors.broadcastId, AbortSignal.abort())).toBe(false);
  });

  test('tells which broadcasts are held in this browser, and none where there are no tabs', async () => {
    const query = vi.fn(() =>
      Promise.resolve({ held: [{ name: `lucarne/key/${vectors.broadcastId}` }, { name: 'another' }] }),
    );
    vi.stubGlobal('navigator', { locks: { query } });
    expect([...(await heldKeys())]).toEqual([vectors.broadcastId]);
    query.mockRejectedValueOnce(new DOMException('', 'SecurityError'));
    expect((await heldKeys()).size).toBe(0);
    vi.stubGlobal('navigator', {});
    expect((await heldKeys()).size).toBe(0);
    vi.unstubAllGlobals();
  });
});
