// What a file has to hold, told from the signed heads alone: each chunk's place, and where the heads themselves leave
// something open. Pure: heads go in, in order; places come out.

import { equalBytes } from '../base/bytes.ts';
import { decodeConfig } from '../feed/config.ts';
import type { PacketHeader } from '../feed/packet.ts';
import type { MediaFormat } from '../ports.ts';
import { identityOf } from './format-identity.ts';
import { Placing, type PlacedPacket } from './placing.ts';
import type { ProofEntry } from './proof-codec.ts';

/** A chunk that belongs into the file, at its place. */
export type DueChunk = PlacedPacket<Pick<ProofEntry, 'header'>>;

/** A time that no head tells about, on the file's timeline. */
export interface UntoldTime {
  why: 'off-air' | 'unknown';
  fromUs: number;
  toUs: number;
}

/** Follows the heads of one file. */
export class ProofSchedule {
  /** From the first config; undefined before it. */
  format: MediaFormat | undefined;
  title = '';
  /** The first head isn't the first of its epoch: what came before it is unknown. */
  isStartUntold = false;
  readonly untold: UntoldTime[] = [];
  readonly #publicKey: Uint8Array;
  #placing: Placing<Pick<ProofEntry, 'header'>> | undefined;
  #last: PacketHeader | undefined;
  /** A time that began at the last chunk and that no chunk has ended yet. */
  #open: UntoldTime['why'] | undefined;
  /** Where the chunks so far end; undefined before the first. */
  #endUs: number | undefined;

  constructor(publicKey: Uint8Array) {
    this.#publicKey = publicKey;
  }

  /** Whether the heads go up to a signed end. */
  get isEndTold(): boolean {
    return this.#last?.kind === 'end' && this.#open !== 'unknown';
  }

  /** What belongs into the file now; undefined when a head can't come here, and nothing after it counts. */
  take({ header, payload }: Pick<ProofEntry, 'header' | 'payload'>): DueChunk[] | undefined {
    if (!this.#follows(header)) return undefined;
    if (header.kind === 'config' && !this.#configure(payload)) return undefined;
    this.#last = header;
    if (header.kind !== 'video' && header.kind !== 'audio') return [];
    const due = this.#placing?.add({ header });
    for (const chunk of due ?? []) this.#tell(chunk);
    return due;
  }

  #follows(header: PacketHeader): boolean {
    const last = this.#last;
    const isNewEpoch = last?.epoch !== header.epoch;
    if (last && (isNewEpoch ? header.epoch < last.epoch : header.seq <= last.seq)) return false;
    const isNext = header.seq === (isNewEpoch ? 0 : last.seq + 1);
    if (!last) this.isStartUntold = !isNext;
    if (last && (isNewEpoch || !isNext))
      this.#breakOff(isNext && last.kind === 'end' ? 'off-air' : 'unknown');
    return true;
  }

  #breakOff(why: UntoldTime['why']): void {
    // Between two chunks the worse reason counts.
    if (this.#open !== 'unknown') this.#open = why;
    this.#placing?.breakOff();
  }

  #configure(payload: Uint8Array): boolean {
    const decoded = decodeConfig(payload);
    if (!decoded.ok || !equalBytes(decoded.value.publicKey, this.#publicKey)) return false;
    const { format, title } = decoded.value;
    if (this.format && identityOf(this.format) !== identityOf(format)) return false;
    this.format ??= format;
    this.title = title;
    this.#placing ??= new Placing(format.video !== undefined);
    return true;
  }

  #tell({ item, timeUs }: DueChunk): void {
    const fromUs = this.#endUs;
    if (fromUs === undefined) this.isStartUntold ||= this.#open === 'unknown';
    else if (this.#open) this.untold.push({ why: this.#open, fromUs, toUs: Math.max(fromUs, timeUs) });
    this.#open = undefined;
    this.#endUs = Math.max(fromUs ?? 0, timeUs + item.header.durationUs);
  }
}
