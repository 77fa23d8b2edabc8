// The room beside a recording: kept in order, read back with what the recorded packets add, and never older than it says.

import { beforeEach, describe, expect, test } from 'vitest';
import type { Packet } from '../../../src/feed/packet.ts';
import type { KeptLogEntry } from '../../../src/ports.ts';
import { openMender } from '../../../src/record/mender.ts';
import { recordIndex, tableName } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { openRoomKeeper, readRoomLog, roomBefore } from '../../../src/record/room-keeper.ts';
import { rememberDesk, type DeskMemory } from '../../../src/room/desk-memory.ts';
import { createDesk } from '../../../src/room/desk-state.ts';
import { encodeRoomPacket } from '../../../src/room/room-packet.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { START_US, madePacket } from './made-packets.ts';

const ID = 'a'.repeat(26);
const EPOCH = 7;
const START_MS = START_US / 1000;

let store: MemoryStore;
const table = () => store.open(tableName(ID));

beforeEach(() => {
  store = new MemoryStore();
});

function memoryAt(n: number, atMs = START_MS): DeskMemory {
  return {
    ...rememberDesk(
      createDesk(() => 0.5),
      EPOCH,
      atMs,
    ),
    n,
  };
}

function entry(text: string): KeptLogEntry {
  return { atMs: START_MS, act: 'hide', by: '', text, epoch: EPOCH };
}

const first = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const identityOf = (epoch: number) => ({ broadcastId: ID, title: '', startedAtMs: START_MS, epoch });

/** Room packets with these `n`, one a second from the start of the broadcast or so many seconds later. */
function roomPackets(ns: readonly number[], { epoch = EPOCH, afterS = 0 } = {}): Packet[] {
  return ns.map((n, seq) => {
    const sums = { n, mode: 'open', hearts: n, leftOut: 0, floor: 0, last: 0 } as const;
    const payload = encodeRoomPacket({ ...sums, isWhole: false, add: [], hide: [] });
    const timeUs = START_US + (afterS + seq) * 1_000_000;
    return madePacket({ kind: 'room', seq, epoch, timeUs, durationUs: 0 }, payload);
  });
}

async function record(packets: readonly Packet[]): Promise<void> {
  const recorder = openRecorder(store, identityOf(packets[0]!.header.epoch), { onFault: () => undefined });
  for (const packet of packets) recorder.append(packet);
  await recorder.finish();
}

const recordRoom = (ns: readonly number[]): Promise<void> => record(roomPackets(ns));

describe('a room that is kept', () => {
  test('comes back as it was kept last, however fast it was kept', async () => {
    const keeper = openRoomKeeper(table());
    for (let n = 1; n <= 20; n++) keeper.keep(memoryAt(n), [entry(`${n}`)]);
    await keeper.finish();
    expect(await roomBefore(table())).toEqual({ memory: memoryAt(20), packets: [], isAll: true });
    expect((await readRoomLog(table())).map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, i) => `${i + 1}`),
    );
    expect(store.calls).toBeLessThan(12);
  });

  test('goes on in the next epoch after the log that is there', async () => {
    for (const text of ['first', 'second']) {
      const keeper = openRoomKeeper(table());
      keeper.keep(memoryAt(1), [entry(text)]);
      await keeper.finish();
    }
    expect((await readRoomLog(table())).map(({ text }) => text)).toEqual(['first', 'second']);
  });

  test('comes with the packets that went out since, in their order', async () => {
    await recordRoom(first(8));
    const keeper = openRoomKeeper(table());
    keeper.keep(memoryAt(6), []);
    await keeper.finish();
    const before = await roomBefore(table());
    const ns = before!.packets.map(({ packet }) => packet.n);
    expect(ns.slice(-3)).toEqual([5, 6, 7]);
    expect(before!.isAll).toBe(true);
  });

  test('comes in the order of its packets, however they lie', async () => {
    await recordRoom([0, 2, 1]);
    const keeper = openRoomKeeper(table());
    keeper.keep(memoryAt(1), []);
    await keeper.finish();
    expect((await roomBefore(table()))!.packets.map(({ packet }) => packet.n)).toEqual([0, 1, 2]);
  });

  test('comes with the packets that viewers gave back, each epoch in its order', async () => {
    const died = roomPackets(first(8));
    await record(died);
    // The disk lost the end of that epoch: five records of a second each.
    const records = store.tables.get(tableName(ID))!;
    for (const key of [...records.keys()]) if ((recordIndex(key) ?? 0) >= 3) records.delete(key);
    const keeper = openRoomKeeper(table());
    keeper.keep(memoryAt(2), []);
    await keeper.finish();
    expect((await roomBefore(table()))!.packets.map(({ packet }) => packet.n)).toEqual([1, 2]);
    // A next epoch has begun before the viewers are there.
    await record(roomPackets(first(2), { epoch: EPOCH + 1, afterS: 10 }));
    await openMender(store, identityOf(EPOCH + 1), EPOCH).insert(died.slice(3));
    const { packets, isAll } = (await roomBefore(table()))!;
    expect(packets.map(({ epoch, packet }) => [epoch, packet.n])).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => [EPOCH, n]),
      ...[0, 1].map((n) => [EPOCH + 1, n]),
    ]);
    expect(isAll).toBe(true);
  });

  test('says when it is older than what was on air', async () => {
    await recordRoom(first(40));
    const keeper = openRoomKeeper(table());
    keeper.keep(memoryAt(6), []);
    await keeper.finish();
    expect(await roomBefore(table())).toMatchObject({ memory: { n: 6 }, isAll: false });
  });

  test('that the disk refuses is gone rather than old, and its log waits', async () => {
    const keeper = openRoomKeeper(table());
    keeper.keep(memoryAt(1), [entry('first')]);
    await keeper.finish();
    store.fault = (_call, written) => (written > 0 ? 'storage-full' : undefined);
    keeper.keep(memoryAt(2), [entry('second')]);
    await keeper.finish();
    expect(await roomBefore(table())).toBeUndefined();
    store.fault = () => undefined;
    keeper.keep(memoryAt(3), []);
    await keeper.finish();
    expect(await roomBefore(table())).toMatchObject({ memory: { n: 3 } });
    expect((await readRoomLog(table())).map(({ text }) => text)).toEqual(['first', 'second']);
  });

  test('of which nothing was kept is no room', async () => {
    await recordRoom(first(3));
    expect(await roomBefore(table())).toBeUndefined();
  });
});
