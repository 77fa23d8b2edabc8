// The public list of what is on, as one process keeps it. One rule: what is in it was signed by the broadcast's key, lately, for
// this server, and goes by itself. All times are Unix ms. Entries come checked (list-posts.ts); here are order, bounds and age.

import type { Bytes } from '../base/bytes.ts';
import type { SignedEntry } from '../guide/entry.ts';
import { LIST_ENTRIES_MAX, LISTING_CLOCK_MS_MAX, LISTING_MS } from '../guide/guide-limits.ts';
import { ADDRESS_LISTED_MAX, LIST_KNOWN_MAX } from './limits.ts';

/** A broadcast in the list. */
export interface Listed {
  broadcastId: string;
  entry: SignedEntry;
  /** The picture that the entry names. */
  still?: Bytes | undefined;
}

/** What became of an entry. 'stale': a newer one was here; 'crowded': its address has enough; 'full': the list is. */
export type ListOutcome = 'taken' | 'stale' | 'crowded' | 'full';

interface Known {
  tag: string;
  /** When its newest word was said, by its own clock. */
  atMs: number;
  /** Until then it is remembered: later, its old words are too old for everybody. */
  knownUntilMs: number;
  listed?: Listed;
  listedUntilMs: number;
}

/** Broadcasts by their ids. */
export class LiveList {
  readonly #known = new Map<string, Known>();

  /** Takes an entry, or the wish to leave, that came from the address `tag`. */
  put(tag: string, listed: Listed, nowMs: number): ListOutcome {
    this.#forget(nowMs);
    const { broadcastId, entry } = listed;
    const before = this.#known.get(broadcastId);
    if (before && entry.atMs <= before.atMs) return 'stale';
    if (!before) {
      const ofAddress = [...this.#known.values()].filter((known) => known.tag === tag).length;
      if (ofAddress >= ADDRESS_LISTED_MAX) return 'crowded';
      if (this.#known.size >= LIST_KNOWN_MAX) return 'full';
    }
    if (entry.isOnAir && !before?.listed && this.all(nowMs).length >= LIST_ENTRIES_MAX) return 'full';
    this.#known.set(broadcastId, {
      tag,
      atMs: entry.atMs,
      knownUntilMs: Math.max(nowMs + LISTING_MS, entry.atMs + LISTING_CLOCK_MS_MAX),
      ...(entry.isOnAir && { listed }),
      listedUntilMs: nowMs + LISTING_MS,
    });
    return 'taken';
  }

  /** What is on. */
  all(nowMs: number): Listed[] {
    this.#forget(nowMs);
    return [...this.#known.values()].flatMap(({ listed }) => listed ?? []);
  }

  /** Takes a broadcast that was put here away, because others know a newer word of it. */
  drop(broadcastId: string): void {
    const known = this.#known.get(broadcastId);
    if (known) delete known.listed;
  }

  #forget(nowMs: number): void {
    for (const [id, known] of this.#known) {
      if (known.listedUntilMs <= nowMs) delete known.listed;
      if (known.knownUntilMs <= nowMs) this.#known.delete(id);
    }
  }
}
