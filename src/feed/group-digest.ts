// The digest of the newest complete group: equal bytes on every peer give an equal digest, which is how tests and
// curious people see that nothing was altered on the way.

import { concatBytes, hex } from '../base/bytes.ts';
import type { Verifier } from '../ports.ts';
import type { GroupCache } from './group-cache.ts';
import type { Packet } from './packet.ts';

/** `sha256` is hex, over head then payload of each packet of the group in order of seq. */
export interface GroupDigest {
  epoch: number;
  seq: number;
  sha256: string;
}

/** Follows a cache and digests each group once, when its last packet has come. */
export class GroupDigester {
  readonly #cache: GroupCache;
  readonly #verifier: Verifier;
  #starts: number[] = [];
  #newest: GroupDigest | undefined;

  constructor(cache: GroupCache, verifier: Verifier) {
    this.#cache = cache;
    this.#verifier = verifier;
  }

  /** The newest complete group; undefined before the first. */
  get newest(): GroupDigest | undefined {
    return this.#newest;
  }

  /** To be called after a packet was added to the cache. */
  note(packet: Packet): void {
    if (packet.header.isKey)
      this.#starts = [...this.#starts, packet.header.seq].sort((a, b) => a - b).slice(-4);
    // The newest start has no end yet: the group before it is the newest that can be complete.
    let next = Infinity;
    for (const seq of this.#starts.toReversed()) {
      const group = next === Infinity ? undefined : this.#cache.group(seq, next);
      if (group) {
        this.#starts = this.#starts.filter((start) => start > seq);
        void this.#digest(seq, group);
        return;
      }
      next = seq;
    }
  }

  /** A new epoch begins. */
  clear(): void {
    this.#starts = [];
  }

  async #digest(seq: number, group: Packet[]): Promise<void> {
    const epoch = group[0]?.header.epoch ?? 0;
    const bytes = concatBytes(...group.flatMap(({ head, payload }) => [head, payload]));
    const digest = await this.#verifier.sha256(bytes);
    const isNewer =
      !this.#newest || epoch > this.#newest.epoch || (epoch === this.#newest.epoch && seq > this.#newest.seq);
    if (isNewer)
      this.#newest = {
        epoch,
        seq,
        sha256: hex(digest),
      };
  }
}
