// Copies between real sessions: what a viewer keeps, byte for byte, and what not.

import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../../src/base/bytes.ts';
import { openCopiesIn } from '../../../src/copy-claim.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { copyIdOf, tableName } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { readRecording } from '../../../src/record/recording-reader.ts';
import { openRecordings } from '../../../src/record/recordings.ts';
import type { DeskMemory } from '../../../src/room/desk-memory.ts';
import { decodeRoomPacket } from '../../../src/room/room-packet.ts';
import type { BroadcastParts, LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import type { CopySession } from '../../../src/session/session-api.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { Town, type Townsman } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();
const ID = signer.broadcastId;
const COPY_ID = copyIdOf(ID);

interface Scene {
  town: Town;
  store: MemoryStore;
  first: { session: LiveBroadcast; kill(): void };
  viewer: Townsman;
}

/** A broadcaster and a viewer with a disk, some seconds later. */
async function open(more: Partial<BroadcastParts> = {}): Promise<Scene> {
  const [town, store] = [new Town(), new MemoryStore()];
  const first = town.broadcast(signer, 2, 100, false, more);
  await town.clock.pass(500);
  const viewer = town.watch(ID, 1, undefined, { loadCopy: () => Promise.resolve(openCopiesIn(store)) });
  await town.clock.pass(3000);
  return { town, store, first, viewer };
}

async function keep({ town, viewer }: Scene): Promise<CopySession> {
  const copy = await viewer.session.keepCopy();
  if (!copy) throw new Error('another tab keeps one');
  await town.clock.pass(5000);
  return copy;
}

async function packetsOf(store: MemoryStore, id = COPY_ID): Promise<Packet[]> {
  const packets: Packet[] = [];
  for await (const read of readRecording(store.open(id))) packets.push(...read.packets);
  return packets;
}

/** They are what was on air, in order, without a hole in an epoch. */
function expectGenuine(packets: readonly Packet[], sent: readonly Packet[]): void {
  const keyOf = ({ header }: Packet): string => `${header.epoch}/${header.seq}`;
  const originals = new Map(sent.map((packet) => [keyOf(packet), packet]));
  packets.forEach((packet, i) => {
    const original = originals.get(keyOf(packet))!;
    expect(equalBytes(packet.head, original.head) && equalBytes(packet.payload, original.payload)).toBe(true);
    const before = packets[i - 1]?.header;
    if (before?.epoch === packet.header.epoch) expect(packet.header.seq).toBe(before.seq + 1);
  });
}

/** The seq of the room packet that took the word back. */
function forbiddingSeq(sent: readonly Packet[]): number {
  const words = sent.flatMap(({ header, payload }) => {
    const decoded = header.kind === 'room' ? decodeRoomPacket(payload) : undefined;
    return decoded?.ok ? [{ seq: header.seq, mayKeep: decoded.value.mayKeep === true }] : [];
  });
  return words[words.findLastIndex(({ mayKeep }) => mayKeep) + 1]!.seq;
}

describe('a copy', () => {
  it('is not kept where the broadcaster does not allow it', async () => {
    const scene = await open();
    expect(scene.viewer.session.room!.mayKeep).toBe(false);
    const copy = await keep(scene);
    expect([copy.state, copy.keptMs]).toEqual(['forbidden', 0]);
    expect([...scene.store.tables.keys()]).toEqual([]);
  });

  it('holds what was on air from the next group on, byte for byte, and is listed as one', async () => {
    const scene = await open();
    const { town, store, first, viewer } = scene;
    first.session.room.setMayKeep(true);
    await town.clock.pass(1000);
    expect(viewer.session.room!.mayKeep).toBe(true);
    const copy = await keep(scene);
    expect(copy.state).toBe('keeping');
    await copy.stop();
    expect(copy.state).toBe('stopped');
    const packets = await packetsOf(store);
    expectGenuine(packets, town.recorded);
    expect(packets[0]!.header).toMatchObject({ isKey: true });
    expect(packets[0]!.header.seq).toBe(packets[0]!.header.groupSeq);
    expect(packets.length).toBeGreaterThan(50);
    const [summary, ...others] = await openRecordings(store).list();
    expect(others).toEqual([]);
    expect(summary).toMatchObject({
      id: COPY_ID,
      title: 'Town',
      isCopy: true,
      isComplete: true,
      isLive: false,
    });
    // It began when it began, and not with the config.
    expect(Math.abs(summary!.durationMs - copy.keptMs)).toBeLessThan(200);
  });

  it('ends when the broadcaster forbids it, and what was kept stays', async () => {
    const scene = await open();
    const { town, store, first, viewer } = scene;
    first.session.room.setMayKeep(true);
    await town.clock.pass(1000);
    const copy = await keep(scene);
    first.session.room.setMayKeep(false);
    await town.clock.pass(3000);
    expect([copy.state, viewer.session.room!.mayKeep]).toEqual(['forbidden', false]);
    const packets = await packetsOf(store);
    expect(packets.length).toBeGreaterThan(50);
    expect(packets.at(-1)!.header.seq).toBe(forbiddingSeq(town.recorded) - 1);
    expect(await openRecordings(store).list()).toMatchObject([{ id: COPY_ID, isComplete: true }]);
  });

  it('goes on after the broadcaster was away, when it is allowed then too', async () => {
    const memories: DeskMemory[] = [];
    const roomKeeper = {
      keep: (desk: DeskMemory) => void memories.push(structuredClone(desk)),
      finish: () => Promise.resolve(),
    };
    const scene = await open({ roomKeeper });
    const { town, store, first } = scene;
    first.session.room.setMayKeep(true);
    await town.clock.pass(1000);
    const copy = await keep(scene);
    first.kill();
    const roomBefore = { memory: memories.at(-1)!, packets: [], isAll: true };
    town.broadcast(signer, 2, 101, true, { roomBefore });
    await town.clock.pass(9000);
    expect(copy.state).toBe('keeping');
    await copy.stop();
    const packets = await packetsOf(store);
    expect(new Set(packets.map(({ header }) => header.epoch))).toEqual(new Set([100, 101]));
    expectGenuine(packets, town.recorded);
  });

  it('ends when the broadcaster comes back and does not allow it', async () => {
    const scene = await open();
    scene.first.session.room.setMayKeep(true);
    await scene.town.clock.pass(1000);
    const copy = await keep(scene);
    scene.first.kill();
    scene.town.broadcast(signer, 2, 101);
    await scene.town.clock.pass(9000);
    expect(copy.state).toBe('forbidden');
    expect(new Set((await packetsOf(scene.store)).map(({ header }) => header.epoch))).toEqual(new Set([100]));
  });

  it('ends with the broadcast, whose end it holds', async () => {
    const scene = await open();
    scene.first.session.room.setMayKeep(true);
    await scene.town.clock.pass(1000);
    const copy = await keep(scene);
    void scene.first.session.stop();
    await scene.town.clock.pass(3000);
    expect(copy.state).toBe('ended');
    expect((await packetsOf(scene.store)).at(-1)!.header.kind).toBe('end');
  });

  it('is completed when the page lets go of the watch', async () => {
    const scene = await open();
    scene.first.session.room.setMayKeep(true);
    await scene.town.clock.pass(1000);
    const copy = await keep(scene);
    const left = scene.viewer.session.leave();
    await scene.town.clock.pass(3000);
    await left;
    expect(copy.state).toBe('stopped');
    expect(await openRecordings(scene.store).list()).toMatchObject([{ isCopy: true, isComplete: true }]);
  });

  it('lies apart from a recording of the same broadcast, and each is deleted alone', async () => {
    const scene = await open();
    const { town, store } = scene;
    const identity = { broadcastId: ID, title: 'Own', startedAtMs: 0, epoch: 100 };
    const recorder = openRecorder(store, identity, { onFault: () => undefined });
    for (const packet of town.recorded) recorder.append(packet);
    await recorder.finish();
    const own = (await packetsOf(store, tableName(ID))).length;
    scene.first.session.room.setMayKeep(true);
    await town.clock.pass(1000);
    await (await keep(scene)).stop();
    const recordings = openRecordings(store, () => Promise.resolve(new Set([COPY_ID])));
    const listed = await recordings.list();
    expect(listed.map(({ id, isCopy, isLive }) => [id, isCopy, isLive]).sort()).toEqual(
      [
        [ID, false, false],
        [COPY_ID, true, true],
      ].sort(),
    );
    expect(await packetsOf(store, tableName(ID))).toHaveLength(own);
    await recordings.rename(COPY_ID, 'Mine now');
    expect((await recordings.list()).map(({ title }) => title).sort()).toEqual(['Mine now', 'Own']);
    await recordings.delete(COPY_ID);
    expect((await recordings.list()).map(({ id }) => id)).toEqual([ID]);
  });

  it('says that a device is full, and that a disk refused', async () => {
    for (const [code, state] of [
      ['storage-full', 'full'],
      ['storage-unavailable', 'failed'],
    ] as const) {
      const scene = await open();
      scene.first.session.room.setMayKeep(true);
      await scene.town.clock.pass(1000);
      scene.store.fault = () => code;
      expect((await keep(scene)).state).toBe(state);
    }
  });
});
