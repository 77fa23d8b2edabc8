// A viewer's part in a recall: gives its parent what it holds of the packets that are wanted back, then asks its own children for
// the rest and passes that on. Loaded when a first recall comes, which for most viewers is never.

import { fullAllowance, take } from '../base/allowance.ts';
import type { Bytes } from '../base/bytes.ts';
import {
  CHANNEL_BUFFERED_BYTES_MAX,
  RECALL_BITS_PER_SECOND,
  RECALLS_BURST_MAX,
  RECALLS_PER_SECOND_MAX,
} from '../base/limits.ts';
import type { Packet } from '../feed/packet.ts';
import { RecallAnswer } from '../feed/recall-answer.ts';
import { decodeRecall, encodeRecalled, type Recall } from '../feed/recall-message.ts';
import { isInSpans, withoutSeqs } from '../feed/seq-spans.ts';
import { UplinkBudget } from '../feed/uplink-budget.ts';
import type { Stop } from '../ports.ts';
import { LiveRecall, type RecallParts } from './live-recall.ts';

const TICK_MS = 50;

interface Task {
  edge: string;
  epoch: number;
  answer: RecallAnswer;
  /** Of the children; undefined when they needn't be asked. */
  search: LiveRecall | undefined;
}

/** Answers the parent, one recall at a time. */
export class RecallCarrier {
  readonly #parts: RecallParts;
  readonly #stopTicks: Stop;
  readonly #recalls;
  readonly #budget = new UplinkBudget(RECALL_BITS_PER_SECOND);
  #task: Task | undefined;

  constructor(parts: RecallParts) {
    this.#parts = parts;
    const { clock } = parts;
    this.#recalls = fullAllowance(RECALLS_BURST_MAX, clock.nowMs());
    this.#stopTicks = clock.every(TICK_MS, () => this.#tick());
  }

  /** A control message; false when its bytes are refused. Only the parent may recall, and only a child that was asked has answered. */
  receive(edge: string, bytes: Bytes): boolean {
    const message = decodeRecall(bytes);
    if (!message) return false;
    const { clock, edges } = this.#parts;
    if (message.type === 'recalled') this.#task?.search?.answered(edge, message.epoch);
    else if (edge !== edges.neighbours().parent) return true;
    else if (take(this.#recalls, clock.nowMs(), RECALLS_PER_SECOND_MAX, RECALLS_BURST_MAX))
      this.#begin(edge, message);
    return true;
  }

  /** Media from a child; false when its bytes are refused. */
  receiveMedia(edge: string, bytes: Bytes): boolean {
    return this.#task?.search?.receiveMedia(edge, bytes) ?? true;
  }

  close(): void {
    this.#stopTicks();
    this.#task = undefined;
  }

  #begin(edge: string, { epoch, hops, spans }: Recall): void {
    const { edges } = this.#parts;
    this.#task = undefined;
    if (spans.length === 0) return;
    // Who passes nothing on says so at once, and the next one is asked.
    const held = edges.isWilling ? heldIn(edges.heldOf(epoch), spans) : [];
    const wanted = withoutSeqs(
      spans,
      held.map(({ header }) => header.seq),
    );
    const answer = new RecallAnswer(held);
    const { publicKey } = edges;
    const isPassedOn = edges.isWilling && hops > 0 && publicKey !== undefined && wanted.length > 0;
    const search = isPassedOn
      ? new LiveRecall(this.#parts, publicKey, { epoch, wanted, hops: hops - 1 }, (packet) =>
          answer.relay(packet),
        )
      : undefined;
    this.#task = { edge, epoch, answer, search };
    this.#tick();
  }

  #tick(): void {
    const task = this.#task;
    const { edges } = this.#parts;
    if (!task) return;
    if (edges.neighbours().parent !== task.edge) {
      this.#task = undefined;
      return;
    }
    this.#pump(task);
    if (!task.answer.isEmpty) return;
    task.search?.tick();
    const isOver = task.search?.isOver ?? true;
    if (!isOver || edges.mediaBufferedBytes(task.edge) > 0) return;
    this.#task = undefined;
    edges.sendControl(task.edge, encodeRecalled(task.epoch));
  }

  /** As fast as the channel takes it and the budget allows: those below come first. */
  #pump({ edge, answer }: Task): void {
    const { clock, edges } = this.#parts;
    answer.pump((message) => {
      const isFull = edges.mediaBufferedBytes(edge) + message.length > CHANNEL_BUFFERED_BYTES_MAX;
      if (isFull || this.#budget.leftBytes(clock.nowMs()) <= 0 || !edges.sendMedia(edge, message))
        return false;
      this.#budget.spend(message.length);
      return true;
    });
  }
}

function heldIn(held: ReadonlyMap<number, Packet> | undefined, spans: Recall['spans']): Packet[] {
  return [...(held?.values() ?? [])]
    .filter(({ header }) => isInSpans(spans, header.seq))
    .sort((a, b) => a.header.seq - b.header.seq);
}
