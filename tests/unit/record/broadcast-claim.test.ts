import { describe, expect, test } from 'vitest';
import { claimBroadcast } from '../../../src/broadcast-claim.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { madePacket } from './made-packets.ts';

const quiet = (): void => undefined;

describe('a broadcast’s claim', () => {
  test('that ends before the first record leaves no table behind', async () => {
    const store = new MemoryStore();
    const claim = await claimBroadcast(store, 'A title');
    expect(await store.list()).toHaveLength(1);
    await claim.openRecorder!({ onFault: quiet }).finish();
    claim.released();
    await expect.poll(() => store.list()).toEqual([]);
  });

  test('that the disk refused keeps its key: its link is out', async () => {
    const store = new MemoryStore();
    const claim = await claimBroadcast(store, 'A title');
    store.fault = () => 'storage-full';
    const recorder = claim.openRecorder!({ onFault: quiet });
    recorder.append(madePacket({ seq: 0 }));
    await expect(recorder.finish()).rejects.toMatchObject({ code: 'storage-full' });
    store.fault = () => undefined;
    claim.released();
    expect(
      (await claimBroadcast(store, 'A title', { resumeId: claim.signer.broadcastId })).epoch,
    ).toBeGreaterThan(claim.epoch);
  });

  test('that recorded something keeps its table, and can be claimed again with a newer epoch', async () => {
    const store = new MemoryStore();
    const claim = await claimBroadcast(store, 'A title');
    const recorder = claim.openRecorder!({ onFault: quiet });
    recorder.append(madePacket({ seq: 0 }));
    await recorder.finish();
    claim.released();
    const { broadcastId } = claim.signer;
    const again = await claimBroadcast(store, 'A title', { resumeId: broadcastId });
    expect(again.signer.broadcastId).toBe(broadcastId);
    expect(again.epoch).toBeGreaterThan(claim.epoch);
    again.openRecorder!({ onFault: quiet });
    again.released();
    expect(await store.list()).toHaveLength(1);
  });
});
