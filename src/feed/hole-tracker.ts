// Which packets a peer should have and doesn't: the difference between missing, skipped and not yet come.
// Holes are kept one by one and bounded; the oldest are counted and let go.

const HOLES_MAX = 20_000;

/** Follows one epoch from the first seq that matters. */
export class HoleTracker {
  readonly #holes = new Set<number>();
  #nextSeq: number;
  #lettingGo = 0;

  constructor(firstSeq: number) {
    this.#nextSeq = firstSeq;
  }

  /** The seq after the newest that was received or skipped. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Notes a packet; false when it was here already or doesn't matter. */
  receive(seq: number): boolean {
    if (seq < this.#nextSeq) return this.#holes.delete(seq);
    this.#openHoles(seq);
    this.#nextSeq = seq + 1;
    return true;
  }

  /** Notes an announced hole, both ends included; gives how many packets it leaves out that weren't here. */
  skip(fromSeq: number, toSeq: number): number {
    let skipped = 0;
    for (const seq of this.#holes) if (seq >= fromSeq && seq <= toSeq && this.#holes.delete(seq)) skipped++;
    if (toSeq < this.#nextSeq) return skipped;
    const firstNew = Math.max(fromSeq, this.#nextSeq);
    this.#openHoles(firstNew);
    this.#nextSeq = toSeq + 1;
    return skipped + (toSeq - firstNew + 1);
  }

  /** Holes below `seq`: packets that were given up, if playout has passed `seq`. */
  missingBefore(seq: number): number {
    let missing = this.#lettingGo;
    for (const hole of this.#holes) if (hole < seq) missing++;
    return missing;
  }

  #openHoles(toSeq: number): void {
    for (let seq = this.#nextSeq; seq < toSeq; seq++) {
      const { value: oldest } = this.#holes.values().next();
      if (this.#holes.size >= HOLES_MAX && oldest !== undefined) {
        this.#holes.delete(oldest);
        this.#lettingGo++;
      }
      this.#holes.add(seq);
    }
  }
}
