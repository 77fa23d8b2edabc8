// Pictures on their way from chunk to screen. One rule: every chunk taken in ends as shown, skipped or lost, once.
// `skipped` could have been shown and wasn't; `lost` went down with a decoder.

import type { MediaChunk } from '../ports.ts';
import {
  BEHIND_MS,
  EARLY_MS,
  FRAMES_IN_FLIGHT_MAX,
  LATE_MS,
  LATE_SHOW_MS,
  STALE_MS,
  VIDEO_LEAD_MS,
} from './playout-limits.ts';

/** A chunk with its place in the feed. */
export type QueuedChunk = { seq: number } & MediaChunk;

interface Picture {
  seq: number;
  timeUs: number;
}

/** Which decoded picture to paint, and which to let go. */
export interface PictureChoice {
  show: Picture | undefined;
  discard: number[];
}

export class PictureQueue {
  #waiting: QueuedChunk[] = [];
  #decoding: Picture[] = [];
  #ready: Picture[] = [];
  #bytes = 0;
  #shownMs: number | undefined;
  shown = 0;
  skipped = 0;
  lost = 0;

  /** Chunks that wait to be decoded, and their bytes. */
  get size(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Chunks in the decoder and decoded pictures. */
  get inFlight(): number {
    return this.#decoding.length + this.#ready.length;
  }

  add(chunk: QueuedChunk): void {
    this.#waiting.push(chunk);
    this.#bytes += chunk.bytes.length;
  }

  /** The chunks to decode now, in order. The very first goes at once, whatever its time. */
  takeDecodable(positionUs: number): QueuedChunk[] {
    const isFirst = this.#shownMs === undefined && this.inFlight === 0;
    const taken: QueuedChunk[] = [];
    while (this.inFlight < FRAMES_IN_FLIGHT_MAX) {
      const chunk = this.#waiting[0];
      if (!chunk) break;
      const isDue = chunk.timeUs <= positionUs + VIDEO_LEAD_MS * 1000;
      if (!isDue && !(isFirst && taken.length === 0)) break;
      this.#waiting.shift();
      this.#bytes -= chunk.bytes.length;
      this.#decoding.push({ seq: chunk.seq, timeUs: chunk.timeUs });
      taken.push(chunk);
    }
    return taken;
  }

  /** A picture came out of the decoder; false when nobody waits for it any more. Those before it will not come. */
  decoded(seq: number): boolean {
    const at = this.#decoding.findIndex((picture) => picture.seq === seq);
    if (at < 0) return false;
    const [picture] = this.#decoding.splice(0, at + 1).slice(-1);
    this.lost += at;
    if (picture) this.#ready.push(picture);
    return true;
  }

  /** The first picture is shown at once; of those that are due, the newest, unless it is late and a newer one is coming. */
  choose(positionUs: number, nowMs: number): PictureChoice {
    const dueCount = this.#ready.filter((picture) => picture.timeUs <= positionUs + EARLY_MS * 1000).length;
    const due = this.#ready.slice(0, this.#shownMs === undefined ? Math.max(1, dueCount) : dueCount);
    const newest = due.pop();
    const discard = due.map((picture) => picture.seq);
    this.skipped += discard.length;
    if (!newest) return { show: undefined, discard };
    this.#ready = this.#ready.filter((picture) => !discard.includes(picture.seq));
    if (this.#isWorthWaiting(newest, positionUs, nowMs)) return { show: undefined, discard };
    this.#ready = this.#ready.filter((picture) => picture !== newest);
    if (this.#shownMs !== undefined && newest.timeUs < positionUs - STALE_MS * 1000) {
      this.skipped += 1;
      return { show: undefined, discard: [...discard, newest.seq] };
    }
    this.#shownMs = nowMs;
    this.shown += 1;
    return { show: newest, discard };
  }

  /** How long until something is due, µs of capture time from `positionUs`; undefined when nothing is in hand. */
  nextDueUs(): number | undefined {
    const ready = this.#ready[0];
    const waiting = this.inFlight < FRAMES_IN_FLIGHT_MAX ? this.#waiting[0] : undefined;
    const times = [];
    if (ready) times.push(ready.timeUs - EARLY_MS * 1000);
    if (waiting) times.push(waiting.timeUs - VIDEO_LEAD_MS * 1000);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Far behind, decoding goes on at the newest key chunk that is due. */
  skipBehind(positionUs: number): void {
    const first = this.#waiting[0];
    if (first && first.timeUs < positionUs - BEHIND_MS * 1000) this.skipToKey(positionUs);
  }

  /** Leaves out what comes before the newest key chunk captured up to `untilUs`. Returns that chunk's capture time. */
  skipToKey(untilUs: number): number | undefined {
    const at = this.#waiting.findLastIndex((chunk) => chunk.isKey && chunk.timeUs <= untilUs);
    if (at > 0) this.#skipWaiting(at);
    return at < 0 ? undefined : this.#waiting[0]?.timeUs;
  }

  /** Leaves out everything that waits. */
  clear(): void {
    this.#skipWaiting(this.#waiting.length);
  }

  /** Decoded pictures that needn't be kept, as when playback pauses. */
  discardReady(): number[] {
    const discard = this.#ready.map((picture) => picture.seq);
    this.skipped += discard.length;
    this.#ready = [];
    return discard;
  }

  /** The decoder went away: what was in it is lost, and what waits can be decoded from the next key chunk on only. */
  loseDecoder(): void {
    this.lost += this.#decoding.length;
    this.#decoding = [];
    const key = this.#waiting.findIndex((chunk) => chunk.isKey);
    const unusable = key < 0 ? this.#waiting.length : key;
    this.lost += unusable;
    this.#skipWaiting(unusable);
    this.skipped -= unusable;
  }

  /** Whether a key chunk waits to be decoded. */
  get hasKey(): boolean {
    return this.#waiting.some((chunk) => chunk.isKey);
  }

  #isWorthWaiting(picture: Picture, positionUs: number, nowMs: number): boolean {
    if (this.#shownMs === undefined || nowMs - this.#shownMs > LATE_SHOW_MS) return false;
    if (picture.timeUs >= positionUs - LATE_MS * 1000) return false;
    const next = this.#decoding[0] ?? this.#waiting[0];
    return next !== undefined && next.timeUs <= positionUs;
  }

  #skipWaiting(count: number): void {
    for (const chunk of this.#waiting.splice(0, count)) this.#bytes -= chunk.bytes.length;
    this.skipped += count;
  }
}
