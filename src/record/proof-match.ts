// Holds a file's chunks against what is due: the same bytes, in the same order, at the same distances. Pure.
// Its rule: due chunks may lack (the file was cut), but every chunk that is there must be due, and at its time.

import { PROOF_SPREAD_MS, PROOF_TIME_ERROR_MS_MAX } from '../base/limits.ts';
import type { PacketHeader } from '../feed/packet.ts';
import type { Alteration } from '../session/session-api.ts';
import { LeftOut } from './left-out.ts';
import type { DueChunk } from './proof-schedule.ts';

const ERROR_US = PROOF_TIME_ERROR_MS_MAX * 1000;

/** A chunk of the file. */
export interface FileChunk {
  track: 'video' | 'audio';
  /** In the file, integer µs. */
  timeUs: number;
  /** Whether it is the one that this head was signed for. */
  isOf(header: PacketHeader): Promise<boolean>;
}

/** What a chunk turned out to be. 'more': more heads are needed to tell. */
export type MatchAnswer = 'due' | 'more' | Alteration;

/** Matches one file. The first chunk is one of the picture, if there is any; the others come in order of time. */
export class ProofMatch {
  /** What was due and isn't there, on the proof's timeline. */
  readonly leftOut = new LeftOut();
  /** The first and the last chunk that matched. */
  first: DueChunk | undefined;
  last: DueChunk | undefined;
  /** From a place on the proof's timeline to the time in the file, µs; undefined before the first match. */
  shiftUs: number | undefined;
  readonly #due: Record<'video' | 'audio', DueChunk[]> = { video: [], audio: [] };
  /** Why nothing more is due. */
  #over: Alteration | undefined;
  /** Other bytes were due at this chunk's time. */
  #hasOther = false;

  /** Adds what comes next, in order per track. */
  expect(due: readonly DueChunk[]): void {
    for (const chunk of due) this.#due[chunk.track].push(chunk);
  }

  /** Nothing more is due; a chunk that is there nevertheless is called `what`. */
  end(what: Alteration): void {
    this.#over ??= what;
  }

  /** Takes the file's next chunk; after 'more', the same one again. */
  async take(chunk: FileChunk): Promise<MatchAnswer> {
    const { shiftUs } = this;
    const answer = await (shiftUs === undefined ? this.#begin(chunk) : this.#go(chunk, shiftUs));
    if (answer !== 'more') this.#hasOther = false;
    return answer;
  }

  /** The file is over: all that is still due is left out. */
  finish(): void {
    for (const track of ['video', 'audio'] as const) this.#drop(track, Infinity);
  }

  /** A clip begins anywhere: its first chunk tells where. */
  async #begin(chunk: FileChunk): Promise<MatchAnswer> {
    const { track } = chunk;
    for (let due = this.#due[track].shift(); due; due = this.#due[track].shift()) {
      if (await chunk.isOf(due.item.header)) return this.#accept(due, chunk);
      this.leftOut.add(due);
      this.#drop(track === 'video' ? 'audio' : 'video', due.timeUs - PROOF_SPREAD_MS * 1000);
    }
    return this.#lacks('bytes');
  }

  async #go(chunk: FileChunk, shiftUs: number): Promise<MatchAnswer> {
    const queue = this.#due[chunk.track];
    const timeUs = chunk.timeUs - shiftUs;
    this.#drop(chunk.track, timeUs - ERROR_US);
    for (let due = queue[0]; due && due.timeUs <= timeUs + ERROR_US; due = queue[0]) {
      queue.shift();
      if (await chunk.isOf(due.item.header)) return this.#accept(due, chunk);
      this.leftOut.add(due);
      this.#hasOther = true;
    }
    const isPassed = queue.length > 0;
    if (isPassed) return this.#hasOther ? 'bytes' : 'time';
    return this.#lacks(this.#hasOther ? 'bytes' : undefined);
  }

  /** No due chunk is at hand. */
  #lacks(otherwise: Alteration | undefined): MatchAnswer {
    if (this.#over === undefined) return 'more';
    return this.#over === 'unsigned' ? (otherwise ?? 'unsigned') : this.#over;
  }

  #accept(due: DueChunk, chunk: FileChunk): MatchAnswer {
    this.shiftUs ??= chunk.timeUs - due.timeUs;
    this.first ??= due;
    this.last = due;
    // The other track's chunks come in order of time too, and none of them can be as early as this any more.
    if (this.first !== due)
      this.#drop(chunk.track === 'video' ? 'audio' : 'video', due.timeUs - 2 * ERROR_US);
    return 'due';
  }

  /** Leaves out what is due before `timeUs`. */
  #drop(track: 'video' | 'audio', timeUs: number): void {
    const queue = this.#due[track];
    for (let due = queue[0]; due && due.timeUs < timeUs; due = queue[0]) {
      queue.shift();
      this.leftOut.add(due);
    }
  }
}
