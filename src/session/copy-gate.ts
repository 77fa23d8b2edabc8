// Which packets of a broadcast a viewer may keep: what the broadcaster's room packets say, in the order of the feed.
// docs/wire-room.md is the law. Invariants, which tests name by number:
// 1. Nothing is kept before a room packet of its epoch has allowed it; that covers what came before it in its group.
// 2. From the first room packet that doesn't allow it, nothing is kept, and keeping is over.
// 3. What waits is bounded: a group that nobody says anything about goes when the next one begins.

import { COPY_WAITING_BYTES_MAX } from '../base/limits.ts';
import type { Packet } from '../feed/packet.ts';
import { decodeRoomPacket } from '../room/room-packet.ts';

/** Packets go in, in order of epoch and seq. */
export class CopyGate {
  /** The broadcaster doesn't allow it any more. */
  isOver = false;
  #epoch = -1;
  #isAllowed = false;
  #held: Packet[] = [];
  #heldBytes = 0;

  /** What may be kept with this packet, in order. */
  take(packet: Packet): Packet[] {
    if (this.isOver) return [];
    const { epoch, kind, seq, groupSeq } = packet.header;
    if (epoch !== this.#epoch) this.#begin(epoch);
    const said = kind === 'room' ? decodeRoomPacket(packet.payload) : undefined;
    if (said?.ok && !this.#hear(said.value.mayKeep === true)) return [];
    if (this.#isAllowed) return [...this.#held.splice(0), packet];
    // The config of an epoch goes with its first group.
    if (seq === groupSeq && this.#held.some(({ header }) => header.kind !== 'config')) this.#drop();
    this.#hold(packet);
    return [];
  }

  #begin(epoch: number): void {
    this.#epoch = epoch;
    this.#isAllowed = false;
    this.#drop();
  }

  /** Whether keeping goes on. */
  #hear(mayKeep: boolean): boolean {
    this.#isAllowed = mayKeep;
    this.isOver = !mayKeep;
    if (!mayKeep) this.#drop();
    return mayKeep;
  }

  #hold(packet: Packet): void {
    this.#heldBytes += packet.payload.length;
    if (this.#heldBytes > COPY_WAITING_BYTES_MAX) this.#drop();
    else this.#held.push(packet);
  }

  #drop(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}
