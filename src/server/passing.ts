// Messages on their way to other processes: one at a time for each peer, so that their order holds, and bounded in bytes.
// One rule: whoever isn't reached isn't tried with what came after it either; all of it goes the same way.
import type { Passage } from './effect.ts';
import { PASSING_BYTES_MAX } from './limits.ts';

interface Row {
  passages: Passage[];
  /** How often the peer has registered somewhere meanwhile. */
  arrivals: number;
}

/** Rows of messages by the id of the peer that they are for. */
export class Passing {
  readonly #rows = new Map<string, Row>();
  readonly #pass: (passage: Passage) => Promise<boolean>;
  readonly #unreached: (passage: Passage) => void;
  #bytes = 0;

  constructor(pass: (passage: Passage) => Promise<boolean>, unreached: (passage: Passage) => void) {
    this.#pass = pass;
    this.#unreached = unreached;
  }

  /** Puts a message at the end of its row. */
  add(passage: Passage): void {
    const bytes = Buffer.byteLength(passage.text);
    if (this.#bytes + bytes > PASSING_BYTES_MAX) {
      this.#unreached(passage);
      return;
    }
    this.#bytes += bytes;
    const row = this.#rows.get(passage.dst);
    if (row) {
      row.passages.push(passage);
      return;
    }
    const fresh = { passages: [passage], arrivals: 0 };
    this.#rows.set(passage.dst, fresh);
    void this.#send(passage.dst, fresh);
  }

  /** A peer has registered: what didn't reach it in this moment is sent once more. */
  arrived(id: string): void {
    const row = this.#rows.get(id);
    if (row) row.arrivals++;
  }

  async #send(dst: string, row: Row): Promise<void> {
    for (let first = row.passages[0]; first; first = row.passages[0]) {
      const { arrivals } = row;
      const isReached = await this.#pass(first);
      if (!isReached && row.arrivals > arrivals) continue;
      const done = isReached ? row.passages.splice(0, 1) : row.passages.splice(0);
      for (const passage of done) this.#bytes -= Buffer.byteLength(passage.text);
      if (isReached) continue;
      // Before they are told, since what they cause may be for the same peer.
      this.#rows.delete(dst);
      for (const passage of done) this.#unreached(passage);
      return;
    }
    this.#rows.delete(dst);
  }
}
