// Sounds that wait for their turn. One rule: a chunk leaves as played or dropped, once; sound is never repeated.

import { AUDIO_LATE_MS, AUDIO_LEAD_MS } from './playout-limits.ts';
import type { QueuedChunk } from './picture-queue.ts';

export class SoundQueue {
  #waiting: QueuedChunk[] = [];
  #bytes = 0;
  played = 0;
  dropped = 0;

  /** Chunks that wait, and their bytes. */
  get size(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: QueuedChunk): void {
    this.#waiting.push(chunk);
    this.#bytes += chunk.bytes.length;
  }

  /** The chunks to decode now, in order. */
  takeDecodable(positionUs: number): QueuedChunk[] {
    this.dropBefore(positionUs - AUDIO_LATE_MS * 1000);
    const after = this.#waiting.findIndex((chunk) => chunk.timeUs > positionUs + AUDIO_LEAD_MS * 1000);
    const taken = this.#remove(after < 0 ? this.#waiting.length : after);
    this.played += taken.length;
    return taken;
  }

  /** Capture time at which the next chunk is to be decoded, µs. */
  nextDueUs(): number | undefined {
    const first = this.#waiting[0];
    return first ? first.timeUs - AUDIO_LEAD_MS * 1000 : undefined;
  }

  /** Leaves out sounds that ended before `timeUs`. */
  dropBefore(timeUs: number): void {
    const keep = this.#waiting.findIndex((chunk) => chunk.timeUs + chunk.durationUs > timeUs);
    this.dropped += this.#remove(keep < 0 ? this.#waiting.length : keep).length;
  }

  #remove(count: number): QueuedChunk[] {
    const removed = this.#waiting.splice(0, count);
    for (const chunk of removed) this.#bytes -= chunk.bytes.length;
    return removed;
  }
}
