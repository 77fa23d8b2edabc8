// Which moment of the broadcast is being presented: a straight line from local time to capture time, bent only by
// `move`, `hold` and `setRate`. Each bend gives it another `version`, so that the sound can follow.

/** A straight piece of the timeline: `mediaUs` is presented at `atMs`, and from there on at `rate` (0: standing still). */
export interface TimelinePiece {
  version: number;
  mediaUs: number;
  atMs: number;
  rate: number;
}

export class Timeline {
  #piece: TimelinePiece = { version: 0, mediaUs: 0, atMs: 0, rate: 0 };

  get piece(): Readonly<TimelinePiece> {
    return this.#piece;
  }

  get isRunning(): boolean {
    return this.#piece.rate > 0;
  }

  /** Capture time presented at `nowMs`, µs. */
  at(nowMs: number): number {
    const { mediaUs, atMs, rate } = this.#piece;
    return mediaUs + (nowMs - atMs) * 1000 * rate;
  }

  /** How long until `mediaUs` is presented, ms; Infinity while standing still before it. */
  untilMs(mediaUs: number, nowMs: number): number {
    const aheadMs = (mediaUs - this.at(nowMs)) / 1000;
    if (aheadMs <= 0) return 0;
    return this.isRunning ? aheadMs / this.#piece.rate : Infinity;
  }

  /** Goes to `mediaUs` and on from there at `rate`. */
  move(mediaUs: number, nowMs: number, rate: number): void {
    this.#piece = { version: this.#piece.version + 1, mediaUs, atMs: nowMs, rate };
  }

  setRate(rate: number, nowMs: number): void {
    if (rate !== this.#piece.rate) this.move(this.at(nowMs), nowMs, rate);
  }

  /** Stands still at `mediaUs`. */
  hold(mediaUs: number, nowMs: number): void {
    this.move(mediaUs, nowMs, 0);
  }
}
