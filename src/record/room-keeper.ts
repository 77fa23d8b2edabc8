// Keeps beside a recording what of its room isn't in the feed, and reads it back after a reload. It lies in the recording's table
// under keys of its own, so that it is deleted with the recording and nothing else ever reads it.

import type { KeptLogEntry, RoomKeeper, Table } from '../ports.ts';
import { knows, type DeskMemory, type RoomBefore, type SentPacket } from '../room/desk-memory.ts';
import { LOG_KEPT_MAX, LOG_MAX } from '../room/room-limits.ts';
import { decodeRoomPacket } from '../room/room-packet.ts';
import { readBack } from './recording-reader.ts';
import type { RecordingTable } from './recording-table.ts';

const MEMORY_KEY = 'room';
const LOG_PREFIX = 'room-log-';
const KEY_DIGITS = 9;
/** Records read back for what happened after the last keeping: it is written every 5 s, a record holds half a second. */
const BACK_RECORDS_MAX = 60;
/** Older than this against the last packet, ms, what was kept isn't the room that was: the disk had refused it for a while. */
const MEMORY_MS_MAX = 20_000;

/** Keeps the room of one epoch. */
export function openRoomKeeper(table: Table): RoomKeeper {
  return new TableRoomKeeper(table);
}

class TableRoomKeeper implements RoomKeeper {
  readonly #table: Table;
  #memory: DeskMemory | undefined;
  #happened: KeptLogEntry[] = [];
  /** Where the next piece of the log goes, and how many entries the log has; undefined before that was read. */
  #end: { pieces: number; entries: number } | undefined;
  #writing: Promise<void> | undefined;

  constructor(table: Table) {
    this.#table = table;
  }

  keep(memory: DeskMemory, happened: readonly KeptLogEntry[]): void {
    this.#memory = memory;
    this.#happened = [...this.#happened, ...happened].slice(-LOG_MAX);
    this.#writing ??= this.#write();
  }

  async finish(): Promise<void> {
    await this.#writing;
  }

  /** One write after the other, until nothing new has come meanwhile. What the disk refuses of the log goes with the next. */
  async #write(): Promise<void> {
    try {
      while (this.#memory) {
        const memory = this.#memory;
        this.#memory = undefined;
        await this.#set(memory);
      }
    } catch {
      // What is on the disk now is older than the room: a room that begins with approval is better than that.
      await this.#table.delete([MEMORY_KEY]).catch(() => undefined);
    } finally {
      this.#writing = undefined;
    }
  }

  async #set(memory: DeskMemory): Promise<void> {
    const end = (this.#end ??= await findEnd(this.#table));
    const happened = this.#happened.slice(0, Math.max(0, LOG_KEPT_MAX - end.entries));
    const written = this.#happened.length;
    const piece = [logKey(end.pieces), happened] as const;
    await this.#table.set([[MEMORY_KEY, memory], ...(happened.length > 0 ? [piece] : [])]);
    this.#happened.splice(0, written);
    if (happened.length > 0) this.#end = { pieces: end.pieces + 1, entries: end.entries + happened.length };
  }
}

/** What is left of a recording's room; undefined when nothing was kept. Rejects with the table's LucarneError. */
export async function roomBefore(table: RecordingTable): Promise<RoomBefore | undefined> {
  const memory = memoryOf(await table.get(MEMORY_KEY));
  if (!memory) return undefined;
  const packets: SentPacket[] = [];
  let lastAtMs = -Infinity;
  let records = 0;
  for await (const record of readBack(table)) {
    for (const { header, payload } of record.reverse()) {
      const decoded = header.kind === 'room' ? decodeRoomPacket(payload) : undefined;
      if (!decoded?.ok) continue;
      lastAtMs = Math.max(lastAtMs, header.timeUs / 1000);
      packets.push({ epoch: header.epoch, packet: decoded.value });
    }
    const earliest = packets.at(-1);
    if ((earliest && knows(memory, earliest)) || ++records >= BACK_RECORDS_MAX) break;
  }
  // As everywhere: of two packets the newer one counts last, in whatever order they lie.
  packets.sort((a, b) => a.epoch - b.epoch || a.packet.n - b.packet.n);
  return { memory, packets, isAll: lastAtMs - memory.keptAtMs < MEMORY_MS_MAX };
}

/** The desk's log, all epochs. Rejects with the table's LucarneError. */
export async function readRoomLog(table: Table): Promise<KeptLogEntry[]> {
  const entries: KeptLogEntry[] = [];
  for (const key of await logKeys(table)) {
    const piece = await table.get(key);
    if (Array.isArray(piece)) entries.push(...(piece as KeptLogEntry[]));
  }
  return entries;
}

function memoryOf(value: unknown): DeskMemory | undefined {
  const memory = value as DeskMemory | undefined;
  return memory?.version === 1 ? memory : undefined;
}

async function findEnd(table: Table): Promise<{ pieces: number; entries: number }> {
  const last = (await logKeys(table)).at(-1);
  const pieces = last === undefined ? 0 : Number(last.slice(LOG_PREFIX.length)) + 1;
  return { pieces, entries: (await readRoomLog(table)).length };
}

async function logKeys(table: Table): Promise<string[]> {
  return (await table.keys()).filter((key) => key.startsWith(LOG_PREFIX));
}

function logKey(piece: number): string {
  return LOG_PREFIX + String(piece).padStart(KEY_DIGITS, '0');
}
