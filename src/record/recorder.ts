// Keeps every packet of a broadcast as it goes on air, half a second at a time, behind a queue that never holds up the feed.
// Its rule: `recordedSeq` and `finish` say nothing that the disk hasn't confirmed, and now and then it is read again. A failing disk is tried again with
// each new record, in the same order and under the same keys, so a write that did succeed is only repeated.

import { LucarneError } from '../base/errors.ts';
import {
  RECORD_BATCH_MAX,
  RECORD_CHECK_EVERY,
  RECORD_FINISH_ATTEMPTS_MAX,
  RECORD_QUEUE_BYTES_MAX,
  RECORD_QUEUE_MS_MAX,
} from '../base/limits.ts';
import type { Packet } from '../feed/packet.ts';
import { withoutSpan, type SeqSpan } from '../feed/seq-spans.ts';
import type { Recorder, RecorderEvents, Store, Table } from '../ports.ts';
import { addToDraft, newDraft, type Draft } from './draft.ts';
import { askPersistence } from './persistence.ts';
import { estimateSpace, SpaceMeter, type EstimateSpace } from './space-meter.ts';
import type { RecordingIdentity, StoredRecord } from './record.ts';
import {
  COMPLETE_KEY,
  copyIdOf,
  makeRecord,
  parseRecord,
  recordIndex,
  recordKey,
  tableName,
} from './record.ts';

/**
 * Starts to record an epoch into the broadcast's table, after what earlier epochs left there. `estimate` tells what the
 * browser says about space.
 */
export function openRecorder(
  store: Store,
  identity: RecordingIdentity,
  events: RecorderEvents,
  estimate: EstimateSpace = estimateSpace,
): Recorder {
  return openRecorderOf(store.open(tableName(identity.broadcastId)), identity, events, { estimate });
}

/** Starts to keep a copy of an epoch of somebody else's broadcast, whose `config` may have come long before its first packet. */
export function openCopyRecorder(
  store: Store,
  identity: RecordingIdentity,
  events: RecorderEvents,
  config: Packet,
): Recorder {
  return openRecorderOf(store.open(copyIdOf(identity.broadcastId)), identity, events, { config });
}

function openRecorderOf(
  table: Table,
  identity: RecordingIdentity,
  events: RecorderEvents,
  { estimate = estimateSpace, config }: { estimate?: EstimateSpace; config?: Packet },
): Recorder {
  askPersistence();
  return new PacketRecorder(table, identity, events, new SpaceMeter(estimate), config);
}

class PacketRecorder implements Recorder {
  recordedSeq = -1;
  readonly #table: Table;
  readonly #identity: RecordingIdentity;
  readonly #events: RecorderEvents;
  readonly #space: SpaceMeter;
  #draft: Draft | undefined;
  #queue: Draft[] = [];
  #config: Packet | undefined;
  /** The next seq that would make the disk's part longer; undefined before the first packet. */
  #nextSeq: number | undefined;
  /** Where the table ends; undefined before it was read. */
  #end: { records: number; bytes: number } | undefined;
  #writing: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #fault: LucarneError | undefined;
  /** 'storage-full' ended the recording. */
  #isStopped = false;
  /** Given up while the disk refused: until it is put back in, the recording can't be called complete. */
  #lost: SeqSpan[] = [];
  #isBehind = false;

  constructor(
    table: Table,
    identity: RecordingIdentity,
    events: RecorderEvents,
    space: SpaceMeter,
    config: Packet | undefined,
  ) {
    this.#table = table;
    this.#identity = identity;
    this.#events = events;
    this.#space = space;
    this.#config = config;
  }

  append(packet: Packet): void {
    if (this.#isStopped || this.#finishing) return;
    this.#nextSeq ??= packet.header.seq;
    if (packet.header.kind === 'config') this.#config = packet;
    if (this.#draft && addToDraft(this.#draft, packet, this.#config)) return;
    this.#cut();
    this.#draft = newDraft(packet, this.#config);
  }

  mended(fromSeq: number, toSeq: number): void {
    this.#lost = withoutSpan(this.#lost, [fromSeq, toSeq]);
  }

  finish(): Promise<void> {
    return (this.#finishing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    this.#cut();
    let isDone = await this.#persist(async () => {
      await this.#write();
      return this.#queue.length === 0;
    });
    const end = this.#end;
    if (isDone && end && !this.#hasGap()) {
      const mark = { version: 1, records: end.records };
      isDone = await this.#persist(() => this.#attempt(() => this.#table.set([[COMPLETE_KEY, mark]])));
    }
    if (!isDone || this.#hasGap()) throw this.#fault ?? new LucarneError('storage-failed');
  }

  /** Runs until it succeeds or the attempts are used up. */
  async #persist(run: () => Promise<boolean>): Promise<boolean> {
    for (let attempt = 0; attempt < RECORD_FINISH_ATTEMPTS_MAX && !this.#isStopped; attempt++) {
      if (await run()) return !this.#isStopped;
    }
    return false;
  }

  /** Closes the record being filled and hands it to the disk. */
  #cut(): void {
    const draft = this.#draft;
    if (!draft) return;
    this.#draft = undefined;
    const queuedBytes = this.#queue.reduce((sum, { bytes }) => sum + bytes, draft.bytes);
    if (queuedBytes <= RECORD_QUEUE_BYTES_MAX) this.#queue.push(draft);
    else this.#lose(draft);
    this.#judge();
    void this.#write();
  }

  #lose({ packets }: Draft): void {
    const [from, to] = [packets[0]?.header.seq ?? 0, packets.at(-1)?.header.seq ?? 0];
    this.#lost.push([from, to]);
    this.#events.onLost?.(from, to);
  }

  #hasGap(): boolean {
    return this.#isStopped || this.#lost.length > 0;
  }

  #write(): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return (this.#writing ??= this.#drain());
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queue.length > 0 && (await this.#attempt(() => this.#writeBatch())));
    } finally {
      // Here and not in a later task: a record cut in between would wait for the next one.
      this.#writing = undefined;
    }
    this.#judge();
    void this.#lookAtSpace();
  }

  /** Ends in good order while there is room to do so: the browser's own end would cost the last seconds. */
  async #lookAtSpace(): Promise<void> {
    const space = await this.#space.read(performance.now());
    if (!space || this.#finishing) return;
    this.#events.onSpace?.(space.minutesLeft);
    if (!space.isFull) return;
    await this.finish().catch(() => undefined);
    this.#events.onFull?.();
  }

  async #writeBatch(): Promise<void> {
    const end = (this.#end ??= await findEnd(this.#table));
    const batch = this.#queue.slice(0, RECORD_BATCH_MAX);
    const records: StoredRecord[] = [];
    for (const { config, packets } of batch) {
      const bytesBefore = records.at(-1)?.bytesSoFar ?? end.bytes;
      records.push(makeRecord(this.#identity, end.records + records.length, bytesBefore, config, packets));
    }
    const written = await this.#setMost(records);
    for (const record of written) if (record.index % RECORD_CHECK_EVERY === 0) await this.#readBack(record);
    this.#queue.splice(0, written.length);
    for (const record of written) {
      this.#space.note(record.packets.length, performance.now());
      this.#end = { records: record.index + 1, bytes: record.bytesSoFar };
      if (record.fromSeq !== this.#nextSeq) continue;
      this.recordedSeq = record.toSeq;
      this.#nextSeq = record.toSeq + 1;
    }
  }

  /** Throws when the disk doesn't give back what it took: it is written again then. */
  async #readBack({ index, checksum }: StoredRecord): Promise<void> {
    const found = parseRecord(await this.#table.get(recordKey(index)));
    if (found?.checksum !== checksum) throw new LucarneError('storage-failed');
  }

  /** Writes all, or on a disk that is nearly full the first alone: the room that is left is used up. Gives what was written. */
  async #setMost(records: readonly StoredRecord[]): Promise<readonly StoredRecord[]> {
    const set = (some: readonly StoredRecord[]): Promise<void> =>
      this.#table.set(some.map((record) => [recordKey(record.index), record]));
    try {
      await set(records);
      return records;
    } catch (error) {
      const isFull = error instanceof LucarneError && error.code === 'storage-full';
      if (!isFull || records.length < 2) throw error;
      const first = records.slice(0, 1);
      await set(first);
      return first;
    }
  }

  /** False when the disk refused; the fault has been reported then. */
  async #attempt(run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (cause) {
      this.#fail(cause instanceof LucarneError ? cause : new LucarneError('storage-failed', { cause }));
      return false;
    }
  }

  #fail(fault: LucarneError): void {
    this.#fault = fault;
    if (fault.code === 'storage-full') {
      this.#isStopped = true;
      this.#queue = [];
      this.#draft = undefined;
    }
    this.#events.onFault(fault);
  }

  #judge(): void {
    const oldest = this.#queue[0];
    const newest = this.#queue.at(-1);
    const waitingUs = oldest && newest ? newest.toTimeUs - oldest.fromTimeUs : 0;
    const isBehind = waitingUs > RECORD_QUEUE_MS_MAX * 1000;
    if (isBehind === this.#isBehind) return;
    this.#isBehind = isBehind;
    this.#events.onBehind?.(isBehind);
  }
}

/** Where earlier epochs ended: the number of the next record, and the bytes before it. */
async function findEnd(table: Table): Promise<{ records: number; bytes: number }> {
  const indexes = (await table.keys()).map(recordIndex).filter((index) => index !== undefined);
  const records = (indexes.at(-1) ?? -1) + 1;
  for (const index of indexes.reverse()) {
    const record = parseRecord(await table.get(recordKey(index)));
    if (record) return { records, bytes: record.bytesSoFar };
  }
  return { records, bytes: 0 };
}
