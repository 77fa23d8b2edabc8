// What is kept on disk: one record holds at most half a second of packets, exactly as signed, and everything that is
// needed to read it without any other record. The list of recordings is made from records alone; there is no index to lose.

import type { Bytes } from '../base/bytes.ts';
import { concatBytes, utf8Bytes } from '../base/bytes.ts';
import type { Packet } from '../feed/packet.ts';
import { crc32 } from './checksum.ts';

/** The broadcast that a record belongs to. */
export interface RecordingIdentity {
  broadcastId: string;
  title: string;
  /** Unix ms at which the broadcast first went live. */
  startedAtMs: number;
  epoch: number;
}

/** A head and its payload, as they were on air. */
export type PacketBytes = Pick<Packet, 'head' | 'payload'>;

/** One record as IndexedDB keeps it. */
export interface StoredRecord {
  version: 1;
  /** The broadcast id. */
  recordingId: string;
  title: string;
  startedAtMs: number;
  epoch: number;
  /** Grows by one with each record of the recording, over all epochs. */
  index: number;
  /** Contiguous, inclusive. */
  fromSeq: number;
  toSeq: number;
  /** First capture time and last end of its media, integer µs. */
  fromTimeUs: number;
  toTimeUs: number;
  /** Bytes of packets in the recording up to the end of this record. */
  bytesSoFar: number;
  /** The newest config packet, packed as in `packets`; empty before the first. */
  config: Bytes;
  /** Packets in order of seq, each as uint32 head length, uint32 payload length, head, payload (big-endian). */
  packets: Bytes;
  /** CRC-32 over all of the above. */
  checksum: number;
}

/** Key of the mark that the broadcaster stopped the broadcast: `{ version, records }`. */
export const COMPLETE_KEY = 'complete';
const VERSION = 1;
const KEY_PREFIX = 'record-';
const TABLE_PREFIX = 'recording-';
const COPY_PREFIX = 'copy-';
const KEY_DIGITS = 9;
const LENGTHS_BYTES = 8;

/** A record's key. Key order is the order of recording. */
export function recordKey(index: number): string {
  return KEY_PREFIX + String(index).padStart(KEY_DIGITS, '0');
}

/** The index that a key stands for; undefined for keys of other things. */
export function recordIndex(key: string): number | undefined {
  const digits = key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : '';
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** The table that holds a broadcast's recording. */
export function tableName(broadcastId: string): string {
  return TABLE_PREFIX + broadcastId;
}

/** Under which a copy of somebody else's broadcast is listed; its table has the same name. No broadcast id looks like it. */
export function copyIdOf(broadcastId: string): string {
  return COPY_PREFIX + broadcastId;
}

/** Whether what is listed under this id is a copy. */
export function isCopyId(id: string): boolean {
  return id.startsWith(COPY_PREFIX);
}

/** The broadcast of what is listed under `id`. */
export function broadcastIdOf(id: string): string {
  return isCopyId(id) ? id.slice(COPY_PREFIX.length) : id;
}

/** The table of what is listed under `id`, a broadcast id or a copy's. */
export function listedTableName(id: string): string {
  return isCopyId(id) ? id : tableName(id);
}

/** What a table's recording or copy is listed under; undefined for other tables. */
export function listedId(name: string): string | undefined {
  if (isCopyId(name)) return name;
  return name.startsWith(TABLE_PREFIX) ? name.slice(TABLE_PREFIX.length) : undefined;
}

/** Packets as one blob. */
export function packPackets(packets: readonly PacketBytes[]): Bytes {
  return concatBytes(
    ...packets.flatMap(({ head, payload }) => {
      const lengths = new Uint8Array(LENGTHS_BYTES);
      const view = new DataView(lengths.buffer);
      view.setUint32(0, head.length);
      view.setUint32(4, payload.length);
      return [lengths, head, payload];
    }),
  );
}

/** The packets of a blob, as views into it; undefined when it isn't one. */
export function unpackPackets(blob: Bytes): PacketBytes[] | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const packets: PacketBytes[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + LENGTHS_BYTES > blob.length) return undefined;
    const headEnd = at + LENGTHS_BYTES + view.getUint32(at);
    const end = headEnd + view.getUint32(at + 4);
    if (end > blob.length) return undefined;
    packets.push({ head: blob.subarray(at + LENGTHS_BYTES, headEnd), payload: blob.subarray(headEnd, end) });
    at = end;
  }
  return packets;
}

/** The record of some packets (at least one, contiguous). `bytesBefore`: `bytesSoFar` of the record before. */
export function makeRecord(
  identity: RecordingIdentity,
  index: number,
  bytesBefore: number,
  config: PacketBytes | undefined,
  packets: readonly Packet[],
): StoredRecord {
  const media = packets.filter(({ header }) => header.kind === 'video' || header.kind === 'audio');
  const timed = media.length > 0 ? media : packets;
  const blob = packPackets(packets);
  const record: Omit<StoredRecord, 'checksum'> = {
    version: VERSION,
    recordingId: identity.broadcastId,
    title: identity.title,
    startedAtMs: identity.startedAtMs,
    epoch: identity.epoch,
    index,
    fromSeq: packets[0]?.header.seq ?? 0,
    toSeq: packets.at(-1)?.header.seq ?? 0,
    fromTimeUs: Math.min(...timed.map(({ header }) => header.timeUs)),
    toTimeUs: Math.max(...timed.map(({ header }) => header.timeUs + header.durationUs)),
    bytesSoFar: bytesBefore + blob.length,
    config: config ? packPackets([config]) : new Uint8Array(0),
    packets: blob,
  };
  return { ...record, checksum: checksumOf(record) };
}

/** A record read back from disk; undefined when it is damaged or no record. */
export function parseRecord(value: unknown): StoredRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Omit<StoredRecord, 'version'> & { version: unknown };
  if (record.version !== VERSION) return undefined;
  if (!(record.config instanceof Uint8Array && record.packets instanceof Uint8Array)) return undefined;
  return record.checksum === checksumOf(record) ? { ...record, version: VERSION } : undefined;
}

function checksumOf(record: Omit<StoredRecord, 'version' | 'checksum'>): number {
  const { recordingId, title, startedAtMs, epoch, index, fromSeq, toSeq, fromTimeUs, toTimeUs } = record;
  const plain = [recordingId, title, startedAtMs, epoch, index, fromSeq, toSeq, fromTimeUs, toTimeUs];
  const text = JSON.stringify([...plain, record.bytesSoFar, record.config.length, record.packets.length]);
  return crc32(utf8Bytes(text), record.config, record.packets);
}
