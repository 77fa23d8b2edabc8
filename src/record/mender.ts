// Puts packets back into a recording that the disk had lost. Its rule: what is put in lies beside the records that are there, which
// are never moved or altered, and says for itself where it belongs.

import { RECORD_BATCH_MAX, REFILL_REACH_MS } from '../base/limits.ts';
import { SEQ_MAX } from '../feed/seq-spans.ts';
import type { Packet } from '../feed/packet.ts';
import { decodeHead } from '../feed/packet-codec.ts';
import type { LostPackets, Mender, Store, Table } from '../ports.ts';
import { addToDraft, newDraft, type Draft } from './draft.ts';
import {
  INSERTED_INDEX,
  insertedKey,
  insertedPlace,
  readRefilled,
  REFILLED_KEY,
  refilledMark,
} from './inserted.ts';
import { lostAmong, type RecordFacts } from './lost-packets.ts';
import type { PacketBytes, RecordingIdentity, StoredRecord } from './record.ts';
import { makeRecord, parseRecord, recordIndex, recordKey, tableName, unpackPackets } from './record.ts';

const US_PER_MS = 1000;

/** Of the broadcast's table. `identity.epoch` is the present epoch; `previousEpoch` the one before it, 0 for none. */
export function openMender(store: Store, identity: RecordingIdentity, previousEpoch: number): Mender {
  return new RecordMender(store.open(tableName(identity.broadcastId)), identity, previousEpoch);
}

class RecordMender implements Mender {
  readonly #table: Table;
  readonly #identity: RecordingIdentity;
  readonly #previousEpoch: number;
  /** By epoch. */
  readonly #configs = new Map<number, PacketBytes>();

  constructor(table: Table, identity: RecordingIdentity, previousEpoch: number) {
    this.#table = table;
    this.#identity = identity;
    this.#previousEpoch = previousEpoch;
  }

  async findLost(nowUs: number): Promise<LostPackets[]> {
    const sinceUs = nowUs - REFILL_REACH_MS * US_PER_MS;
    const keys = await this.#table.keys();
    const facts: RecordFacts[] = [];
    let isFromStart = true;
    for (const index of keys
      .map(recordIndex)
      .filter((index) => index !== undefined)
      .reverse()) {
      const record = await this.#read(recordKey(index));
      if (!record) continue;
      facts.push(this.#factsOf(record));
      // What nobody can have any more needn't be looked for.
      isFromStart = record.toTimeUs >= sinceUs;
      if (!isFromStart) break;
    }
    const oldest = Math.min(...facts.map(({ epoch }) => epoch));
    for (const { key, epoch } of keys.map(insertedPlace).filter((place) => place !== undefined)) {
      const record = epoch >= oldest ? await this.#read(key) : undefined;
      if (record) facts.push(this.#factsOf(record));
    }
    return [...lostAmong(facts, isFromStart), ...this.#lostEpoch(facts)];
  }

  async insert(packets: readonly Packet[]): Promise<number> {
    const records = this.#recordsOf(packets);
    let addedMs = 0;
    for (let i = 0; i < records.length; i += RECORD_BATCH_MAX) {
      const batch = records.slice(i, i + RECORD_BATCH_MAX);
      const before = await readRefilled(this.#table);
      const ms = sumOf(batch.map(({ fromTimeUs, toTimeUs }) => (toTimeUs - fromTimeUs) / US_PER_MS));
      const bytes = sumOf(batch.map(({ packets }) => packets.length));
      const mark = refilledMark({ ms: before.ms + ms, bytes: before.bytes + bytes });
      await this.#table.set([
        ...batch.map((record) => [insertedKey(record.epoch, record.fromSeq), record] as const),
        [REFILLED_KEY, mark],
      ]);
      addedMs += ms;
    }
    return addedMs;
  }

  /** The epoch before this one, when every record of it is gone. */
  #lostEpoch(facts: readonly RecordFacts[]): LostPackets[] {
    const epoch = this.#previousEpoch;
    if (epoch === 0 || facts.some((record) => record.epoch >= epoch)) return [];
    return [{ epoch, spans: [[0, SEQ_MAX]], needsConfig: true }];
  }

  /** A whole record of an earlier epoch. */
  async #read(key: string): Promise<StoredRecord | undefined> {
    const record = parseRecord(await this.#table.get(key));
    return record && record.epoch < this.#identity.epoch ? record : undefined;
  }

  #factsOf({ epoch, fromSeq, toSeq, config, packets }: StoredRecord): RecordFacts {
    const [known] = unpackPackets(config) ?? [];
    if (known) this.#configs.set(epoch, { head: known.head.slice(), payload: known.payload.slice() });
    const last = unpackPackets(packets)?.at(-1);
    const head = last && decodeHead(last.head);
    const isEnd = head?.ok === true && head.value.header.kind === 'end';
    return { epoch, fromSeq, toSeq, isEnd, hasConfig: known !== undefined };
  }

  #recordsOf(packets: readonly Packet[]): StoredRecord[] {
    const drafts: Draft[] = [];
    for (const packet of packets) {
      const { kind, epoch } = packet.header;
      if (kind === 'config') this.#configs.set(epoch, packet);
      const last = drafts.at(-1);
      if (!last || !addToDraft(last, packet)) drafts.push(newDraft(packet));
    }
    return drafts.map((draft) => {
      const epoch = draft.packets[0]?.header.epoch ?? 0;
      const config = this.#configs.get(epoch);
      return makeRecord({ ...this.#identity, epoch }, INSERTED_INDEX, 0, config, draft.packets);
    });
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
