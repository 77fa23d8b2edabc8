// A private broadcast on the disk: sealed as it was on air, a file like any other once exported, and proven with the whole link.

import { describe, expect, test, vi } from 'vitest';
import { claimBroadcast } from '../../../src/broadcast-claim.ts';
import { createLinkKey, linkCipherOf, sealingKeyOf } from '../../../src/identity/link-cipher.ts';
import type { LinkCipher } from '../../../src/ports.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { privateFilesNavigator } from '../../fakes/private-files.ts';
import { chunksOf, exported, flipped, newSigner, signedEpoch, verdictOf } from './proven-broadcast.ts';

vi.stubGlobal('navigator', privateFilesNavigator());

const signer = await newSigner();
const cipherWith = async (key: Uint8Array<ArrayBuffer>): Promise<LinkCipher> =>
  linkCipherOf(signer.broadcastId, await sealingKeyOf(key));
const cipher = await cipherWith(createLinkKey());

describe('a recording of a private broadcast', () => {
  test('is whole once verified with the whole link, over two starts', async () => {
    const first = await signedEpoch(signer, { seconds: 2, cipher });
    const second = await signedEpoch(signer, { seconds: 2, epoch: 8, atUs: 5_000_000, cipher });
    const [file] = await exported([...first, ...second], undefined, cipher);
    const verdict = await verdictOf(file!, {}, cipher);
    expect(verdict).toMatchObject({ is: 'whole', title: 'A signed title', pieces: [{ why: 'off-air' }] });
    // What is in the file is what was sealed, and not what was on air.
    const chunks = await chunksOf(file!.video);
    const video = [...first, ...second].filter(({ header }) => header.kind === 'video');
    expect(chunks.filter(({ track }) => track === 'video').map(({ bytes }) => bytes.length)).toEqual(
      video.map(({ payload }) => payload.length - 16),
    );
  });

  test('is locked without the key, and with another one', async () => {
    const [file] = await exported(await signedEpoch(signer, { seconds: 1, cipher }), undefined, cipher);
    const locked = { is: 'locked', broadcastId: signer.broadcastId };
    expect(await verdictOf(file!)).toEqual(locked);
    expect(await verdictOf(file!, {}, await cipherWith(createLinkKey()))).toEqual(locked);
  });

  test('is called altered where a byte was', async () => {
    const [file] = await exported(await signedEpoch(signer, { seconds: 2, cipher }), undefined, cipher);
    const video = await flipped(file!.video, Math.floor(file!.video.size / 3));
    expect(await verdictOf({ ...file!, video }, {}, cipher)).toMatchObject({ is: 'altered' });
  });

  test('gives nothing without its key', async () => {
    const packets = await signedEpoch(signer, { seconds: 1, cipher });
    await expect(exported(packets)).rejects.toMatchObject({ code: 'recording-empty' });
  });
});

describe('a private broadcast that comes back', () => {
  test('stays as private as it was, whatever is asked for', async () => {
    for (const isPrivate of [true, false]) {
      const store = new MemoryStore();
      const claim = await claimBroadcast(store, 'A title', { isPrivate });
      const { broadcastId } = claim.signer;
      const recorder = claim.openRecorder!({ onFault: () => undefined });
      for (const packet of await signedEpoch(claim.signer, { seconds: 1, epoch: claim.epoch }))
        recorder.append(packet);
      await recorder.finish();
      claim.released();
      const again = await claimBroadcast(store, 'A title', { resumeId: broadcastId, isPrivate: !isPrivate });
      expect(again.linkKey).toBe(claim.linkKey);
      expect(again.cipher !== undefined).toBe(isPrivate);
      expect(again.epoch).toBeGreaterThan(claim.epoch);
      again.released();
    }
  });
});
