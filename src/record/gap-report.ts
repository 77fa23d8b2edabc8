// What a file lacks between its start and its end, told in the file's own time. Pure and bounded.
// Its rule: a gap reaches from the last picture before it to the first one after it (of sound alone: from sound to sound).

import { RECORDING_GAPS_MAX } from '../base/limits.ts';
import type { RecordingGap } from '../session/session-api.ts';

/** What lies between two packets that don't follow each other: nothing was on air, or what was is not on the disk. */
export type GapCause = RecordingGap['why'];

/** A chunk of the file, and what lies before it when it is the first of its kind after a gap. */
export interface ReportedChunk {
  track: 'video' | 'audio';
  timeUs: number;
  durationUs: number;
  gapBefore?: GapCause;
}

/** Gathers the gaps of one file; chunks come in the order in which they are muxed. */
export class GapReport {
  readonly gaps: RecordingGap[] = [];
  readonly #main: 'video' | 'audio';
  /** Where the last chunk of the main track ends; undefined before the first. */
  #endUs: number | undefined;

  constructor(hasVideo: boolean) {
    this.#main = hasVideo ? 'video' : 'audio';
  }

  /** Where the file ends, ms, as far as it has come. */
  get endMs(): number {
    return (this.#endUs ?? 0) / 1000;
  }

  add({ track, timeUs, durationUs, gapBefore }: ReportedChunk): void {
    if (track !== this.#main) return;
    // What an export lacks before its first chunk is told as its start.
    if (gapBefore && this.#endUs !== undefined) this.#note('inside', gapBefore, this.#endUs, timeUs);
    else if (gapBefore === 'lost') this.#note('start', 'lost', timeUs, timeUs);
    this.#endUs = timeUs + durationUs;
  }

  /** Whatever came after the last chunk is lost. */
  loseEnd(): void {
    const atUs = this.#endUs;
    if (atUs !== undefined) this.#note('end', 'lost', atUs, atUs);
  }

  #note(where: RecordingGap['where'], why: GapCause, fromUs: number, toUs: number): void {
    const [fromMs, toMs] = [fromUs / 1000, Math.max(fromUs, toUs) / 1000];
    const last = this.gaps.at(-1);
    if (!last || this.gaps.length < RECORDING_GAPS_MAX) this.gaps.push({ where, why, fromMs, toMs });
    // When there are too many to name, the last one stands for all that follow.
    else this.gaps.splice(-1, 1, { ...last, where, toMs });
  }
}
