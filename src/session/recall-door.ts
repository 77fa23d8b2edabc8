// Stands where the code for recalls will be once one comes.

import type { Bytes } from '../base/bytes.ts';
import type { RecallParts } from './live-recall.ts';
import type { RecallCarrier } from './recall-carrier.ts';

/** Fetches the code for recalls. */
export type LoadRecall = () => Promise<(parts: RecallParts) => RecallCarrier>;

/** Messages kept until then. */
const EARLY_MESSAGES_MAX = 4;

/** Loads it once; where it can't be had, this peer answers nothing. */
export class RecallDoor {
  readonly #parts: RecallParts;
  readonly #load: LoadRecall | undefined;
  #carrier: RecallCarrier | undefined;
  #early: [edge: string, bytes: Bytes][] | undefined;
  #isClosed = false;

  constructor(parts: RecallParts, load: LoadRecall | undefined) {
    this.#parts = parts;
    this.#load = load;
  }

  /** A control message; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    if (this.#carrier) return this.#carrier.receive(edge, bytes);
    const { parent } = this.#parts.edges.neighbours();
    if (edge !== parent || !this.#load) return true;
    if (this.#early) {
      if (this.#early.length < EARLY_MESSAGES_MAX) this.#early.push([edge, bytes]);
      return true;
    }
    this.#early = [[edge, bytes]];
    this.#load().then(
      (open) => this.#enter(open),
      () => (this.#early = undefined),
    );
    return true;
  }

  /** Media from a child; false when its bytes are refused. */
  receiveMedia(edge: string, bytes: Bytes): boolean {
    return this.#carrier?.receiveMedia(edge, bytes) ?? true;
  }

  close(): void {
    this.#isClosed = true;
    this.#carrier?.close();
  }

  #enter(open: (parts: RecallParts) => RecallCarrier): void {
    if (this.#isClosed) return;
    const carrier = (this.#carrier = open(this.#parts));
    for (const [edge, bytes] of this.#early ?? [])
      if (!carrier.receive(edge, bytes)) this.#parts.edges.cut(edge);
    this.#early = undefined;
  }
}
