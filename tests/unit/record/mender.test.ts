// What the disk lost and viewers gave back is put into the recording, so that its file is what it would have been.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { equalBytes, type Bytes } from '../../../src/base/bytes.ts';
import { REFILL_REACH_MS } from '../../../src/base/limits.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { isInSpans, SEQ_MAX } from '../../../src/feed/seq-spans.ts';
import type { LostPackets, Signer } from '../../../src/ports.ts';
import { exportRecording } from '../../../src/record/export.ts';
import { openMender } from '../../../src/record/mender.ts';
import { recordIndex, recordKey, tableName, type StoredRecord } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { openRecordings } from '../../../src/record/recordings.ts';
import type { RecordingFile } from '../../../src/session/session-api.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';
import { privateFilesNavigator } from '../../fakes/private-files.ts';
import { chunksOf, newSigner, signedEpoch, START_US, verdictOf } from './proven-broadcast.ts';

vi.stubGlobal('navigator', privateFilesNavigator());

const ID = 'a'.repeat(26);
const FIRST = 7;
const SECOND = 8;
const NOW_US = START_US + 20_000_000;
const identityOf = (epoch: number) => ({
  broadcastId: ID,
  title: 'A title',
  startedAtMs: START_US / 1000,
  epoch,
});

let signer: Signer;
/** Died on air. */
let first: Packet[];
let second: Packet[];

beforeAll(async () => {
  signer = await newSigner();
  first = await signedEpoch(signer, { seconds: 6, epoch: FIRST, isInterrupted: true });
  second = await signedEpoch(signer, { seconds: 2, epoch: SECOND, atUs: 10_000_000 });
});

type Records = Map<string, unknown>;

/** The first epoch on a disk that lost some of it. */
async function recorded(damage: (records: Records) => void, packets = first): Promise<MemoryStore> {
  const store = new MemoryStore();
  await record(store, packets);
  damage(store.tables.get(tableName(ID))!);
  return store;
}

async function record(store: MemoryStore, packets: readonly Packet[]): Promise<void> {
  const recorder = openRecorder(store, identityOf(packets[0]!.header.epoch), { onFault: () => undefined });
  for (const packet of packets) recorder.append(packet);
  await recorder.finish();
}

const flip =
  (...indexes: number[]) =>
  (records: Records): void => {
    for (const index of indexes) (records.get(recordKey(index)) as StoredRecord).packets[100]! ^= 1;
  };
const remove =
  (...indexes: number[]) =>
  (records: Records): void => {
    for (const index of indexes) records.delete(recordKey(index));
  };
const removeAll = (records: Records): void => {
  for (const key of [...records.keys()]) if (recordIndex(key) !== undefined) records.delete(key);
};

const mender = (store: MemoryStore, previousEpoch = FIRST) =>
  openMender(store, identityOf(SECOND), previousEpoch);

/** Gives back all that is asked for of the first epoch. */
async function mend(store: MemoryStore): Promise<LostPackets[]> {
  const one = mender(store);
  const lost = await one.findLost(NOW_US);
  for (const { epoch, spans } of lost) {
    expect(epoch).toBe(FIRST);
    const given = first.filter(({ header }) => isInSpans(spans, header.seq));
    if (given.length > 0) await one.insert(given);
  }
  return lost;
}

async function exportOf(store: MemoryStore): Promise<RecordingFile> {
  const files = await exportRecording(store.open(tableName(ID)), { progress: () => undefined });
  expect(files).toHaveLength(1);
  return files[0]!;
}

/** The same chunks and the same proof, byte for byte, as from a disk that lost nothing. */
async function expectUnharmed(store: MemoryStore): Promise<void> {
  await record(store, second);
  const whole = new MemoryStore();
  await record(whole, first);
  await record(whole, second);
  const [mended, original] = [await exportOf(store), await exportOf(whole)];
  expect(mended.gaps).toEqual(original.gaps);
  expect(mended.gaps.map(({ why }) => why)).toEqual(['off-air']);
  // A file tells when it was made: its chunks are compared.
  expect(await chunksOf(mended.file)).toEqual(await chunksOf(original.file));
  expect(equalBytes(await proofOf(mended), await proofOf(original))).toBe(true);
}

async function proofOf({ proof }: RecordingFile): Promise<Bytes> {
  return new Uint8Array(await proof!.file.arrayBuffer());
}

const last = (): number => first.at(-1)!.header.seq;

describe('a recording that lost', () => {
  test.each([
    ['a damaged record', flip(5)],
    ['records in several places', flip(2, 5, 6)],
    ['deleted records', remove(4, 5)],
    ['its first record', remove(0)],
    ['its last records', remove(10, 11)],
    ['every record', removeAll],
  ])('%s is whole again when it has all that it lacks', async (_, damage) => {
    const store = await recorded(damage);
    await mend(store);
    await expectUnharmed(store);
  });

  test('something names exactly that, and the end of which nobody knows', async () => {
    const store = await recorded(flip(5));
    const lost = (await recordOf(first, 5))!;
    expect(await mender(store).findLost(NOW_US)).toEqual([
      {
        epoch: FIRST,
        spans: [
          [lost.fromSeq, lost.toSeq],
          [last() + 1, SEQ_MAX],
        ],
        needsConfig: false,
      },
    ]);
  });

  test('every record of the epoch before asks for all of it, and for its config', async () => {
    const store = await recorded(removeAll);
    expect(await mender(store).findLost(NOW_US)).toEqual([
      { epoch: FIRST, spans: [[0, SEQ_MAX]], needsConfig: true },
    ]);
    expect(await mender(store, 0).findLost(NOW_US)).toEqual([]);
  });

  test('nothing, of an epoch that ended in order, asks for nothing', async () => {
    const store = await recorded(() => undefined, second);
    expect(await openMender(store, identityOf(SECOND + 1), SECOND).findLost(NOW_US)).toEqual([]);
  });

  test('what is older than anybody keeps it doesn’t ask for that', async () => {
    const store = await recorded(flip(5));
    const lateUs = NOW_US + REFILL_REACH_MS * 1000;
    expect(await mender(store).findLost(lateUs)).toEqual([
      { epoch: FIRST, spans: [[last() + 1, SEQ_MAX]], needsConfig: false },
    ]);
  });

  test('something that only came back in part keeps the rest of the gap, and asks for that alone next time', async () => {
    const store = await recorded(remove(4, 5));
    const [from, to] = [(await recordOf(first, 4))!.fromSeq, (await recordOf(first, 5))!.toSeq];
    const half = first.filter(({ header }) => header.seq >= from && header.seq < (from + to) / 2);
    await mender(store).insert(half);
    const [lost] = await mender(store).findLost(NOW_US);
    expect(lost!.spans[0]).toEqual([half.at(-1)!.header.seq + 1, to]);
    expect((await exportOf(store)).gaps).toMatchObject([{ where: 'inside', why: 'lost' }]);
  });

  test('something twice is given it once', async () => {
    const store = await recorded(remove(4, 5));
    const records = store.tables.get(tableName(ID))!;
    await mend(store);
    records.set(recordKey(5), await recordOf(first, 5));
    await expectUnharmed(store);
  });

  test('its beginning and got it back is listed with its whole length, size, and what came back', async () => {
    const whole = (await openRecordings(await recorded(() => undefined)).list())[0]!;
    const store = await recorded(remove(0, 1));
    const before = (await openRecordings(store).list())[0]!;
    await mend(store);
    const after = (await openRecordings(store).list())[0]!;
    expect(before.refilledMs).toBe(0);
    expect(before.durationMs).toBeLessThan(whole.durationMs - 500);
    expect(after.durationMs).toBe(whole.durationMs);
    expect(after.refilledMs).toBeGreaterThan(700);
    expect(after.refilledMs).toBeLessThan(1300);
    expect(after.bytes).toBeGreaterThan(before.bytes);
  });

  test('something and got it back proves to be what was on air', async () => {
    const store = await recorded(flip(5));
    await mend(store);
    const file = await exportOf(store);
    const verdict = await verdictOf({ video: file.file, proof: file.proof!.file });
    // The tab died: whether that was all nobody can tell.
    expect(verdict).toMatchObject({ is: 'cut', pieces: [{ where: 'end', why: 'unknown' }] });
  });
});

test('a recording whose recorder gave up packets is complete once they are put back in', async () => {
  const store = new MemoryStore();
  const lost: [number, number][] = [];
  const recorder = openRecorder(store, identityOf(SECOND), {
    onFault: () => undefined,
    onLost: (from, to) => lost.push([from, to]),
  });
  const big = second.map((packet) => ({ ...packet, payload: new Uint8Array(1024 * 1024) }));
  store.fault = () => 'storage-failed';
  for (const packet of big) recorder.append(packet);
  await Promise.resolve();
  store.fault = () => undefined;
  expect(lost.length).toBeGreaterThan(0);
  for (const [from, to] of lost) recorder.mended!(from, to);
  await recorder.finish();
  expect((await openRecordings(store).list())[0]).toMatchObject({ isComplete: true });
});

async function recordOf(packets: readonly Packet[], index: number): Promise<StoredRecord | undefined> {
  const store = new MemoryStore();
  await record(store, packets);
  return store.tables.get(tableName(ID))!.get(recordKey(index)) as StoredRecord | undefined;
}
