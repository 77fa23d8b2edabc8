// Puts packets back in order. One rule: `nextSeq` only rises, and every seq that it passes has been handed out once or
// was given up once. Holes are waited for until the caller says that they are due.

import type { PlayerPacket } from '../ports.ts';
import { BUFFER_BYTES_MAX, BUFFER_PACKETS_MAX, RANGES_MAX } from './playout-limits.ts';

/** A packet in its turn, and the seqs given up just before it. */
export interface Turn {
  packet: PlayerPacket;
  arrivedMs: number;
  /** Seqs that nobody announced as left out: any kind of packet may be missing. */
  lost: number;
  /** Seqs left out by announcement: only what is droppable, or everything up to a key chunk. */
  announced: number;
}

interface Range {
  from: number;
  to: number;
  isAnnounced: boolean;
}

/** A packet that waits for its turn, and when it came. */
export interface Arrival {
  packet: PlayerPacket;
  arrivedMs: number;
}

/** What became of a pushed packet. `late`: its seq had been given up. */
export type Filing = 'kept' | 'late' | 'duplicate';

export class PacketSorter {
  #nextSeq: number;
  #newestSeq = -1;
  #filledMs = -Infinity;
  #bytes = 0;
  #lost = 0;
  #announced = 0;
  readonly #waiting = new Map<number, Arrival>();
  #skips: Range[] = [];
  #passed: Range[] = [];

  constructor(firstSeq: number) {
    this.#nextSeq = firstSeq;
  }

  /** The seq that is waited for. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Packets that wait for their turn. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether they are more than may wait. */
  get isFull(): boolean {
    return this.#waiting.size > BUFFER_PACKETS_MAX || this.#bytes > BUFFER_BYTES_MAX;
  }

  /** When a packet last arrived after one with a greater seq: holes are being filled. */
  get filledMs(): number {
    return this.#filledMs;
  }

  /** Files a packet that arrived. */
  push(packet: PlayerPacket, arrivedMs: number): Filing {
    if (packet.seq < this.#nextSeq) {
      const wasPassed = this.#passed.some((range) => range.from <= packet.seq && packet.seq <= range.to);
      return wasPassed ? 'late' : 'duplicate';
    }
    if (this.#waiting.has(packet.seq)) return 'duplicate';
    if (packet.seq < this.#newestSeq) this.#filledMs = arrivedMs;
    this.#newestSeq = Math.max(this.#newestSeq, packet.seq);
    this.#waiting.set(packet.seq, { packet, arrivedMs });
    this.#bytes += byteLength(packet);
    return 'kept';
  }

  /** Seqs that needn't be waited for. One that arrives before its turn is played all the same. */
  skip(fromSeq: number, toSeq: number, isAnnounced: boolean): void {
    this.#skips = this.#skips.filter((range) => range.to >= this.#nextSeq);
    if (toSeq < this.#nextSeq || toSeq < fromSeq || this.#skips.length >= RANGES_MAX) return;
    this.#skips.push({ from: fromSeq, to: toSeq, isAnnounced });
  }

  /** The next packet in order, if it is there or if `isDue` says that the hole before it can't be waited for. */
  take(isDue: (after: Arrival) => boolean): Turn | undefined {
    for (;;) {
      const arrival = this.#waiting.get(this.#nextSeq);
      if (arrival) return this.#hand(arrival);
      const skip = this.#skips.find((range) => range.from <= this.#nextSeq && this.#nextSeq <= range.to);
      const following = this.#lowest();
      if (skip) {
        this.#pass(Math.min(skip.to + 1, following?.packet.seq ?? Infinity), skip.isAnnounced);
      } else if (following && (this.isFull || isDue(following))) {
        const skipAhead = this.#skips
          .filter((range) => range.from > this.#nextSeq)
          .map((range) => range.from);
        this.#pass(Math.min(following.packet.seq, ...skipAhead), false);
      } else {
        return undefined;
      }
    }
  }

  /** The next packet of a track, if nothing is missing before it. */
  peek(track: PlayerPacket['track']): PlayerPacket | undefined {
    for (let seq = this.#nextSeq; ; seq++) {
      const packet = this.#waiting.get(seq)?.packet;
      if (!packet || packet.track === track) return packet;
    }
  }

  /** The packet after the hole that is waited for; undefined when there is no hole. */
  afterHole(): Arrival | undefined {
    return this.#waiting.has(this.#nextSeq) ? undefined : this.#lowest();
  }

  #hand(arrival: Arrival): Turn {
    this.#waiting.delete(this.#nextSeq);
    this.#bytes -= byteLength(arrival.packet);
    this.#nextSeq += 1;
    const turn = { ...arrival, lost: this.#lost, announced: this.#announced };
    this.#lost = 0;
    this.#announced = 0;
    return turn;
  }

  #pass(untilSeq: number, isAnnounced: boolean): void {
    const count = untilSeq - this.#nextSeq;
    if (isAnnounced) this.#announced += count;
    else this.#lost += count;
    this.#passed.push({ from: this.#nextSeq, to: untilSeq - 1, isAnnounced });
    if (this.#passed.length > RANGES_MAX) this.#passed.shift();
    this.#nextSeq = untilSeq;
  }

  #lowest(): Arrival | undefined {
    let best: Arrival | undefined;
    for (const arrival of this.#waiting.values()) {
      if (!best || arrival.packet.seq < best.packet.seq) best = arrival;
    }
    return best;
  }
}

/** Bytes that a packet makes us keep. */
export function byteLength(packet: PlayerPacket): number {
  return packet.track === 'none' ? 0 : packet.bytes.length;
}
