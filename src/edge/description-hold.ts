// Holds a description back until its candidates are gathered or none came for GATHER_QUIET_MS, and GATHER_MS_MAX at most,
// so that it mostly travels alone: each further signal costs the rendezvous a message. Later candidates follow one by one.

import { GATHER_MS_MAX, GATHER_QUIET_MS } from '../base/limits.ts';
import type { Clock, EdgeSignal, Stop } from '../ports.ts';

type Description = Extract<EdgeSignal, { type: 'offer' | 'answer' }>;
type Candidate = Extract<EdgeSignal, { type: 'candidate' }>;

/** Puts one edge's own signals in order. */
export class DescriptionHold {
  readonly #emit: (signal: EdgeSignal) => void;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #stopDeadline: Stop;
  #stopQuiet: Stop | undefined;
  #read: (() => Description | undefined) | undefined;
  #isDue = false;
  #isSent = false;
  /** The description as it was sent: candidates that stand in it needn't follow. */
  #sentSdp = '';
  #candidates: Candidate[] = [];

  constructor(emit: (signal: EdgeSignal) => void, clock: Pick<Clock, 'after'>) {
    this.#emit = emit;
    this.#clock = clock;
    this.#stopDeadline = clock.after(GATHER_MS_MAX, () => this.gathered());
  }

  /** There is a description; `read` gives it with the candidates gathered by then. */
  describe(read: () => Description | undefined): void {
    this.#read = read;
    this.#sendIfDue();
  }

  candidate(candidate: Candidate): void {
    if (this.#isSent) {
      if (!isIn(this.#sentSdp, candidate)) this.#emit(candidate);
      return;
    }
    this.#candidates.push(candidate);
    this.#stopQuiet?.();
    this.#stopQuiet = this.#clock.after(GATHER_QUIET_MS, () => this.gathered());
  }

  /** All candidates are known, or it is no use to wait for more. */
  gathered(): void {
    this.#isDue = true;
    this.#sendIfDue();
  }

  stop(): void {
    this.#stopDeadline();
    this.#stopQuiet?.();
    this.#isSent = true;
    this.#candidates = [];
  }

  #sendIfDue(): void {
    const description = this.#isDue && !this.#isSent ? this.#read?.() : undefined;
    if (description === undefined) return;
    const left = this.#candidates.filter((candidate) => !isIn(description.sdp, candidate));
    this.stop();
    this.#sentSdp = description.sdp;
    this.#emit(description);
    for (const candidate of left) this.#emit(candidate);
  }
}

/** Whether a description has this candidate: in common they have the eight fields up to its type. */
function isIn(sdp: string, { candidate }: Candidate): boolean {
  return sdp.includes(candidate.split(' ', 8).join(' '));
}
