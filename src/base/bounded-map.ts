// A map that forgets what was used longest ago.

/** At most `sizeMax` entries; what is set or got is the newest. */
export class BoundedMap<Key, Value> {
  readonly #map = new Map<Key, Value>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get size(): number {
    return this.#map.size;
  }

  /** Oldest first; for reading only. */
  get entries(): ReadonlyMap<Key, Value> {
    return this.#map;
  }

  get(key: Key): Value | undefined {
    const value = this.#map.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  set(key: Key, value: Value): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size <= this.#sizeMax) return;
    const [oldest] = this.#map.keys();
    if (oldest !== undefined) this.#map.delete(oldest);
  }

  delete(key: Key): void {
    this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
  }

  keys(): MapIterator<Key> {
    return this.#map.keys();
  }
}
