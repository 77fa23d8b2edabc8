// Calls packets of one epoch back from the children of a node. Nothing is taken that wasn't asked for, and every packet goes
// through a gate of its own, as those of the feed do.

import type { Bytes } from '../base/bytes.ts';
import { RECALL_TAKEN_BITS_PER_SECOND } from '../base/limits.ts';
import { IntegrityGate } from '../feed/integrity-gate.ts';
import { decodeMediaMessage } from '../feed/media-message.ts';
import type { Packet } from '../feed/packet.ts';
import { encodeRecall } from '../feed/recall-message.ts';
import { RecallSearch } from '../feed/recall-search.ts';
import type { SeqSpan } from '../feed/seq-spans.ts';
import { UplinkBudget } from '../feed/uplink-budget.ts';
import type { Clock, Verifier } from '../ports.ts';

/** What recalls ask of a node. */
export interface RecallEdges {
  neighbours(): { parent: string | null; children: readonly string[] };
  sendControl(edge: string, bytes: Bytes): void;
  sendMedia(edge: string, bytes: Bytes): boolean;
  mediaBufferedBytes(edge: string): number;
  cut(edge: string): void;
  heldOf(epoch: number): ReadonlyMap<number, Packet> | undefined;
  readonly publicKey: Bytes | undefined;
  readonly isWilling: boolean;
}

export interface RecallParts {
  clock: Clock;
  verifier: Verifier;
  edges: RecallEdges;
}

/** What is wanted of which epoch; `hops`: how many hops below the children may be asked. */
export interface RecallWish {
  epoch: number;
  wanted: readonly SeqSpan[];
  hops: number;
}

/** One search, until `isOver`. */
export class LiveRecall {
  readonly #parts: RecallParts;
  readonly #search: RecallSearch;
  readonly #gate: IntegrityGate;
  readonly #taken = new UplinkBudget(RECALL_TAKEN_BITS_PER_SECOND);

  /** `got`: a checked packet that was wanted, in no particular order. */
  constructor(parts: RecallParts, publicKey: Bytes, wish: RecallWish, got: (packet: Packet) => void) {
    this.#parts = parts;
    this.#search = new RecallSearch(wish.epoch, wish.wanted, wish.hops);
    this.#gate = new IntegrityGate(parts.verifier, publicKey, {
      head: () => undefined,
      fragment: () => undefined,
      packet: (packet) => {
        if (this.#search.got(packet.header.seq)) got(packet);
      },
      rejected: (edge) => parts.edges.cut(edge),
    });
  }

  get epoch(): number {
    return this.#search.epoch;
  }

  /** What nobody has given yet. */
  get wanted(): readonly SeqSpan[] {
    return this.#search.wanted;
  }

  /** Whether all is here, or everybody was asked. */
  get isOver(): boolean {
    return this.#search.isOver;
  }

  /** Asks everybody once more. */
  again(): void {
    this.#search.again();
  }

  /** To be called every 50 ms or so. */
  tick(): void {
    const { clock, edges } = this.#parts;
    const due = this.#search.tick(edges.neighbours().children, clock.nowMs());
    if (due) edges.sendControl(due.edge, encodeRecall(due.recall));
  }

  /** An edge says that this was all. */
  answered(edge: string, epoch: number): void {
    this.#search.answered(edge, epoch, this.#parts.clock.nowMs());
  }

  /** Media from below; false when its bytes are refused. What wasn't asked for is dropped unread. */
  receiveMedia(edge: string, bytes: Bytes): boolean {
    const nowMs = this.#parts.clock.nowMs();
    if (this.#taken.leftBytes(nowMs) <= 0) return true;
    this.#taken.spend(bytes.length);
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) return false;
    const message = decoded.value;
    if (message.type === 'skip') return true;
    const { epoch, seq } = message.type === 'head' ? message.header : message;
    if (!this.#search.isWantedOf(edge, epoch, seq)) return true;
    this.#search.heard(edge, nowMs);
    if (message.type === 'head') void this.#gate.acceptHead(message, edge);
    else void this.#gate.acceptFragment(message, edge);
    return true;
  }
}
