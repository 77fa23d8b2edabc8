// Which packets of an epoch are here: everything below a floor, and a bounded set above it.

const ABOVE_FLOOR_MAX = 4096;

/** A set of seqs that stays small however long the feed runs. */
export class SeenSeqs {
  #floor = 0;
  #newest = -1;
  readonly #above = new Set<number>();

  /** The highest seq that a signed head named; -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** The lowest seq that isn't here. */
  get floor(): number {
    return this.#floor;
  }

  has(seq: number): boolean {
    return seq < this.#floor || this.#above.has(seq);
  }

  /** Notes that the feed has reached `seq`. */
  note(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
  }

  add(seq: number): void {
    this.note(seq);
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
