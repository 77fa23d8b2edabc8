import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FaultCode, LucarneError } from '../../../src/base/errors.ts';
import {
  RECORD_CHECK_EVERY,
  RECORD_MS_MAX,
  RECORD_QUEUE_BYTES_MAX,
  RECORD_SPACE_BYTES_MIN,
} from '../../../src/base/limits.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { parseRecord, recordKey, tableName, unpackPackets } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { readRecording } from '../../../src/record/recording-reader.ts';
import { openRecordings } from '../../../src/record/recordings.ts';
import { loadKey, saveKey } from '../../../src/record/recording-key.ts';
import type { Recorder } from '../../../src/ports.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { START_US, madeFeed, madePacket } from './made-packets.ts';

const ID = 'a'.repeat(26);
const IDENTITY = { broadcastId: ID, title: 'A title', startedAtMs: START_US / 1000, epoch: 7 };

function record(
  store: MemoryStore,
  epoch = 7,
): { recorder: Recorder; faults: FaultCode[]; behind: boolean[] } {
  const faults: FaultCode[] = [];
  const behind: boolean[] = [];
  const recorder = openRecorder(
    store,
    { ...IDENTITY, epoch },
    {
      onFault: (error) => faults.push(error.code),
      onBehind: (isBehind) => behind.push(isBehind),
    },
  );
  return { recorder, faults, behind };
}

/** A recorder for whose clock each packet takes a second, on a device with this much left. */
function recordWithRoom(store: MemoryStore, leftBytes: () => number) {
  const told: number[] = [];
  let full = 0;
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 200));
  const events = {
    onFault: () => undefined,
    onSpace: (minutesLeft: number) => void told.push(minutesLeft),
    onFull: () => {
      full++;
    },
  };
  const estimate = () => Promise.resolve({ usedBytes: 0, leftBytes: leftBytes() });
  const recorder = openRecorder(store, IDENTITY, events, estimate);
  return { recorder, told, fullCount: () => full };
}

/** Lets every write that can go on go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

async function feed(recorder: Recorder, packets: readonly Packet[]): Promise<void> {
  for (const packet of packets) {
    recorder.append(packet);
    await settle();
  }
}

async function seqsOnDisk(store: MemoryStore): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { packets } of readRecording(store.open(tableName(ID))))
    seqs.push(...packets.map(({ header }) => header.seq));
  return seqs;
}

afterEach(() => vi.restoreAllMocks());

const upTo = (seq: number): number[] => Array.from({ length: seq + 1 }, (_, i) => i);

describe('space', () => {
  test('left is told in minutes at the rate of the recording', async () => {
    const { recorder, told } = recordWithRoom(new MemoryStore(), () => RECORD_SPACE_BYTES_MIN + 1e6);
    await feed(recorder, madeFeed(400));
    expect(told.length).toBeGreaterThan(1);
    for (const minutes of told) expect(minutes).toBeGreaterThan(0);
    expect(told.at(-1)).toBeLessThan(1e6);
  });

  test('that runs out ends the recording in good order, and what was recorded is complete', async () => {
    const store = new MemoryStore();
    let left = RECORD_SPACE_BYTES_MIN + 1000;
    const { recorder, fullCount } = recordWithRoom(store, () => left);
    const packets = madeFeed(600);
    await feed(recorder, packets.slice(0, 300));
    expect(fullCount()).toBe(0);
    left = RECORD_SPACE_BYTES_MIN;
    await feed(recorder, packets.slice(300));
    expect(fullCount()).toBe(1);
    const [summary] = await openRecordings(store).list();
    expect(summary).toMatchObject({ isComplete: true });
    expect(await seqsOnDisk(store)).toEqual(upTo(recorder.recordedSeq));
    expect(recorder.recordedSeq).toBeGreaterThan(290);
    expect(recorder.recordedSeq).toBeLessThan(599);
    await recorder.finish();
  });

  test('of which the browser says nothing is not told, and stops nothing', async () => {
    const store = new MemoryStore();
    const told = vi.fn();
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 200));
    const events = { onFault: () => undefined, onSpace: told, onFull: told };
    const recorder = openRecorder(store, IDENTITY, events, () => Promise.resolve(undefined));
    await feed(recorder, madeFeed(200));
    await recorder.finish();
    expect(told).not.toHaveBeenCalled();
    expect(await seqsOnDisk(store)).toEqual(upTo(199));
  });
});

describe('recording', () => {
  test('every packet comes back byte for byte, in records of at most half a second', async () => {
    const store = new MemoryStore();
    const { recorder, faults } = record(store);
    const packets = madeFeed(100);
    await feed(recorder, packets);
    await recorder.finish();
    const read: Packet[] = [];
    for await (const part of readRecording(store.open(tableName(ID)))) {
      const times = part.packets.map(({ header }) => header.timeUs);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(RECORD_MS_MAX * 1000);
      expect(part.format?.video?.codec).toBe('avc1.42E01F');
      read.push(...part.packets);
    }
    expect(read).toEqual(packets);
    expect(recorder.recordedSeq).toBe(99);
    expect(faults).toEqual([]);
  });

  test('what waits for its record to be full is under half a second of packets', async () => {
    const store = new MemoryStore();
    const { recorder } = record(store);
    for (const packet of madeFeed(100)) {
      recorder.append(packet);
      await settle();
      expect(packet.header.seq - recorder.recordedSeq).toBeLessThanOrEqual(RECORD_MS_MAX / 50 + 1);
    }
  });

  test('any record alone tells the title, the times and how to decode', async () => {
    const store = new MemoryStore();
    const { recorder } = record(store);
    await feed(recorder, madeFeed(60));
    const value = await store.open(tableName(ID)).get(recordKey(3));
    const alone = parseRecord(value);
    expect(alone).toMatchObject({
      recordingId: ID,
      title: 'A title',
      epoch: 7,
      index: 3,
      startedAtMs: START_US / 1000,
    });
    expect(unpackPackets(alone!.config)?.[0]).toMatchObject({ payload: madeFeed(1)[0]!.payload });
  });

  test('a recording is listed without its end, and as complete after it', async () => {
    const store = new MemoryStore();
    const recordings = openRecordings(store);
    const { recorder } = record(store);
    await saveKey(store, ID, 'the key');
    expect(await recordings.list()).toEqual([]);
    await feed(recorder, madeFeed(60));
    expect(await recordings.list()).toMatchObject([{ id: ID, title: 'A title', isComplete: false }]);
    await recorder.finish();
    const [summary] = await recordings.list();
    expect(summary).toMatchObject({ startedAtMs: START_US / 1000, isComplete: true });
    expect(summary!.durationMs).toBeCloseTo(58 * 50 + 33.333, 0);
    expect(summary!.bytes).toBeGreaterThan(60 * 100);
    expect(await loadKey(store, ID)).toBe('the key');
    await recordings.delete(ID);
    expect(await recordings.list()).toEqual([]);
    expect(await loadKey(store, ID)).toBeUndefined();
  });

  test('a recording is told from an interrupted one while its broadcast is on air', async () => {
    const store = new MemoryStore();
    const { recorder } = record(store);
    await feed(recorder, madeFeed(30));
    const live = new Set([ID]);
    const recordings = openRecordings(store, () => Promise.resolve(live));
    expect(await recordings.list()).toMatchObject([{ id: ID, isComplete: false, isLive: true }]);
    live.clear();
    expect(await recordings.list()).toMatchObject([{ id: ID, isComplete: false, isLive: false }]);
  });

  test('a resumed broadcast goes on in the same recording, after a gap, incomplete until its own end', async () => {
    const store = new MemoryStore();
    const first = record(store);
    await feed(first.recorder, madeFeed(30));
    await first.recorder.finish();
    const second = record(store, 8);
    await feed(second.recorder, madeFeed(40, 8, START_US + 60_000_000));
    expect((await openRecordings(store).list())[0]?.isComplete).toBe(false);
    await second.recorder.finish();
    expect((await openRecordings(store).list())[0]?.isComplete).toBe(true);
    const gaps: [string, number, number][] = [];
    for await (const { epoch, gapBefore, packets } of readRecording(store.open(tableName(ID)))) {
      if (gapBefore) gaps.push([gapBefore, epoch, packets[0]!.header.seq]);
    }
    expect(gaps).toEqual([['off-air', 8, 0]]);
    expect(await seqsOnDisk(store)).toEqual([...upTo(29), ...upTo(39)]);
  });

  test('a damaged record is skipped exactly, and the next one says so', async () => {
    const store = new MemoryStore();
    const { recorder } = record(store);
    await feed(recorder, madeFeed(100));
    await recorder.finish();
    const damaged = store.tables.get(tableName(ID))!.get(recordKey(4)) as {
      packets: Uint8Array;
      fromSeq: number;
      toSeq: number;
    };
    damaged.packets[200]! ^= 1;
    const gaps: [string, number][] = [];
    for await (const { gapBefore, packets } of readRecording(store.open(tableName(ID)))) {
      if (gapBefore) gaps.push([gapBefore, packets[0]!.header.seq]);
    }
    expect(gaps).toEqual([['lost', damaged.toSeq + 1]]);
    const expected = upTo(99).filter((seq) => seq < damaged.fromSeq || seq > damaged.toSeq);
    expect(await seqsOnDisk(store)).toEqual(expected);
  });
});

describe('a failing disk', () => {
  const CALLS = 20;

  test.each(upTo(CALLS))(
    'when storage call %i fails once, nothing is lost and the fault is told',
    async (k) => {
      const store = new MemoryStore();
      store.fault = (call) => (call === k ? 'storage-failed' : undefined);
      const { recorder, faults } = record(store);
      await feed(recorder, madeFeed(100));
      await recorder.finish();
      expect(faults).toEqual(k < store.calls ? ['storage-failed'] : []);
      expect(recorder.recordedSeq).toBe(99);
      store.fault = () => undefined;
      expect(await seqsOnDisk(store)).toEqual(upTo(99));
      expect((await openRecordings(store).list())[0]?.isComplete).toBe(true);
    },
  );

  test.each(upTo(CALLS))(
    'when every storage call from %i on fails, no success is claimed for what is not there',
    async (k) => {
      const store = new MemoryStore();
      store.fault = (call) => (call >= k ? 'storage-failed' : undefined);
      const { recorder, faults } = record(store);
      await feed(recorder, madeFeed(100));
      const ending = await recorder.finish().then(
        () => 'complete',
        (error: unknown) => (error as LucarneError).code,
      );
      const callsNeeded = store.calls;
      store.fault = () => undefined;
      // What was written but couldn't be read again is there, and isn't acknowledged.
      const onDisk = await seqsOnDisk(store);
      expect(onDisk).toEqual(upTo(onDisk.length - 1));
      expect(onDisk.length).toBeGreaterThan(recorder.recordedSeq);
      expect(ending).toBe(faults.length === 0 ? 'complete' : 'storage-failed');
      expect(ending === 'complete').toBe(k >= callsNeeded);
      const [summary] = await openRecordings(store).list();
      if (ending !== 'complete') expect(summary?.isComplete ?? false).toBe(false);
    },
  );

  test.each(upTo(CALLS))(
    'when the disk is full at storage call %i, recording stops and all before it is kept',
    async (k) => {
      const store = new MemoryStore();
      store.fault = (call) => (call >= k ? 'storage-full' : undefined);
      const { recorder, faults } = record(store);
      await feed(recorder, madeFeed(100));
      const before = recorder.recordedSeq;
      const isComplete = await recorder.finish().then(
        () => true,
        () => false,
      );
      expect(faults).toEqual(isComplete ? [] : ['storage-full']);
      store.fault = () => undefined;
      const onDisk = await seqsOnDisk(store);
      expect(onDisk).toEqual(upTo(onDisk.length - 1));
      expect(onDisk.length).toBeGreaterThan(recorder.recordedSeq);
      expect(recorder.recordedSeq).toBeGreaterThanOrEqual(before);
    },
  );

  test('a disk that gives back something else than it took is told of, and what it took wrong is written again', async () => {
    const store = new MemoryStore();
    const altered = RECORD_CHECK_EVERY;
    let times = 0;
    const open = store.open.bind(store);
    vi.spyOn(store, 'open').mockImplementation((name) => {
      const table = open(name);
      const set: typeof table.set = async (entries) => {
        await table.set(entries);
        const held = store.tables.get(name)?.get(recordKey(altered)) as { packets: Uint8Array } | undefined;
        if (held && times++ === 0) held.packets[100]! ^= 1;
      };
      return { ...table, set };
    });
    const { recorder, faults } = record(store);
    await feed(recorder, madeFeed(300));
    await recorder.finish();
    expect(times).toBeGreaterThan(1);
    expect(faults).toEqual(['storage-failed']);
    expect(recorder.recordedSeq).toBe(299);
    expect(await seqsOnDisk(store)).toEqual(upTo(299));
  });

  test('a disk with room for one record but not for all that wait takes that one', async () => {
    const store = new MemoryStore();
    let room = 5;
    store.fault = (_call, written) => {
      if (written > room) return 'storage-full';
      room -= written;
      return undefined;
    };
    const { recorder, faults } = record(store);
    for (const packet of madeFeed(100)) recorder.append(packet);
    await expect(recorder.finish()).rejects.toMatchObject({ code: 'storage-full' });
    expect(faults).toEqual(['storage-full']);
    store.fault = () => undefined;
    const [fifth, sixth] = await Promise.all(
      [4, 5].map((index) => store.open(tableName(ID)).get(recordKey(index))),
    );
    expect(parseRecord(fifth)?.toSeq).toBe(recorder.recordedSeq);
    expect(sixth).toBeUndefined();
    expect(await seqsOnDisk(store)).toEqual(upTo(recorder.recordedSeq));
  });

  test('a slow disk raises the alarm after two seconds and calls it off', async () => {
    const store = new MemoryStore();
    store.fault = (call) => (call < 8 ? 'storage-failed' : undefined);
    const { recorder, behind } = record(store);
    await feed(recorder, madeFeed(200));
    await recorder.finish();
    expect(behind).toEqual([true, false]);
    expect(recorder.recordedSeq).toBe(199);
  });

  test('memory stays bounded when the disk never answers, and the end is no success', async () => {
    const store = new MemoryStore();
    store.fault = () => 'storage-failed';
    const { recorder } = record(store);
    const payload = new Uint8Array(1024 * 1024);
    const rounds = (2 * RECORD_QUEUE_BYTES_MAX) / payload.length;
    for (let seq = 0; seq < rounds; seq++) {
      recorder.append(madePacket({ seq, timeUs: START_US + seq * 600_000 }, payload));
      await settle();
    }
    store.fault = () => undefined;
    await expect(recorder.finish()).rejects.toMatchObject({ code: 'storage-failed' });
    const seqs = await seqsOnDisk(store);
    expect(seqs.length * payload.length).toBeLessThanOrEqual(RECORD_QUEUE_BYTES_MAX);
    expect(recorder.recordedSeq).toBe(seqs.length - 1);
    expect((await openRecordings(store).list())[0]?.isComplete).toBe(false);
  });

  test('packets after the end are let go without a word', async () => {
    const store = new MemoryStore();
    const { recorder } = record(store);
    await feed(recorder, madeFeed(30));
    await recorder.finish();
    recorder.append(madePacket({ seq: 30 }));
    await settle();
    expect(await seqsOnDisk(store)).toEqual(upTo(29));
  });

  test('the browser is asked once to keep the storage', async () => {
    const persist = vi.fn(() => Promise.resolve(true));
    vi.stubGlobal('navigator', { storage: { persist } });
    vi.resetModules();
    const fresh = await import('../../../src/record/recorder.ts');
    for (const epoch of [7, 8])
      fresh.openRecorder(new MemoryStore(), { ...IDENTITY, epoch }, { onFault: () => undefined });
    vi.unstubAllGlobals();
    expect(persist).toHaveBeenCalledTimes(1);
  });
});
