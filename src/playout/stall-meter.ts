// Counts stalls and adds up their time.

export class StallMeter {
  #stalls = 0;
  #endedMs = 0;
  #sinceMs: number | undefined;

  get stalls(): number {
    return this.#stalls;
  }

  /** Time spent stalled, ms, the present stall included. */
  totalMs(nowMs: number): number {
    return this.#endedMs + (this.#sinceMs === undefined ? 0 : nowMs - this.#sinceMs);
  }

  begin(nowMs: number): void {
    this.#stalls += 1;
    this.#sinceMs = nowMs;
  }

  /** Ends the present stall, if there is one. */
  end(nowMs: number): void {
    this.#endedMs = this.totalMs(nowMs);
    this.#sinceMs = undefined;
  }
}
