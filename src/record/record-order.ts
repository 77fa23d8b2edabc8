// The records of a table in the order of the feed: those that were written in order, and among them those that were put back in.

import type { Table } from '../ports.ts';
import { INSERTED_INDEX, insertedPlace, type InsertedPlace } from './inserted.ts';
import { parseRecord, recordIndex, recordKey, type StoredRecord } from './record.ts';

/** A record in its place. */
export interface OrderedRecord {
  record: StoredRecord;
  /** Records that should lie right before it are not there, as far as the numbers of records tell. */
  isHoleBefore: boolean;
  /** How much has been read with it, 0 to 1. */
  share: number;
}

/** Whether a record was put back in later. */
export function isInserted({ index }: StoredRecord): boolean {
  return index === INSERTED_INDEX;
}

/** Whole records; damaged ones are left out. Rejects with the table's LucarneError, and with the signal's reason. */
export async function* readRecords(table: Table, signal?: AbortSignal): AsyncGenerator<OrderedRecord> {
  const keys = await table.keys();
  const indexes = keys.map(recordIndex).filter((index) => index !== undefined);
  const inserted = keys.map(insertedPlace).filter((place) => place !== undefined);
  const total = indexes.length + inserted.length;
  let position = 0;
  let nextIndex = 0;
  const readInserted = async function* (until?: StoredRecord): AsyncGenerator<OrderedRecord> {
    for (let first = inserted[0]; first && isBefore(first, until); first = inserted[0]) {
      signal?.throwIfAborted();
      inserted.shift();
      const record = parseRecord(await table.get(first.key));
      position++;
      if (record) yield { record, isHoleBefore: false, share: position / total };
    }
  };
  for (const index of indexes) {
    signal?.throwIfAborted();
    const record = parseRecord(await table.get(recordKey(index)));
    if (record) yield* readInserted(record);
    position++;
    if (!record) continue;
    yield { record, isHoleBefore: index !== nextIndex, share: position / total };
    nextIndex = index + 1;
  }
  yield* readInserted();
}

/** Whole records, the newest first; damaged ones are left out. Rejects with the table's LucarneError. */
export async function* readRecordsBack(table: Table): AsyncGenerator<StoredRecord> {
  const keys = await table.keys();
  const indexes = keys.map(recordIndex).filter((index) => index !== undefined);
  const inserted = keys.map(insertedPlace).filter((place) => place !== undefined);
  const readInserted = async function* (downTo?: StoredRecord): AsyncGenerator<StoredRecord> {
    for (let last = inserted.at(-1); last && !(downTo && isBefore(last, downTo)); last = inserted.at(-1)) {
      inserted.pop();
      const record = parseRecord(await table.get(last.key));
      if (record) yield record;
    }
  };
  for (const index of indexes.reverse()) {
    const record = parseRecord(await table.get(recordKey(index)));
    if (!record) continue;
    yield* readInserted(record);
    yield record;
  }
  yield* readInserted();
}

function isBefore({ epoch, fromSeq }: InsertedPlace, record: StoredRecord | undefined): boolean {
  if (!record) return true;
  return epoch < record.epoch || (epoch === record.epoch && fromSeq < record.fromSeq);
}
