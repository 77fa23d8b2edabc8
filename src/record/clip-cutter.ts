// Cuts a clip out of a file's chunks without re-encoding. Its rule: a clip begins at the key chunk at or before its start, so
// that its first picture is whole; time begins there anew; it ends where it was asked to.

import type { Clip } from '../session/session-api.ts';
import type { MuxChunk } from './muxer.ts';

/** Cuts one file; chunks come in the order in which they would be muxed. */
export class ClipCutter {
  readonly #fromUs: number;
  readonly #toUs: number;
  readonly #hasVideo: boolean;
  /** Chunks since the newest key chunk before the start. */
  #group: MuxChunk[] = [];
  #originUs: number | undefined;
  #hasEnded = { video: false, audio: false };

  constructor({ fromMs, toMs }: Pick<Clip, 'fromMs' | 'toMs'>, hasVideo: boolean) {
    this.#fromUs = fromMs * 1000;
    this.#toUs = toMs * 1000;
    this.#hasVideo = hasVideo;
  }

  /** Which part of the whole file's time the clip is, ms; undefined before it has begun. */
  get bounds(): { fromMs: number; toMs: number } | undefined {
    if (this.#originUs === undefined) return undefined;
    return { fromMs: this.#originUs / 1000, toMs: this.#toUs / 1000 };
  }

  /** Whether no chunk that may still come belongs to the clip. */
  get isOver(): boolean {
    const { video, audio } = this.#hasEnded;
    return this.#hasVideo ? video : audio;
  }

  /** The chunks that belong to the clip now, on its own timeline. */
  take(chunk: MuxChunk): MuxChunk[] {
    if (chunk.timeUs >= this.#toUs) {
      this.#hasEnded[chunk.track] = true;
      return [];
    }
    if (this.#originUs !== undefined) return this.#placed([chunk]);
    const isBegin = chunk.track === (this.#hasVideo ? 'video' : 'audio');
    // Sound is encoded faster: what was captured with this picture may have come before it.
    if (isBegin && chunk.isKey && chunk.timeUs <= this.#fromUs)
      this.#group = this.#group.filter(({ timeUs }) => timeUs >= chunk.timeUs);
    this.#group.push(chunk);
    if (!isBegin || chunk.timeUs < this.#fromUs) return [];
    // Started later than asked when there was no key chunk before.
    const first = this.#group.find(({ track, isKey }) => isKey && (track === 'video' || !this.#hasVideo));
    if (!first) return [];
    this.#originUs = first.timeUs;
    const group = this.#group;
    this.#group = [];
    return this.#placed(group);
  }

  /** Sound that was captured before the first picture is no part of it. */
  #placed(chunks: readonly MuxChunk[]): MuxChunk[] {
    const originUs = this.#originUs ?? 0;
    return chunks
      .filter(({ timeUs }) => timeUs >= originUs)
      .map((chunk) => ({ ...chunk, timeUs: chunk.timeUs - originUs }));
  }
}
