// Measures what a viewer sees, spell by spell, and carries the sums up. The root runs it too, without a spell of its own.

import type { Bytes } from '../base/bytes.ts';
import {
  createQuality,
  flushQuality,
  hearQuality,
  noteSpell,
  rowsOf,
  SPELL_MS,
  tickQuality,
  type QualityRow,
} from '../overlay/quality.ts';
import { decodeQuality, encodeQuality } from '../overlay/quality-message.ts';
import type { Clock, Stop } from '../ports.ts';

const TICK_MS = 250;

/** What a viewer's own picture has been like since it began to watch. */
export interface SeenSoFar {
  /** Whether the picture is there to be judged: live, and not paused. */
  isWatching: boolean;
  depth: number | null;
  latencyMs: number | null;
  stalls: number;
  stallMs: number;
  reparents: number;
}

/** What it asks of a node. */
export interface QualityEdges {
  neighbours(): { parent: string | null; children: readonly string[] };
  viewersBelow(edge: string): number;
  sendControl(edge: string, bytes: Bytes): void;
}

export interface QualityParts {
  clock: Clock;
  edges: QualityEdges;
  /** Absent: we are no viewer. */
  see?: () => Promise<SeenSoFar>;
}

/** One peer's part of the way up, from its making to `close`. */
export class QualityCarrier {
  readonly #parts: QualityParts;
  readonly #state = createQuality();
  readonly #stops: Stop[];
  #before: SeenSoFar | undefined;

  constructor(parts: QualityParts) {
    this.#parts = parts;
    const { clock, see } = parts;
    this.#stops = [clock.every(TICK_MS, () => this.#tick())];
    if (see) {
      void this.#look();
      this.#stops.push(clock.every(SPELL_MS, () => void this.#look()));
    }
  }

  /** Everything counted here and below so far, by depth. */
  get rows(): QualityRow[] {
    return rowsOf(this.#state.sums);
  }

  /** A message of a child that we feed; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    const decoded = decodeQuality(bytes);
    if (!decoded.ok) return false;
    const { clock, edges } = this.#parts;
    hearQuality(this.#state, edge, decoded.value, edges.viewersBelow(edge), clock.nowMs());
    return true;
  }

  /** Tells the parent what it hasn't been told yet. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#send(flushQuality(this.#state, this.#parts.clock.nowMs()));
  }

  #tick(): void {
    const { clock, edges } = this.#parts;
    this.#send(tickQuality(this.#state, edges.neighbours(), clock.nowMs()));
  }

  #send(rows: QualityRow[] | undefined): void {
    const { parent } = this.#state;
    if (rows && parent !== null) this.#parts.edges.sendControl(parent, encodeQuality(rows));
  }

  /** Ends a spell and begins the next. What happened while nothing was watched belongs to the next one that counts. */
  async #look(): Promise<void> {
    const seen = await this.#parts.see?.();
    const before = this.#before;
    if (seen === undefined || (before && !seen.isWatching)) return;
    this.#before = seen;
    if (!before || seen.depth === null) return;
    noteSpell(this.#state, seen.depth, {
      latencyMs: seen.latencyMs,
      stalls: seen.stalls - before.stalls,
      stallMs: seen.stallMs - before.stallMs,
      moves: seen.reparents - before.reparents,
    });
  }
}
