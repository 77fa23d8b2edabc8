// What waits to go up in answer to a recall: whole packets, in the messages of the media channel. Pure: the caller pumps it.
// Its rule: never more waits than RECALL_QUEUE_BYTES_MAX beyond what this peer holds anyway.

import type { Bytes } from '../base/bytes.ts';
import { RECALL_QUEUE_BYTES_MAX } from '../base/limits.ts';
import { messagesOf } from './media-message.ts';
import type { Packet } from './packet.ts';

/** The way up to one parent. */
export class RecallAnswer {
  readonly #held: Packet[];
  readonly #relayed: Packet[] = [];
  #relayedBytes = 0;
  /** Of the packet whose turn it is. */
  #messages: Bytes[] = [];

  /** `held`: what this peer holds itself, in order. */
  constructor(held: Packet[]) {
    this.#held = held;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#held.length + this.#relayed.length + this.#messages.length === 0;
  }

  /** A packet that came from below, to be passed on once what is held is through. */
  relay(packet: Packet): void {
    const { length } = packet.payload;
    if (this.#relayedBytes + length > RECALL_QUEUE_BYTES_MAX) return;
    this.#relayedBytes += length;
    this.#relayed.push(packet);
  }

  /** Hands out messages until `send` refuses one or nothing waits. */
  pump(send: (message: Bytes) => boolean): void {
    for (;;) {
      const message = this.#next();
      if (!message || !send(message)) return;
      this.#messages.shift();
    }
  }

  #next(): Bytes | undefined {
    while (this.#messages.length === 0) {
      const packet = this.#held.shift() ?? this.#takeRelayed();
      if (!packet) return undefined;
      this.#messages = messagesOf(packet);
    }
    return this.#messages[0];
  }

  #takeRelayed(): Packet | undefined {
    const packet = this.#relayed.shift();
    if (packet) this.#relayedBytes -= packet.payload.length;
    return packet;
  }
}
