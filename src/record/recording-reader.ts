// Reads a recording back, record by record, never more than one in memory. It is the only file here that reads packets.
// Its rule: a damaged record is skipped exactly, and what follows a hole says so.

import { equalBytes, type Bytes } from '../base/bytes.ts';
import { decodeConfig } from '../feed/config.ts';
import { decodeHead } from '../feed/packet-codec.ts';
import type { Packet } from '../feed/packet.ts';
import type { MediaFormat, VideoFormat } from '../ports.ts';
import type { GapCause } from './gap-report.ts';
import { isInserted, readRecords, readRecordsBack } from './record-order.ts';
import type { PacketBytes, StoredRecord } from './record.ts';
import { parseRecord, recordIndex, recordKey, unpackPackets } from './record.ts';
import { PacketOpener, type RecordingTable } from './recording-table.ts';

/** Records that are searched for a key chunk: 10 s, five times as long as one may take. */
const KEY_RECORDS_MAX = 20;

/** What one record holds. */
export interface RecordedPackets {
  broadcastId: string;
  title: string;
  /** Unix ms at which the broadcast first went live. */
  startedAtMs: number;
  epoch: number;
  /** How the media of these packets are decoded; undefined while no config was recorded. */
  format: MediaFormat | undefined;
  /** The config packet that says so. */
  config: Packet | undefined;
  /** Set when packets are lost before these, or a new epoch begins: pictures can't be decoded up to the next key chunk. */
  gapBefore: GapCause | undefined;
  /** In order of seq. */
  packets: Packet[];
  /** How much of the recording has been read with these, 0 to 1. */
  share: number;
}

/** All records of a table in order. Rejects with the table's LucarneError, and with the signal's reason. */
export async function* readRecording(
  table: RecordingTable,
  signal?: AbortSignal,
): AsyncGenerator<RecordedPackets> {
  const reader = new RecordReader(table);
  let previous: StoredRecord | undefined;
  for await (const { record, isHoleBefore, share } of readRecords(table, signal)) {
    const read = await reader.read(record);
    const packets = read.packets.filter(isNewAfter(previous));
    if (packets.length === 0) continue;
    const { recordingId: broadcastId, title, startedAtMs, epoch } = record;
    const gapBefore = gapBetween(previous, record, isHoleBefore);
    const { config, format } = read;
    yield { broadcastId, title, startedAtMs, epoch, format, config, gapBefore, packets, share };
    previous = record;
  }
}

/**
 * Packets of the newest records, record by record and the newest record first, those that were put back in among them; a damaged one
 * is passed over.
 */
export async function* readBack(table: RecordingTable): AsyncGenerator<Packet[]> {
  const reader = new RecordReader(table);
  for await (const record of readRecordsBack(table)) {
    const { packets } = await reader.read(record);
    if (packets.length > 0) yield packets;
  }
}

/** What was put back in may lie in a record too that could be read again after all. */
function isNewAfter(previous: StoredRecord | undefined): (packet: Packet) => boolean {
  return ({ header: { epoch, seq } }) => epoch !== previous?.epoch || seq > previous.toSeq;
}

/** What lies between two records; before the first of all, records that are gone. */
function gapBetween(
  previous: StoredRecord | undefined,
  record: StoredRecord,
  isHoleBefore: boolean,
): GapCause | undefined {
  if (previous?.epoch === record.epoch) return record.fromSeq <= previous.toSeq + 1 ? undefined : 'lost';
  // An epoch begins here. Whether what was put back in before is all that the one before it had, nobody can tell.
  const isRefilled = previous !== undefined && isInserted(previous) && record.fromSeq === 0;
  if ((isHoleBefore && !isRefilled) || (isInserted(record) && record.fromSeq > 0)) return 'lost';
  return previous ? 'off-air' : undefined;
}

/** The first key chunk of a picture that lies behind `share` (0 to 1) of the recording, among the next records. */
export async function readKeyChunk(
  table: RecordingTable,
  share: number,
): Promise<{ format: VideoFormat; packet: Packet } | undefined> {
  const indexes = (await table.keys()).map(recordIndex).filter((index) => index !== undefined);
  const reader = new RecordReader(table);
  const begin = Math.floor(indexes.length * share);
  for (const index of indexes.slice(begin, begin + KEY_RECORDS_MAX)) {
    const record = parseRecord(await table.get(recordKey(index)));
    const read = record && (await reader.read(record));
    const format = read?.format?.video;
    const packet = read?.packets.find(({ header }) => header.kind === 'video' && header.isKey);
    if (format && packet) return { format, packet };
  }
  return undefined;
}

/** What a record holds, opened. */
interface ReadRecord {
  packets: Packet[];
  config: Packet | undefined;
  format: MediaFormat | undefined;
}

/** A config, as it lay on disk, as it was on air, and as it is read. */
interface KnownConfig extends Pick<ReadRecord, 'config' | 'format'> {
  bytes: Bytes;
  onAir: Packet | undefined;
}

/** Reads records one by one; each different config is decoded once. */
class RecordReader {
  readonly #opener: PacketOpener;
  #known: KnownConfig | undefined;

  constructor(table: RecordingTable) {
    this.#opener = new PacketOpener(table);
  }

  async read(record: StoredRecord): Promise<ReadRecord> {
    const { onAir, config, format } = await this.#readConfig(record.config);
    const packets = await this.#opener.open(decodePackets(record.packets) ?? [], onAir);
    return { packets, config, format };
  }

  async #readConfig(bytes: Bytes): Promise<KnownConfig> {
    if (this.#known && equalBytes(this.#known.bytes, bytes)) return this.#known;
    const onAir = decodePackets(bytes)?.[0];
    const [config] = onAir ? await this.#opener.open([onAir], onAir) : [];
    const decoded = config && decodeConfig(config.payload);
    const format = decoded?.ok ? decoded.value.format : undefined;
    return (this.#known = { bytes, onAir, config, format });
  }
}

function decodePackets(blob: Bytes): Packet[] | undefined {
  const packets = unpackPackets(blob)?.map(decodePacket);
  return packets?.every((packet) => packet !== undefined) ? packets : undefined;
}

function decodePacket({ head, payload }: PacketBytes): Packet | undefined {
  const decoded = decodeHead(head);
  return decoded.ok ? { header: decoded.value.header, head, payload } : undefined;
}
