// What was on air before the broadcaster started again, kept for a while in case that the broadcaster lost it.
// Invariants: 1 never more bytes than given, the oldest epoch goes first; 2 each epoch is kept for PAST_EPOCH_MS_MAX at most.

import { PAST_EPOCH_MS_MAX, PAST_EPOCHS_MAX } from '../base/limits.ts';
import type { Packet } from './packet.ts';
import type { HeldPackets } from './group-cache.ts';

interface Past extends HeldPackets {
  untilMs: number;
}

/** The last epochs but the present one. */
export class PastEpochs {
  readonly #bytesMax: number;
  readonly #pasts = new Map<number, Past>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes held. */
  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#pasts.values()) sum += bytes;
    return sum;
  }

  /** Keeps what the cache held of an epoch that is over. */
  keep(epoch: number, held: HeldPackets, nowMs: number): void {
    if (held.packets.size === 0) return;
    this.#pasts.set(epoch, { ...held, untilMs: nowMs + PAST_EPOCH_MS_MAX });
    const isTooMuch = (): boolean => this.bytes > this.#bytesMax || this.#pasts.size > PAST_EPOCHS_MAX;
    for (const oldest of [...this.#pasts.keys()]) if (isTooMuch()) this.#pasts.delete(oldest);
  }

  /** Lets go of what is too old. */
  tick(nowMs: number): void {
    for (const [epoch, { untilMs }] of this.#pasts) if (nowMs >= untilMs) this.#pasts.delete(epoch);
  }

  /** By seq; undefined when nothing is kept of this epoch. */
  packetsOf(epoch: number): ReadonlyMap<number, Packet> | undefined {
    return this.#pasts.get(epoch)?.packets;
  }
}
