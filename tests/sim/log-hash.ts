// A running hash over everything that happened in a world: equal hashes mean equal worlds.

/** Two 32-bit FNV-1a lanes over time, peer, kind of event, and what it was about. */
export class LogHash {
  events = 0;
  #low = 0x811c9dc5;
  #high = 0x1b873593;

  /** `kind` and `about` are small numbers of the caller's choice. */
  add(nowMs: number, peer: number, kind: number, about: number): void {
    this.events++;
    this.#number(nowMs);
    this.#number(peer);
    this.#number(kind);
    this.#number(about);
  }

  /** 16 hex characters. */
  get hex(): string {
    return [this.#high, this.#low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #number(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ (this.#low >>> 15) ^ value, 0x85ebca6b);
  }
}
