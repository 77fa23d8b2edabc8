// The public list of all processes of one front door, by way of Redis or Valkey. While it doesn't answer, each process has a list of
// its own. Keys with a lifetime: `lucarne:live` (ids by their end), `lucarne:live:<id>` (the signed entry), `lucarne:still:<id>`
// (its picture) and `lucarne:said:<id>` (when its newest word was said); entries and pictures in base64.

import { createClient } from '@redis/client';
import { base64, base64Bytes, type Bytes } from '../base/bytes.ts';
import { decodeEntry } from '../guide/entry.ts';
import { LIST_ENTRIES_MAX, LISTING_CLOCK_MS_MAX, LISTING_MS } from '../guide/guide-limits.ts';
import { inTime } from './in-time.ts';
import type { Listed, ListOutcome } from './live-list.ts';
import { REDIS_SOCKET } from './redis-socket.ts';

const IDS = 'lucarne:live';
const ENTRY = 'lucarne:live:';
const STILL = 'lucarne:still:';
const SAID = 'lucarne:said:';

/**
 * KEYS: ids, entry, still, said. ARGV: id, atMs, entry ('' to leave), still or '', now ms, lifetime ms, how long it is remembered ms,
 * entries at most.
 */
const PUT = `
if tonumber(ARGV[2]) <= tonumber(redis.call('GET', KEYS[4]) or '0') then return 'stale' end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[5])
if ARGV[3] ~= '' and not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[8]) then
  return 'full'
end
redis.call('SET', KEYS[4], ARGV[2], 'PX', ARGV[7])
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[2], KEYS[3])
  return 'taken'
end
redis.call('ZADD', KEYS[1], tonumber(ARGV[5]) + tonumber(ARGV[6]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[6])
if ARGV[4] == '' then redis.call('DEL', KEYS[3]) else redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[6]) end
return 'taken'`;

/** A list that several processes share. Nothing here rejects; undefined: nobody answers. */
export class RedisList {
  readonly #client;

  /** `url`: as for RedisNeighbours, which tells the log when nobody answers. */
  constructor(url: string) {
    this.#client = createClient({
      url,
      disableOfflineQueue: true,
      socket: REDIS_SOCKET,
    });
    // Without a listener the error would end the process.
    this.#client.on('error', () => undefined);
  }

  /** Begins; resolves when it answers, or when it is clear that it doesn't for now. */
  async start(): Promise<void> {
    await inTime(this.#client.connect()).catch(() => undefined);
  }

  async put({ broadcastId, entry, still }: Listed, nowMs: number): Promise<ListOutcome | undefined> {
    const keys = [IDS, ENTRY + broadcastId, STILL + broadcastId, SAID + broadcastId];
    const knownMs = Math.max(LISTING_MS, entry.atMs - nowMs + LISTING_CLOCK_MS_MAX);
    const values = [
      ...[broadcastId, entry.atMs, entry.isOnAir ? base64(entry.bytes) : '', still ? base64(still) : ''],
      ...[nowMs, LISTING_MS, Math.ceil(knownMs), LIST_ENTRIES_MAX],
    ];
    const outcome = await this.#ask(() => this.#client.eval(PUT, { keys, arguments: values.map(String) }));
    return outcome === 'taken' || outcome === 'stale' || outcome === 'full' ? outcome : undefined;
  }

  /** What is on, without the pictures. */
  async all(nowMs: number): Promise<Listed[] | undefined> {
    const ids = await this.#ask(() => this.#client.zRangeByScore(IDS, `(${nowMs}`, '+inf'));
    if (!ids) return undefined;
    if (ids.length === 0) return [];
    const values = await this.#ask(() => this.#client.mGet(ids.map((id) => ENTRY + id)));
    return values?.flatMap((value, index) => listedOf(ids[index], value));
  }

  async still(broadcastId: string): Promise<Bytes | undefined> {
    const value = await this.#ask(() => this.#client.get(STILL + broadcastId));
    return value ? base64Bytes(value) : undefined;
  }

  async close(): Promise<void> {
    if (this.#client.isReady) await inTime(this.#client.close()).catch(() => undefined);
    if (this.#client.isOpen) this.#client.destroy();
  }

  async #ask<Value>(question: () => Promise<Value>): Promise<Value | undefined> {
    if (!this.#client.isReady) return undefined;
    return inTime(question()).catch(() => undefined);
  }
}

function listedOf(broadcastId: string | undefined, value: string | null): Listed[] {
  const bytes = value === null ? undefined : base64Bytes(value);
  const entry = bytes && decodeEntry(bytes);
  return broadcastId !== undefined && entry?.ok ? [{ broadcastId, entry: entry.value }] : [];
}
