// The keys of moderators, with the platform's own cryptography.

import { describe, expect, it } from 'vitest';
import { utf8Bytes } from '../../../src/base/bytes.ts';
import { moderatorKeys } from '../../../src/identity/moderator-keys.ts';
import { verifier } from '../../../src/identity/verifier.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';
const secretOf = (first: number) => Uint8Array.from({ length: 16 }, (_, i) => first + i);
const PLAIN = utf8Bytes('{"v":1} what waits');

describe('the key of a moderator', () => {
  it('is the same wherever the secret is, and another for another secret or broadcast', async () => {
    const signer = await moderatorKeys.signerOf(ID, secretOf(1));
    const again = await moderatorKeys.signerOf(ID, secretOf(1));
    expect(again.publicKey).toEqual(signer.publicKey);
    expect((await moderatorKeys.signerOf(ID, secretOf(2))).publicKey).not.toEqual(signer.publicKey);
    const elsewhere = await moderatorKeys.signerOf('b'.repeat(26), secretOf(1));
    expect(elsewhere.publicKey).not.toEqual(signer.publicKey);
    const signature = await signer.sign('act', PLAIN);
    expect(await verifier.verify('act', again.publicKey, PLAIN, signature)).toBe(true);
    expect(await verifier.verify('delegate', again.publicKey, PLAIN, signature)).toBe(false);
  });
});

describe('what is sealed', () => {
  it('is read by each of those it is for, and by nobody else', async () => {
    const sealed = await moderatorKeys.seal(ID, [secretOf(1), secretOf(2)], PLAIN);
    for (const first of [1, 2]) expect(await moderatorKeys.open(ID, secretOf(first), sealed)).toEqual(PLAIN);
    expect(await moderatorKeys.open(ID, secretOf(3), sealed)).toBeUndefined();
    expect(await moderatorKeys.open('b'.repeat(26), secretOf(1), sealed)).toBeUndefined();
    const text = new TextDecoder('latin1').decode(sealed);
    expect(text).not.toContain('what waits');
  });

  it('is different each time', async () => {
    const [one, two] = [
      await moderatorKeys.seal(ID, [secretOf(1)], PLAIN),
      await moderatorKeys.seal(ID, [secretOf(1)], PLAIN),
    ];
    expect(one.slice(13)).not.toEqual(two.slice(13));
  });

  it('is nothing when a bit of it is wrong, or a byte is missing', async () => {
    const sealed = await moderatorKeys.seal(ID, [secretOf(1)], PLAIN);
    for (const at of [0, 13, 60, sealed.length - 1]) {
      const wrong = sealed.slice();
      wrong[at]! ^= 1;
      expect(await moderatorKeys.open(ID, secretOf(1), wrong)).toBeUndefined();
    }
    for (const length of [0, 12, 13, 60, sealed.length - 1])
      expect(await moderatorKeys.open(ID, secretOf(1), sealed.slice(0, length))).toBeUndefined();
  });
});
