// A guest's sound, mixed into the broadcaster's block by block. It comes over a network and by another clock, so a little of it is held;
// when it runs dry there is silence until that much is there again. Pure.

import { PcmBlocks, type Pcm, type PcmBlock } from './encode-pcm.ts';

/** Blocks of 40 ms held before any is mixed, and beyond which the oldest go: what a jittery path needs, and no talk across each other. */
const HELD_FIRST = 2;
const HELD_MAX = 5;

/** Sound in the shape of the blocks that it is mixed into. */
export class MixedSound {
  readonly #blocks: PcmBlocks;
  #held: PcmBlock[] = [];
  #isFlowing = false;

  constructor(channels: 1 | 2) {
    this.#blocks = new PcmBlocks(channels);
  }

  push(pcm: Pcm): void {
    this.#held.push(...this.#blocks.push(pcm));
    if (this.#held.length > HELD_MAX) this.#held = this.#held.slice(-HELD_FIRST);
    if (this.#held.length >= HELD_FIRST) this.#isFlowing = true;
  }

  /** Adds the next block to this one. */
  mixInto({ planes }: PcmBlock): void {
    const next = this.#isFlowing ? this.#held.shift() : undefined;
    if (!next) {
      this.#isFlowing = false;
      return;
    }
    next.planes.forEach((sample, at) => {
      planes[at] = Math.max(-1, Math.min(1, (planes[at] ?? 0) + sample));
    });
  }
}
