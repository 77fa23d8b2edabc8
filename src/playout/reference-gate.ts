// Lets through only what can be decoded. One rule: after a hole that may have held a picture others refer to, nothing
// passes until the next key chunk. Holes are judged by what surrounds them, since what they held is unknown.

import type { MediaChunk } from '../ports.ts';

interface Hole {
  count: number;
  /** Missing sounds, found by the gap in audio time. */
  sounds: number;
}

export class ReferenceGate {
  readonly #layers: number;
  readonly #frameUs: number;
  #needsKey = true;
  #hole: Hole | undefined;
  /** After an announced drop, layer 2 may refer to a dropped layer 1. */
  #isUpperUnsafe = false;
  #lastVideo: MediaChunk | undefined;
  #audioEndUs: number | undefined;

  /** `layers` in the stream; `frameUs`: the frame interval, µs. */
  constructor(layers: number, frameUs: number) {
    this.#layers = layers;
    this.#frameUs = frameUs;
  }

  /** Nothing but a key chunk will do: the decoder has lost its pictures. */
  requireKey(): void {
    this.#needsKey = true;
  }

  /** Seqs were given up. Those left out by announcement were droppable, or a key chunk follows. */
  pass(lost: number, announced: number): void {
    if (announced > 0) this.#isUpperUnsafe = true;
    if (lost === 0) return;
    this.#hole ??= { count: 0, sounds: 0 };
    this.#hole.count += lost;
  }

  /** A sound came in its turn. */
  passAudio(chunk: MediaChunk): void {
    if (this.#hole) this.#hole.sounds += this.#missingSounds(chunk);
    this.#audioEndUs = chunk.timeUs + chunk.durationUs;
  }

  /** Whether this picture can be decoded. `nextAudio` is the next sound known after it, to explain a hole by. */
  admit(chunk: MediaChunk, nextAudio: MediaChunk | undefined): boolean {
    if (chunk.isKey) {
      this.#needsKey = false;
    } else if (this.#hole && !this.#isHarmless(this.#hole, chunk, nextAudio)) {
      this.#needsKey = true;
    }
    // What this hole was explained by must not explain the next one.
    if (this.#hole) this.#audioEndUs = undefined;
    this.#hole = undefined;
    if (this.#needsKey) return false;
    if (chunk.layer <= 1) this.#isUpperUnsafe = false;
    else if (this.#isUpperUnsafe) return false;
    this.#lastVideo = chunk;
    return true;
  }

  #isHarmless(hole: Hole, chunk: MediaChunk, nextAudio: MediaChunk | undefined): boolean {
    const sounds = hole.sounds + (nextAudio ? this.#missingSounds(nextAudio) : 0);
    if (sounds >= hole.count) return true;
    const last = this.#lastVideo;
    if (!last) return false;
    const frames = (chunk.timeUs - last.timeUs) / (last.durationUs > 0 ? last.durationUs : this.#frameUs);
    if (frames > 0 && frames < 1.5) return true;
    // Base, hole, base, two frames apart: with two layers they alternate, so what is missing was the upper one.
    return this.#layers === 2 && last.layer === 0 && chunk.layer === 0 && frames >= 1.5 && frames < 2.5;
  }

  #missingSounds(chunk: MediaChunk): number {
    if (this.#audioEndUs === undefined || chunk.durationUs <= 0) return 0;
    return Math.max(0, Math.round((chunk.timeUs - this.#audioEndUs) / chunk.durationUs));
  }
}
