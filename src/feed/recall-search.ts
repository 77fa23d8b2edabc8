// Whom to ask for packets that are wanted back, and for how long: children in turn, each for all that is still missing. Pure: the
// caller tells the time, and sends what `tick` gives.

import { RECALL_SETTLE_MS, RECALL_SILENCE_MS } from '../base/limits.ts';
import type { Recall } from './recall-message.ts';
import { isInSpans, withoutSpan, type SeqSpan } from './seq-spans.ts';

interface Asked {
  edge: string;
  heardMs: number;
  hasAnswered: boolean;
}

/** The search for packets of one epoch. */
export class RecallSearch {
  readonly epoch: number;
  readonly #hops: number;
  #wanted: readonly SeqSpan[];
  #asked: Asked | undefined;
  #tried = new Set<string>();
  #isOver = false;

  /** `hops`: how many hops below our children may be asked. */
  constructor(epoch: number, wanted: readonly SeqSpan[], hops: number) {
    this.epoch = epoch;
    this.#wanted = wanted;
    this.#hops = hops;
  }

  /** What nobody has given yet, in order. */
  get wanted(): readonly SeqSpan[] {
    return this.#wanted;
  }

  /** Whether all is here, or everybody was asked. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether a packet is wanted, and from this edge. */
  isWantedOf(edge: string, epoch: number, seq: number): boolean {
    return this.#asked?.edge === edge && epoch === this.epoch && isInSpans(this.#wanted, seq);
  }

  /** Something came from an edge. */
  heard(edge: string, nowMs: number): void {
    if (this.#asked?.edge === edge) this.#asked.heardMs = nowMs;
  }

  /** A checked packet; false when it isn't wanted (any more). */
  got(seq: number): boolean {
    if (!isInSpans(this.#wanted, seq)) return false;
    this.#wanted = withoutSpan(this.#wanted, [seq, seq]);
    return true;
  }

  /** An edge says that it has given all it could. */
  answered(edge: string, epoch: number, nowMs: number): void {
    if (this.#asked?.edge !== edge || epoch !== this.epoch) return;
    this.#asked.heardMs = nowMs;
    this.#asked.hasAnswered = true;
  }

  /** Asks everybody once more. */
  again(): void {
    this.#tried = new Set();
    this.#isOver = false;
  }

  /** Whom to ask now, if anybody. */
  tick(children: readonly string[], nowMs: number): { edge: string; recall: Recall } | undefined {
    if (this.#asked && this.#isBusy(this.#asked, children, nowMs)) return undefined;
    this.#asked = undefined;
    const edge = children.find((child) => !this.#tried.has(child));
    this.#isOver = edge === undefined || this.#wanted.length === 0;
    if (edge === undefined || this.#isOver) return undefined;
    this.#tried.add(edge);
    this.#asked = { edge, heardMs: nowMs, hasAnswered: false };
    return { edge, recall: { epoch: this.epoch, hops: this.#hops, spans: this.#wanted } };
  }

  #isBusy({ edge, heardMs, hasAnswered }: Asked, children: readonly string[], nowMs: number): boolean {
    if (this.#wanted.length === 0 || !children.includes(edge)) return false;
    const patienceMs = hasAnswered ? RECALL_SETTLE_MS : RECALL_SILENCE_MS * (this.#hops + 1);
    return nowMs - heardMs < patienceMs;
  }
}
