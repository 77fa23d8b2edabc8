// Puts the packets of one epoch in order of seq, for whoever keeps them. One rule: each packet is handed out once, and never after
// one with a greater seq. A hole is waited for until somebody says that it stays, or for as long as the feed's own times allow.

import { COPY_HOLES_MAX, COPY_WAITING_BYTES_MAX, COPY_WAIT_MS_MAX } from '../base/limits.ts';
import type { Packet } from './packet.ts';
import type { SeqSpan } from './seq-spans.ts';

/** Begins at `firstSeq`; what lies before is left out. */
export class PacketOrder {
  #nextSeq: number;
  #newestUs = -Infinity;
  #bytes = 0;
  #holes: SeqSpan[] = [];
  readonly #waiting = new Map<number, Packet>();

  constructor(firstSeq: number) {
    this.#nextSeq = firstSeq;
  }

  /** Takes a packet as it comes; gives those whose turn it is. */
  push(packet: Packet): Packet[] {
    const { seq, timeUs } = packet.header;
    if (seq < this.#nextSeq || this.#waiting.has(seq)) return [];
    this.#waiting.set(seq, packet);
    this.#bytes += packet.payload.length;
    this.#newestUs = Math.max(this.#newestUs, timeUs);
    return this.#advance();
  }

  /** These (both included) needn't be waited for; gives those whose turn it is now. */
  skip(fromSeq: number, toSeq: number): Packet[] {
    this.#holes = this.#holes.filter(([, to]) => to >= this.#nextSeq);
    if (toSeq < this.#nextSeq || this.#holes.length >= COPY_HOLES_MAX) return [];
    this.#holes.push([fromSeq, toSeq]);
    return this.#advance();
  }

  /** Nothing more comes: gives all that still wait. */
  flush(): Packet[] {
    const rest = [...this.#waiting.values()].sort((a, b) => a.header.seq - b.header.seq);
    this.#waiting.clear();
    this.#bytes = 0;
    this.#nextSeq = (rest.at(-1)?.header.seq ?? this.#nextSeq - 1) + 1;
    return rest;
  }

  #advance(): Packet[] {
    const due: Packet[] = [];
    for (;;) {
      const packet = this.#waiting.get(this.#nextSeq);
      if (packet) due.push(this.#take(packet));
      else if (!this.#passHole()) return due;
    }
  }

  #take(packet: Packet): Packet {
    this.#waiting.delete(this.#nextSeq);
    this.#bytes -= packet.payload.length;
    this.#nextSeq++;
    return packet;
  }

  /** Whether the hole that is next needn't be waited for. */
  #passHole(): boolean {
    if (this.#waiting.size === 0) return false;
    const following = this.#lowest();
    const hole = this.#holes.find(([from, to]) => from <= this.#nextSeq && this.#nextSeq <= to);
    if (!hole && !this.#isOverdue(following)) return false;
    this.#nextSeq = hole ? Math.min(hole[1] + 1, following.header.seq) : following.header.seq;
    return true;
  }

  #isOverdue({ header }: Packet): boolean {
    const waitedUs = this.#newestUs - header.timeUs;
    return waitedUs > COPY_WAIT_MS_MAX * 1000 || this.#bytes > COPY_WAITING_BYTES_MAX;
  }

  #lowest(): Packet {
    return [...this.#waiting.values()].reduce((a, b) => (b.header.seq < a.header.seq ? b : a));
  }
}
