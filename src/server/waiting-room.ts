// Messages that wait for an absent peer, bounded per peer and in all.
// One rule: what does not fit or waits too long comes back to its sender as expired, never silently lost.
import { QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX, QUEUE_MS_MAX, QUEUES_BYTES_MAX, QUEUES_MAX } from './limits.ts';
import type { RelayedType } from './message.ts';

/** A message on hold: the frame as it will be sent, and who sent it. */
export interface WaitingMessage {
  type: RelayedType;
  src: string;
  text: string;
}

interface Entry extends WaitingMessage {
  bytes: number;
  sinceMs: number;
}

interface Queue {
  entries: Entry[];
  bytes: number;
}

/** Queues by the id of the absent peer. Times are milliseconds of one monotonic clock. */
export class WaitingRoom {
  readonly #queues = new Map<string, Queue>();
  #bytes = 0;

  /** Bytes on hold for everybody. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether something waits for `dst`. */
  has(dst: string): boolean {
    return this.#queues.has(dst);
  }

  /** Puts a message on hold; false when a bound forbids it. */
  add(dst: string, message: WaitingMessage, nowMs: number): boolean {
    const bytes = Buffer.byteLength(message.text);
    const queue = this.#queues.get(dst);
    if (this.#bytes + bytes > QUEUES_BYTES_MAX) return false;
    if (!queue) {
      if (this.#queues.size >= QUEUES_MAX || bytes > QUEUE_BYTES_MAX) return false;
    } else if (queue.entries.length >= QUEUE_MESSAGES_MAX || queue.bytes + bytes > QUEUE_BYTES_MAX) {
      return false;
    }
    const entry: Entry = { ...message, bytes, sinceMs: nowMs };
    if (queue) {
      queue.entries.push(entry);
      queue.bytes += bytes;
    } else {
      this.#queues.set(dst, { entries: [entry], bytes });
    }
    this.#bytes += bytes;
    return true;
  }

  /** Takes out all that waits for `dst`, oldest first. */
  take(dst: string): WaitingMessage[] {
    const queue = this.#queues.get(dst);
    if (!queue) return [];
    this.#queues.delete(dst);
    this.#bytes -= queue.bytes;
    return queue.entries;
  }

  /** Takes out what has waited too long: each pair of sender and absent peer once. */
  expire(nowMs: number): { src: string; dst: string }[] {
    const expired: { src: string; dst: string }[] = [];
    for (const [dst, queue] of this.#queues) {
      const keepFrom = queue.entries.findIndex(({ sinceMs }) => nowMs - sinceMs < QUEUE_MS_MAX);
      const old = queue.entries.splice(0, keepFrom === -1 ? queue.entries.length : keepFrom);
      for (const entry of old) this.#forget(queue, entry);
      for (const src of new Set(old.map((entry) => entry.src))) expired.push({ src, dst });
      if (queue.entries.length === 0) this.#queues.delete(dst);
    }
    return expired;
  }

  #forget(queue: Queue, entry: Entry): void {
    queue.bytes -= entry.bytes;
    this.#bytes -= entry.bytes;
  }
}
