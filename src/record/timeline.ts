// Puts recorded capture times on the timeline of a file. Its rule: a hole stays as long as it was, time never runs
// backwards, and what can't be decoded without lost chunks is left out up to the next key chunk.

import type { PacketHeader } from '../feed/packet.ts';

/** Where a chunk lies in the file. */
export interface Placed {
  track: 'video' | 'audio';
  /** From the first key chunk (or, without a picture, the first sound), integer µs. */
  timeUs: number;
}

/** The timeline of one file. */
export class Timeline {
  readonly #hasVideo: boolean;
  #needsKey = true;
  /** Capture time of the file's start; undefined before the first key chunk. */
  #originUs: number | undefined;
  /** Added to capture times of the present epoch, whose clock may have been set back. */
  #shiftUs = 0;
  #epoch: number | undefined;
  /** The earliest time that each track's next chunk may have. */
  readonly #nextUs = { video: 0, audio: 0 };
  #endUs = 0;

  constructor(hasVideo: boolean) {
    this.#hasVideo = hasVideo;
  }

  /** Whether the file has begun. Sound that comes earlier may belong to it and is worth holding. */
  get hasBegun(): boolean {
    return this.#originUs !== undefined;
  }

  /** Chunks are missing here. */
  breakOff(): void {
    this.#needsKey = true;
  }

  /** Where a chunk belongs; undefined when it is to be left out. */
  place({ kind, isKey, epoch, timeUs, durationUs }: PacketHeader): Placed | undefined {
    if (kind !== 'video' && kind !== 'audio') return undefined;
    if (kind === 'video' && this.#needsKey && !isKey) return undefined;
    if (kind === 'video') this.#needsKey = false;
    if (this.#originUs === undefined && kind === 'audio' && this.#hasVideo) return undefined;
    this.#originUs ??= timeUs;
    if (this.#epoch !== epoch) this.#enter(epoch, timeUs - this.#originUs);
    const placedUs = timeUs - this.#originUs + this.#shiftUs;
    if (placedUs < 0) return undefined;
    // Two chunks of a track at one time would lose one in most players.
    const at = Math.max(placedUs, this.#nextUs[kind]);
    this.#nextUs[kind] = at + 1;
    this.#endUs = Math.max(this.#endUs, at + durationUs);
    return { track: kind, timeUs: at };
  }

  /** Where something else that happened then belongs, integer µs; undefined before the file has begun. */
  timeOf({ epoch, timeUs }: Pick<PacketHeader, 'epoch' | 'timeUs'>): number | undefined {
    if (this.#originUs === undefined) return undefined;
    if (epoch !== this.#epoch) return this.#endUs;
    return Math.max(0, timeUs - this.#originUs + this.#shiftUs);
  }

  #enter(epoch: number, relativeUs: number): void {
    this.#epoch = epoch;
    this.#shiftUs = Math.max(0, this.#endUs - relativeUs);
  }
}
