// How often one address may post to the public list. An address is a tag: it is compared and never written anywhere.

import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { ADDRESSES_MAX, ADDRESS_LIST_POSTS_BURST, ADDRESS_LIST_POSTS_PER_SECOND } from './limits.ts';

/** All addresses that posted lately. */
export class AddressPace {
  readonly #byTag = new BoundedMap<string, Allowance>(ADDRESSES_MAX);

  /** Whether this address may post now. */
  take(tag: string, nowMs: number): boolean {
    const allowance = this.#byTag.get(tag) ?? fullAllowance(ADDRESS_LIST_POSTS_BURST, nowMs);
    this.#byTag.set(tag, allowance);
    return take(allowance, nowMs, ADDRESS_LIST_POSTS_PER_SECOND, ADDRESS_LIST_POSTS_BURST);
  }
}
