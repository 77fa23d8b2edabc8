// Which packets of an epoch are here: everything below a floor, and a bounded set above it.

const ABOVE_FLOOR_MAX = 4096;

/** A set of seqs that stays small however long the feed runs. */
export class SeenSeqs {
  #floor = 0;
  readonly #above = new Set<number>();

  /** The lowest seq that isn't here. */
  get floor(): number {
    return this.#floor;
  }

  has(seq: number): boolean {
    return seq < this.#floor || this.#above.has(seq);
  }

  add(seq: number): void {
    if (seq < this.#floor) return;
    this.#above.add(seq);
    this.#settle();
    if (this.#above.size > ABOVE_FLOOR_MAX) this.raiseFloor(Math.min(...this.#above) + 1);
  }

  /** Everything below `seq` counts as here from now on. */
  raiseFloor(seq: number): void {
    if (seq <= this.#floor) return;
    this.#floor = seq;
    for (const held of this.#above) if (held < seq) this.#above.delete(held);
    this.#settle();
  }

  #settle(): void {
    while (this.#above.delete(this.#floor)) this.#floor++;
  }
}
