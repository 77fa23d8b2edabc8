// Holds a programme's chunks back until it is known what they all are.

import type { MediaChunk, MediaFormat } from '../ports.ts';
import type { FromEncoder } from './encode-messages.ts';

/** Lets the format out first, once, and the chunks after it. */
export class FormatHold {
  readonly #post: (message: FromEncoder) => void;
  #format: MediaFormat = {};
  #held: MediaChunk[] | undefined = [];
  /** Whether the format is of picture and sound. */
  #hasAudio = false;

  constructor(post: (message: FromEncoder) => void) {
    this.#post = post;
  }

  /** Sound is part of it, or no longer. */
  set hasAudio(hasAudio: boolean) {
    this.#hasAudio = hasAudio;
    this.add({});
  }

  /** What is known by now. */
  add(part: MediaFormat): void {
    this.#format = { ...this.#format, ...part };
    if (!this.#held || !this.#format.video || (this.#hasAudio && !this.#format.audio)) return;
    this.#post({ type: 'format', format: this.#format });
    const held = this.#held;
    this.#held = undefined;
    for (const chunk of held) this.send(chunk);
  }

  readonly send = (chunk: MediaChunk): void => {
    if (this.#held) this.#held.push(chunk);
    else this.#post({ type: 'chunk', chunk });
  };
}
