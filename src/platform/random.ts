// Chance from the platform's secure generator. Nothing in the product may use Math.random.

import type { Random } from '../ports.ts';

/** What one call of getRandomValues gives at most. */
const QUOTA_BYTES = 65_536;

/** The platform's secure generator, in browsers, workers and Node. */
export const random: Random = {
  bytes(length) {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += QUOTA_BYTES)
      crypto.getRandomValues(bytes.subarray(at, at + QUOTA_BYTES));
    return bytes;
  },
  fraction() {
    const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
    // 27 and 26 bits: all that a double in [0, 1) can hold.
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  },
};
