// Stands where the code for going back will be once somebody does: until then it only remembers what was left out.

import type { GroupCache } from '../feed/group-cache.ts';
import type { Packet } from '../feed/packet.ts';
import type { Clock, EpochCipher, MediaFormat, Player, PlayerPacket } from '../ports.ts';
import { playerPacketOf } from './player-packet.ts';
import type { Rewind, RewindParts } from './rewind.ts';

/** Fetches the code for going back. */
export type LoadRewind = () => Promise<(parts: RewindParts, liveSeq: number) => Rewind>;

/** What was left out lately, seqs: more than any cache holds. */
const LEFT_OUT_MAX = 30_000;

/** What the door needs of its watch. */
export interface RewindDoorParts {
  clock: Clock;
  cache: GroupCache;
  /** What is on; undefined before that is known. */
  epoch(): { epoch: number; format: MediaFormat } | undefined;
  player(): Player;
  changed: () => void;
}

/** Live, or gone back. */
export class RewindDoor {
  /** Undefined while what plays is what comes. */
  gone: Rewind | undefined;
  readonly #load: LoadRewind | undefined;
  readonly #parts: RewindDoorParts;
  readonly #leftOut = new Set<number>();
  #cipher: EpochCipher | undefined;

  constructor(load: LoadRewind | undefined, parts: RewindDoorParts) {
    this.#load = load;
    this.#parts = parts;
  }

  /** A packet could be read; `cipher`: of its epoch, when it was sealed. */
  note(cipher: EpochCipher | undefined): void {
    this.#cipher = cipher;
  }

  /** These were left out (both included). */
  noteLeftOut(fromSeq: number, toSeq: number): void {
    // What came before a viewer did is left out in one piece, and lies before everything that it holds.
    if (toSeq - fromSeq > LEFT_OUT_MAX) return;
    for (let seq = fromSeq; seq <= toSeq; seq++) this.#leftOut.add(seq);
    for (const seq of this.#leftOut) {
      if (this.#leftOut.size <= LEFT_OUT_MAX) break;
      this.#leftOut.delete(seq);
    }
  }

  /** Plays from so far behind what comes, ms, or as far as it goes; 0 goes back to live. Rejects when its code can't be had. */
  async to(behindMs: number): Promise<void> {
    if (behindMs <= 0) this.#comeBack();
    else if (this.gone) this.gone.seek(behindMs);
    else await this.#go(behindMs);
  }

  /** Another epoch begins, or the watch ends: there is nothing to go back to. */
  close(): void {
    this.gone?.close();
    this.gone = undefined;
    this.#leftOut.clear();
  }

  async #go(behindMs: number): Promise<void> {
    const open = await this.#load?.();
    const { nextSeq } = await this.#parts.player().stats();
    const on = this.#parts.epoch();
    if (!open || !on || this.gone) return;
    const { clock, cache, changed } = this.#parts;
    const gone = open(
      {
        ...{ clock, cache, changed, ...on, player: this.#parts.player() },
        isLeftOut: (seq) => this.#leftOut.has(seq),
        read: (packet) => this.#read(packet),
        over: () => this.#comeBack(),
      },
      nextSeq,
    );
    this.gone = gone;
    gone.live.configure(on.format, on.epoch, nextSeq);
    gone.seek(behindMs);
  }

  #comeBack(): void {
    const { gone } = this;
    this.gone = undefined;
    gone?.toLive();
    this.#parts.changed();
  }

  #read(packet: Packet): PlayerPacket | Promise<PlayerPacket | undefined> {
    const { kind, seq, isSealed } = packet.header;
    if (!isSealed || !this.#cipher) return playerPacketOf(packet);
    return this.#cipher
      .openPacket(kind, seq, packet.payload)
      .then((payload) => payload && playerPacketOf({ ...packet, payload }));
  }
}
