// The last groups of the feed, so that a newcomer's first picture is there at once and a re-joining peer misses nothing.
// Invariants: 1 never more bytes, seconds or packets than its bounds, except that the newest group stays whole;
// 2 only verified packets of the current epoch; 3 the newest config stays for as long as its epoch lasts.

import { GROUP_CACHE_PACKETS_MAX } from '../base/limits.ts';
import type { Packet } from './packet.ts';

/** Bounds of a cache. */
export interface CacheBounds {
  bytesMax: number;
  secondsMax: number;
}

/** What a cache held. */
export interface HeldPackets {
  /** By seq, the newest config among them. */
  packets: ReadonlyMap<number, Packet>;
  /** Of heads and payloads. */
  bytes: number;
}

/** Packets by seq, oldest group evicted first. */
export class GroupCache {
  readonly #bounds: CacheBounds;
  #packets = new Map<number, Packet>();
  #config: Packet | undefined;
  #bytes = 0;
  #lowestSeq = 0;
  #newestSeq = -1;
  #newestGroupSeq = -1;

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds;
  }

  /** The newest config packet; undefined before the first. */
  get config(): Packet | undefined {
    return this.#config;
  }

  /** The highest seq held or ever held; -1 before the first. */
  get newestSeq(): number {
    return this.#newestSeq;
  }

  /** The lowest seq that may be held. */
  get lowestSeq(): number {
    return this.#lowestSeq;
  }

  /** Where a newcomer begins: the newest key packet; -1 before the first. */
  get newestGroupSeq(): number {
    return this.#newestGroupSeq;
  }

  /** Bytes of payloads and heads held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Packets held. */
  get size(): number {
    return this.#packets.size;
  }

  get(seq: number): Packet | undefined {
    return this.#packets.get(seq);
  }

  add(packet: Packet): void {
    const { header } = packet;
    if (header.kind === 'config' && header.seq > (this.#config?.header.seq ?? -1)) this.#config = packet;
    if (this.#packets.has(header.seq)) return;
    if (this.#packets.size === 0) this.#lowestSeq = header.seq;
    this.#packets.set(header.seq, packet);
    this.#bytes += bytesOf(packet);
    this.#lowestSeq = Math.min(this.#lowestSeq, header.seq);
    this.#newestSeq = Math.max(this.#newestSeq, header.seq);
    if (header.isKey) this.#newestGroupSeq = Math.max(this.#newestGroupSeq, header.seq);
    this.#evict(header.timeUs);
  }

  /** Packets from `fromSeq` on, in order, holes left out. */
  *from(fromSeq: number): Generator<Packet> {
    for (let seq = Math.max(fromSeq, this.#lowestSeq); seq <= this.#newestSeq; seq++) {
      const packet = this.#packets.get(seq);
      if (packet) yield packet;
    }
  }

  /** The packets of [groupSeq, nextGroupSeq) when every one is held, else undefined. */
  group(groupSeq: number, nextGroupSeq: number): Packet[] | undefined {
    const packets: Packet[] = [];
    for (let seq = groupSeq; seq < nextGroupSeq; seq++) {
      const packet = this.#packets.get(seq);
      if (!packet) return undefined;
      packets.push(packet);
    }
    return packets;
  }

  /** Everything that is held, by seq and in no particular order. */
  get packets(): ReadonlyMap<number, Packet> {
    return this.#packets;
  }

  /** A new epoch begins: nothing of the old one is kept. Gives what there was. */
  clear(): HeldPackets {
    const held = { packets: this.#packets, bytes: this.#bytes };
    if (this.#config) held.packets.set(this.#config.header.seq, this.#config);
    this.#packets = new Map();
    this.#config = undefined;
    this.#bytes = 0;
    this.#lowestSeq = 0;
    this.#newestSeq = -1;
    this.#newestGroupSeq = -1;
    return held;
  }

  #evict(nowUs: number): void {
    const oldestUs = nowUs - this.#bounds.secondsMax * 1_000_000;
    while (this.#lowestSeq < this.#newestSeq) {
      const packet = this.#packets.get(this.#lowestSeq);
      if (packet) {
        const isFull = this.#bytes > this.#bounds.bytesMax || this.#packets.size > GROUP_CACHE_PACKETS_MAX;
        const isOfNewestGroup =
          this.#lowestSeq >= this.#newestGroupSeq && this.#bytes <= 2 * this.#bounds.bytesMax;
        if (isOfNewestGroup || (!isFull && packet.header.timeUs >= oldestUs)) return;
        this.#packets.delete(this.#lowestSeq);
        this.#bytes -= bytesOf(packet);
      }
      this.#lowestSeq++;
    }
  }
}

function bytesOf(packet: Packet): number {
  return packet.head.length + packet.payload.length;
}
