// Deals packets over the four stripes so that each carries about the same bytes: a child that takes two stripes
// from one parent and two from another then loads both equally.

import { STRIPES } from '../base/limits.ts';
import { fragmentCount, fragmentLength } from './packet-codec.ts';

/** Remembers what each stripe carried so far. */
export class StripeDealer {
  /** Bytes of each stripe above the lightest. */
  #loads = [0, 0, 0, 0];

  /** The stripe for fragment 0 of a payload of `length` bytes: the one that leaves the heaviest stripe lightest. */
  deal(length: number): number {
    let best = 0;
    let bestLoads = this.#loadsAfter(length, 0);
    for (let stripe = 1; stripe < STRIPES; stripe++) {
      const loads = this.#loadsAfter(length, stripe);
      if (Math.max(...loads) < Math.max(...bestLoads)) [best, bestLoads] = [stripe, loads];
    }
    const floor = Math.min(...bestLoads);
    this.#loads = bestLoads.map((load) => load - floor);
    return best;
  }

  #loadsAfter(length: number, stripe: number): number[] {
    return this.#loads.map((load, s) => {
      let carried = load;
      for (let i = (s - stripe + STRIPES) % STRIPES; i < fragmentCount(length); i += STRIPES)
        carried += fragmentLength(length, i);
      return carried;
    });
  }
}
