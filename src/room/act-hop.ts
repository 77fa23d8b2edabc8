// One peer's part in carrying moderators' requests up. They go at once and beside what viewers say, so that no flood delays them;
// only those of moderators whom the newest room packet names go at all, so that nobody else can send any.
//
// Invariants, which tests name by number:
// 1. Nothing of anybody but a moderator in force is checked or passed on.
// 2. However much comes, what goes on is bounded for each moderator, and an edge that floods is cut.
// 3. A copy of a request that was just passed on stops here; one that is sent again later passes.

import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import { hex } from '../base/bytes.ts';
import type { SignedAct } from './act-codec.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import {
  ACT_AGAIN_MS,
  ACT_EDGES_MAX,
  ACTS_DONE_MAX,
  EDGE_ACTS_BURST,
  EDGE_ACTS_PER_SECOND,
  KEY_ACTS_BURST,
  KEY_ACTS_PER_SECOND,
  MODERATORS_MAX,
} from './room-limits.ts';

/** Half of a signature tells requests apart. */
const NAME_BYTES = 32;

/** What to do with one that came: check its signatures and call `pass`; forget it; cut the edge. */
export type ActFate = 'check' | 'drop' | 'cut';

/** Remembers what has passed; times that it is told don't go back. */
export class ActHop {
  readonly #edges = new BoundedMap<string, Allowance>(ACT_EDGES_MAX);
  readonly #keys = new BoundedMap<string, Allowance>(2 * MODERATORS_MAX);
  readonly #passed = new BoundedMap<string, number>(ACTS_DONE_MAX);
  #epoch = 0;
  #moderators: ReadonlySet<string> = new Set();

  /** What the newest room packet says. */
  follow(epoch: number, moderators: ReadonlySet<string>): void {
    this.#epoch = epoch;
    this.#moderators = moderators;
  }

  /** One has come over an edge from below. */
  arrive(edge: string, act: SignedAct, nowMs: number): ActFate {
    const allowance = this.#edges.get(edge) ?? fullAllowance(EDGE_ACTS_BURST, nowMs);
    this.#edges.set(edge, allowance);
    if (!take(allowance, nowMs, EDGE_ACTS_PER_SECOND, EDGE_ACTS_BURST)) return 'cut';
    return this.#isWelcome(act) && this.#isDue(act, nowMs) ? 'check' : 'drop';
  }

  /** Its signatures are good: whether it goes on. */
  pass(act: SignedAct, nowMs: number): boolean {
    // A copy may have come while this one was being checked.
    if (!this.#isWelcome(act) || !this.#isDue(act, nowMs)) return false;
    const allowance = this.#keys.get(act.author) ?? fullAllowance(KEY_ACTS_BURST, nowMs);
    this.#keys.set(act.author, allowance);
    if (!take(allowance, nowMs, KEY_ACTS_PER_SECOND, KEY_ACTS_BURST)) return false;
    this.#passed.set(nameOf(act), nowMs);
    return true;
  }

  #isWelcome({ epoch, author }: SignedAct): boolean {
    return epoch === this.#epoch && this.#moderators.has(author);
  }

  #isDue(act: SignedAct, nowMs: number): boolean {
    return nowMs - (this.#passed.get(nameOf(act)) ?? -Infinity) >= ACT_AGAIN_MS;
  }
}

function nameOf({ signature }: SignedAct): string {
  return hex(signature.subarray(0, NAME_BYTES));
}
