// How much longer a recording fits on this device: what the browser says is left, over what the last minutes took.

import { RECORD_SPACE_BYTES_MIN, RECORD_SPACE_LOOK_MS } from '../base/limits.ts';

/** What the browser says about space; undefined when it says nothing. */
export type EstimateSpace = () => Promise<{ usedBytes: number; leftBytes: number } | undefined>;

/** Asks the browser. Never rejects. */
export const estimateSpace: EstimateSpace = async () => {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage;
  const { usage, quota } = (await storage?.estimate().catch(() => undefined)) ?? {};
  if (usage === undefined || quota === undefined) return undefined;
  return { usedBytes: usage, leftBytes: Math.max(0, quota - usage) };
};

/** What it means for a recording. */
export interface Space {
  minutesLeft: number;
  /** So little is left that the recording should end while it can. */
  isFull: boolean;
}

/** Measures one recording. */
export class SpaceMeter {
  readonly #estimate: EstimateSpace;
  #bytes = 0;
  #sinceMs: number | undefined;
  #readMs = -Infinity;

  constructor(estimate: EstimateSpace) {
    this.#estimate = estimate;
  }

  /** So many bytes were written. */
  note(bytes: number, nowMs: number): void {
    this.#sinceMs ??= nowMs;
    this.#bytes += bytes;
  }

  /** Undefined when it is too early to say, or was said just now. */
  async read(nowMs: number): Promise<Space | undefined> {
    const elapsedMs = nowMs - (this.#sinceMs ?? nowMs);
    if (elapsedMs < RECORD_SPACE_LOOK_MS || nowMs - this.#readMs < RECORD_SPACE_LOOK_MS) return undefined;
    this.#readMs = nowMs;
    const space = await this.#estimate();
    if (!space) return undefined;
    const bytesPerMinute = (this.#bytes / elapsedMs) * 60_000;
    const spareBytes = Math.max(0, space.leftBytes - RECORD_SPACE_BYTES_MIN);
    return { minutesLeft: spareBytes / Math.max(1, bytesPerMinute), isFull: spareBytes === 0 };
  }
}
