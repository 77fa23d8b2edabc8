// What happens next in a simulated world: a calendar of one-millisecond days, first come first served within a day, so
// that a world is the same each time. Millions of entries stand in flat arrays; nothing is allocated for one of them.

/** Whoever an entry of the calendar is for. */
export interface Actor {
  /** `kind`, `data` and `value` are what was posted. */
  happen(kind: number, data: unknown, value: number): void;
}

/** Days that lie open: a little over 8 s, so that nearly everything but slow timers goes straight to its day. */
const DAYS = 8192;
const NONE = -1;

class Later implements Actor {
  happen(_kind: number, data: unknown): void {
    (data as () => void)();
  }
}

/** Virtual time in whole milliseconds. `nowMs` advances only by running what is due. */
export class EventQueue {
  nowMs = 0;
  /** Entries run so far. */
  done = 0;
  /** Entries that wait. */
  waiting = 0;
  readonly #later = new Later();
  readonly #first = new Int32Array(DAYS).fill(NONE);
  readonly #last = new Int32Array(DAYS).fill(NONE);
  #next = new Int32Array(1024);
  #kinds = new Uint8Array(1024);
  #atMs = new Float64Array(1024);
  #values = new Float64Array(1024);
  readonly #actors: (Actor | undefined)[] = [];
  readonly #data: unknown[] = [];
  #free = NONE;
  #size = 0;
  /** Entries beyond the open days: a binary heap by time, then by order of posting. */
  readonly #far: number[] = [];
  readonly #farOrder: number[] = [];
  #order = 0;

  /** Runs something after a delay of virtual time. */
  after(delayMs: number, run: () => void): void {
    this.post(delayMs, this.#later, 0, run, 0);
  }

  at(atMs: number, run: () => void): void {
    this.post(atMs - this.nowMs, this.#later, 0, run, 0);
  }

  /** Lets `actor.happen(kind, data, value)` after a delay, rounded up to whole milliseconds. */
  post(delayMs: number, actor: Actor, kind: number, data: unknown, value: number): void {
    const atMs = this.nowMs + Math.max(0, Math.ceil(delayMs));
    const entry = this.#allot();
    this.#atMs[entry] = atMs;
    this.#kinds[entry] = kind;
    this.#values[entry] = value;
    this.#actors[entry] = actor;
    this.#data[entry] = data;
    this.waiting++;
    if (atMs - this.nowMs < DAYS) this.#append(entry, atMs);
    else this.#pushFar(entry);
  }

  /** Runs everything up to a moment. */
  runUntil(untilMs: number): void {
    while (this.nowMs <= untilMs) {
      this.#runDay(this.nowMs % DAYS);
      if (this.nowMs >= untilMs) return;
      this.nowMs++;
      this.#openDay();
    }
  }

  /** Runs the entries of today, also those that are posted for today meanwhile. */
  #runDay(day: number): void {
    for (let entry = this.#first[day]!; entry !== NONE; entry = this.#first[day]!) {
      const next = this.#next[entry]!;
      this.#first[day] = next;
      if (next === NONE) this.#last[day] = NONE;
      const actor = this.#actors[entry]!;
      const data = this.#data[entry];
      const kind = this.#kinds[entry]!;
      const value = this.#values[entry]!;
      this.#actors[entry] = undefined;
      this.#data[entry] = undefined;
      this.#next[entry] = this.#free;
      this.#free = entry;
      this.waiting--;
      this.done++;
      actor.happen(kind, data, value);
    }
  }

  /** The last of the open days has come into sight: what waited for it moves in. */
  #openDay(): void {
    const horizonMs = this.nowMs + DAYS - 1;
    while (this.#far.length > 0 && this.#atMs[this.#far[0]!]! <= horizonMs) {
      const entry = this.#popFar();
      this.#append(entry, this.#atMs[entry]!);
    }
  }

  #append(entry: number, atMs: number): void {
    const day = atMs % DAYS;
    this.#next[entry] = NONE;
    const last = this.#last[day]!;
    if (last === NONE) this.#first[day] = entry;
    else this.#next[last] = entry;
    this.#last[day] = entry;
  }

  #allot(): number {
    if (this.#free !== NONE) {
      const entry = this.#free;
      this.#free = this.#next[entry]!;
      return entry;
    }
    if (this.#size === this.#next.length) this.#grow();
    return this.#size++;
  }

  #grow(): void {
    const size = 2 * this.#next.length;
    const next = new Int32Array(size);
    next.set(this.#next);
    this.#next = next;
    const kinds = new Uint8Array(size);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    const atMs = new Float64Array(size);
    atMs.set(this.#atMs);
    this.#atMs = atMs;
    const values = new Float64Array(size);
    values.set(this.#values);
    this.#values = values;
  }

  #pushFar(entry: number): void {
    const heap = this.#far;
    const order = this.#farOrder;
    order[entry] = this.#order++;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#isBefore(entry, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = entry;
  }

  #popFar(): number {
    const heap = this.#far;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && this.#isBefore(heap[down + 1]!, heap[down]!)) down++;
      if (!this.#isBefore(heap[down]!, last)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return first;
  }

  #isBefore(a: number, b: number): boolean {
    const atA = this.#atMs[a]!;
    const atB = this.#atMs[b]!;
    return atA < atB || (atA === atB && this.#farOrder[a]! < this.#farOrder[b]!);
  }
}
