// What was handed to one channel already, by packet and stripe. Channels are reliable: it arrives, so another subscription of the same
// child never brings it again. Bounded: the oldest is forgotten first, and at worst sent twice.

import type { PacketHeader } from './packet.ts';

/** Packets remembered: 5 s at 200 a second, longer than what a child may still miss. */
const PACKETS_MAX = 1024;

/** The memory of one channel. */
export class SentStripes {
  #epoch = 0;
  /** By seq, in the order of sending. */
  readonly #masks = new Map<number, number>();

  /** These stripes of a packet were handed over. */
  note({ epoch, seq }: PacketHeader, mask: number): void {
    if (epoch !== this.#epoch) this.#masks.clear();
    this.#epoch = epoch;
    this.#masks.set(seq, (this.#masks.get(seq) ?? 0) | mask);
    const [oldest] = this.#masks.keys();
    if (this.#masks.size > PACKETS_MAX && oldest !== undefined) this.#masks.delete(oldest);
  }

  /** The stripes of a packet that were. */
  of({ epoch, seq }: PacketHeader): number {
    return epoch === this.#epoch ? (this.#masks.get(seq) ?? 0) : 0;
  }
}
