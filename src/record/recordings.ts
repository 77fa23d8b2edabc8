// The recordings on this machine, listed from their records alone. The muxer is only loaded when something is exported.

import type { Recordings, RecordingSummary } from '../session/session-api.ts';
import type { LinkCipher, Store, Table, TakeStill } from '../ports.ts';
import { removeOldExports } from './export-file.ts';
import { insertedPlace, readRefilled } from './inserted.ts';
import type { StoredRecord } from './record.ts';
import {
  broadcastIdOf,
  COMPLETE_KEY,
  isCopyId,
  listedId,
  listedTableName,
  parseRecord,
  recordIndex,
  recordKey,
} from './record.ts';
import { loadLinkKey } from './recording-key.ts';
import { recordingTable, type RecordingTable } from './recording-table.ts';
import { estimateSpace } from './space-meter.ts';
import { givenTitle, TITLE_KEY } from './given-title.ts';

/** What opens a private broadcast's records; `linkKey`: as it was kept beside them. */
export type OpenCipher = (broadcastId: string, linkKey: unknown) => Promise<LinkCipher | undefined>;

/**
 * Reads, exports and deletes what recorders have left in the store; clears exports of pages that are gone.
 * `openCipher` opens what was private. `liveIds` tells which broadcasts are on air and which copies are being kept now: the records of a crashed one look the same.
 */
export function openRecordings(
  store: Store,
  liveIds: () => Promise<ReadonlySet<string>> = () => Promise.resolve(new Set()),
  takeStill: TakeStill = () => Promise.resolve(undefined),
  openCipher: OpenCipher = () => Promise.resolve(undefined),
): Recordings {
  // What is left over only costs space, and the next start tries again.
  removeOldExports().catch(() => undefined);
  const open = (id: string): RecordingTable => {
    const table = store.open(listedTableName(id));
    return recordingTable(table, async () => {
      const linkKey = await loadLinkKey(table);
      return linkKey === undefined ? undefined : openCipher(broadcastIdOf(id), linkKey);
    });
  };
  return {
    async list() {
      const ids = (await store.list()).map(listedId).filter((id) => id !== undefined);
      const found = await Promise.all(ids.map((id) => summarise(id, open(id))));
      const live = await liveIds();
      const whole = found.filter((summary) => summary !== undefined);
      return whole
        .map((one) => ({ ...one, isLive: live.has(one.id) }))
        .sort((a, b) => b.startedAtMs - a.startedAtMs);
    },
    async exportFiles(id, wishes) {
      const { exportRecording } = await import('./export.ts');
      return exportRecording(open(id), wishes);
    },
    async fileName(id, clip) {
      const { exportName } = await import('./export.ts');
      return exportName(open(id), clip);
    },
    offersAac(id) {
      const loading = import('./aac.ts');
      return loading.then(({ offersAac }) => offersAac(open(id))).catch(() => false);
    },
    async still(id) {
      const { stillOf } = await import('./stills.ts');
      return stillOf(open(id), takeStill);
    },
    async report({ id, title }) {
      const { readReport } = await import('./air-report.ts');
      return readReport(open(id), { broadcastId: id, title });
    },
    rename: (id, title) => open(id).set([[TITLE_KEY, title]]),
    space: estimateSpace,
    delete: (id) => store.drop(listedTableName(id)),
  };
}

async function summarise(id: string, table: Table): Promise<Omit<RecordingSummary, 'isLive'> | undefined> {
  const indexes = (await table.keys()).map(recordIndex).filter((index) => index !== undefined);
  const first = await firstWhole(table, indexes);
  const last = await firstWhole(table, indexes.toReversed());
  if (!first || !last) return undefined;
  const refilled = await readRefilled(table);
  const inserted = refilled.ms > 0 ? await firstInserted(table) : undefined;
  const fromTimeUs = Math.min(first.fromTimeUs, inserted?.fromTimeUs ?? Infinity);
  return {
    id,
    title: (await givenTitle(table)) ?? last.title,
    startedAtMs: first.startedAtMs,
    durationMs: Math.max(0, last.toTimeUs - fromTimeUs) / 1000,
    bytes: last.bytesSoFar + refilled.bytes,
    refilledMs: refilled.ms,
    isCopy: isCopyId(id),
    isComplete: isMarkFor(await table.get(COMPLETE_KEY), indexes),
  };
}

async function firstWhole(table: Table, indexes: readonly number[]): Promise<StoredRecord | undefined> {
  for (const index of indexes) {
    const record = parseRecord(await table.get(recordKey(index)));
    if (record) return record;
  }
  return undefined;
}

async function firstInserted(table: Table): Promise<StoredRecord | undefined> {
  const place = (await table.keys()).map(insertedPlace).find((place) => place !== undefined);
  return place && parseRecord(await table.get(place.key));
}

/** Whether the mark was set after the last record: a resumed broadcast goes past an earlier mark. */
function isMarkFor(mark: unknown, indexes: readonly number[]): boolean {
  const records = (mark as { records?: unknown } | undefined)?.records;
  return records === (indexes.at(-1) ?? -1) + 1;
}
