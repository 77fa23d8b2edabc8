// How often which limit turned somebody away, for a line of the log now and then: a flood must not flood the log too.

/** What everyday life brings; more than once a second a phone loses its network. */
const ORDINARY: ReadonlySet<string> = new Set(['left', 'silent', 'replaced', 'accepted', 'stopping']);

/** Sums by reason. */
export class Refusals {
  #counts: Record<string, number> = {};

  /** Somebody was turned away; what is no refusal isn't counted. */
  note(reason: string): void {
    if (!ORDINARY.has(reason)) this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
  }

  /** The sums since the last call; undefined when there are none. */
  take(): Record<string, number> | undefined {
    const counts = this.#counts;
    this.#counts = {};
    return Object.keys(counts).length > 0 ? counts : undefined;
  }
}
