// Our own way to a place that was promised: a search that goes up to whoever promised it. The parent keeps feeding us until the new one does.

import { beginSearch } from './standby-search.ts';
import { bestStandby, switchTo } from './standbys.ts';
import type { OverlayState, Standby } from './state.ts';
import { createSearch } from './state.ts';
import { CLIMB_MS_MAX, PROMOTED_AFTER_MS, WISH_MS_MAX } from './timing.ts';
import type { Turn } from './turn.ts';

export class ClimbingSearch {
  /** Told of each move. */
  readonly #moved: () => void;
  /** Until when we may ask for the place, ms; whether our grandparent has it. */
  #wish: { untilMs: number; isAbove: boolean } | null = null;
  /** When we were last without a parent, ms. */
  #sinceMs = 0;
  /** The edge that is being found. */
  #way: { edge: string; untilMs: number } | null = null;

  constructor(moved: () => void) {
    this.#moved = moved;
  }

  get isUnderWay(): boolean {
    return this.#wish !== null || this.#way !== null;
  }

  /** Until when what is under way is waited for, ms; Infinity: nothing is. */
  get untilMs(): number {
    return (this.#wish ?? this.#way)?.untilMs ?? Infinity;
  }

  /** A place was promised to us. False: we stay where we are, whatever is promised. */
  wish({ state, nowMs }: Turn, isAbove: boolean): boolean {
    if (state.doorOrder !== null) return false;
    // Whoever just came stays for now.
    if (!this.isUnderWay && nowMs - this.#sinceMs >= PROMOTED_AFTER_MS)
      this.#wish = { untilMs: nowMs + WISH_MS_MAX, isAbove };
    return true;
  }

  tick(turn: Turn): void {
    const { state, nowMs } = turn;
    if (!state.parent) this.#sinceMs = nowMs;
    if (this.#way) this.#finish(turn, this.#way);
    const wish = this.#wish;
    if (!wish) return;
    const { parent, search } = state;
    if (nowMs >= wish.untilMs || parent?.goingSinceMs !== null || state.isEnded) {
      this.#wish = null;
      return;
    }
    const known = wish.isAbove ? grandparent(state) : undefined;
    if (known) {
      if (!known.tip && state.hasFed) return;
      this.#wish = null;
      this.#way = { edge: known.edge, untilMs: nowMs + CLIMB_MS_MAX };
    } else if (search.phase === 'idle') {
      const { nextMs, failures, unreachable } = search;
      const before = { ...createSearch(nextMs), failures, unreachable };
      const edge = beginSearch(turn, before, { purpose: 'parent', via: parent.edge, tier: 1 });
      this.#wish = null;
      this.#way = { edge, untilMs: nowMs + CLIMB_MS_MAX };
    }
  }

  /** Whoever was found stands by: it feeds us from now on, if its place is better. */
  #finish(turn: Turn, { edge, untilMs }: { edge: string; untilMs: number }): void {
    const { state, nowMs } = turn;
    const found = state.standbys.get(edge);
    const isOver = nowMs >= untilMs || (!found && state.search.edge !== edge) || !state.parent;
    if (isOver || state.parent?.goingSinceMs !== null) {
      this.#way = null;
      return;
    }
    if (!found) return;
    const isHigher = (found.paths[0]?.depth ?? Infinity) + 1 < (state.paths[0]?.depth ?? 0);
    if (!isHigher) {
      this.#way = null;
    } else if (!state.hasFed || bestStandby(turn, { isFit: (one) => one === found })) {
      this.#way = null;
      this.#moved();
      switchTo(turn, found);
    }
  }
}

/** Our parent's parent, if it stands by for us already. */
function grandparent(state: OverlayState): Standby | undefined {
  const above = state.paths[0]?.ancestors.at(-2);
  return [...state.standbys.values()].find(({ peer }) => peer === above);
}
