// Keeps what the end report tells of one stretch on air: who watched, when, and how well. It reaches the disk every REPORT_KEEP_MS.

import type { Bytes } from '../base/bytes.ts';
import { SPELL_MS, type QualityRow } from '../overlay/quality.ts';
import { isQuality } from '../overlay/quality-type.ts';
import type { Clock } from '../ports.ts';
import { AirMeter } from './air-meter.ts';
import { QualityCarrier, type QualityEdges } from './quality-carrier.ts';
import type { AirStretch, DepthQuality, KeepStretch, RoomSums } from './session-api.ts';

/** How often the report is kept: a crash costs it so much, ms. */
const REPORT_KEEP_MS = 10_000;

export interface AirLogParts {
  clock: Clock;
  edges: QualityEdges;
  /** What the room has come to. */
  sums(): RoomSums;
  keepStretch?: KeepStretch | undefined;
}

/** Begins with the broadcast. */
export class AirLog {
  readonly #parts: AirLogParts;
  readonly #meter: AirMeter;
  readonly #quality: QualityCarrier;
  #keptMs = -Infinity;

  /** `startedAtMs`: Unix time. */
  constructor(parts: AirLogParts, startedAtMs: number) {
    this.#parts = parts;
    this.#meter = new AirMeter(startedAtMs, parts.clock.nowMs());
    this.#quality = new QualityCarrier(parts);
  }

  get stretch(): AirStretch {
    return { ...this.#meter.stretch(this.#parts.sums()), quality: this.#quality.rows.map(told) };
  }

  /** So many watch now. To be called several times a second. */
  note(viewers: number): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#meter.note(nowMs, viewers);
    if (nowMs - this.#keptMs < REPORT_KEEP_MS) return;
    this.#keptMs = nowMs;
    void this.#keep();
  }

  /** A message of a child; undefined when it is of something else, false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean | undefined {
    return isQuality(bytes) ? this.#quality.receive(edge, bytes) : undefined;
  }

  /** Resolves when everything is kept. */
  async close(): Promise<void> {
    this.#quality.close();
    await this.#keep();
  }

  async #keep(): Promise<void> {
    await this.#parts.keepStretch?.(this.stretch);
  }
}

function told({ depth, spells, timed, latencyMs, stalls, stallMs, moves }: QualityRow): DepthQuality {
  return {
    depth,
    watchedMs: spells * SPELL_MS,
    timedMs: timed * SPELL_MS,
    latencyMs: timed === 0 ? 0 : Math.round(latencyMs / timed),
    ...{ stalls, stallMs, reparents: moves },
  };
}
