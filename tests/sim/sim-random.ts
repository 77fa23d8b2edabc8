// The one source of chance of a world: sfc32 on plain fields, since it is asked some hundred million times.

/** Numbers that follow from one seed. */
export class SimRandom {
  #a: number;
  #b = 0x9e3779b9;
  #c = 0x243f6a88;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed >>> 0;
    for (let i = 0; i < 16; i++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [min, max). */
  between(min: number, max: number): number {
    return min + (this.uint32() / 0x100000000) * (max - min);
  }

  isLikely(share: number): boolean {
    return this.uint32() < share * 0x100000000;
  }

  /** One of a list; undefined of an empty one. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.uint32() % Math.max(1, list.length)];
  }

  /** 16 hex characters. */
  id(): string {
    return [this.uint32(), this.uint32()].map((part) => part.toString(16).padStart(8, '0')).join('');
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.uint32() & 255);
  }

  /** How long a heavy-tailed stay lasts, ms: Pareto with index 1.2 and the given least. */
  stayMs(leastMs: number): number {
    return leastMs / (1 - this.between(0, 1)) ** (1 / 1.2);
  }
}
