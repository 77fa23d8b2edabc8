// How often one address may post to the public list. An address is a tag: it is compared and never written anywhere.

import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import { ADDRESSES_MAX, ADDRESS_LIST_POSTS_BURST, ADDRESS_LIST_POSTS_PER_SECOND } from './limits.ts';

/** All addresses that posted lately. */
export class AddressPace {
  /** Least recently used first. */
  readonly #byTag = new Map<string, Allowance>();

  /** Whether this address may post now. */
  take(tag: string, nowMs: number): boolean {
    const allowance = this.#byTag.get(tag) ?? fullAllowance(ADDRESS_LIST_POSTS_BURST, nowMs);
    this.#byTag.delete(tag);
    this.#byTag.set(tag, allowance);
    if (this.#byTag.size > ADDRESSES_MAX) {
      const [oldest] = this.#byTag.keys();
      if (oldest !== undefined) this.#byTag.delete(oldest);
    }
    return take(allowance, nowMs, ADDRESS_LIST_POSTS_PER_SECOND, ADDRESS_LIST_POSTS_BURST);
  }
}
