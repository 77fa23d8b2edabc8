// Polluters in the mass (TESTS.md A1): packets with one field altered, at the decoder and the gate. What decides are counts.

import { sendMutated } from './mutated-packets.ts';
import type { Proof } from './proof.ts';

/** `npm run proof -- hostile`. */
export const hostile: Proof = {
  name: 'hostile',
  summary:
    'packets with one field altered, before an honest peer sends them: nothing altered gets on, nothing is lost',
  runsDefault: 100_000,
  async run(runs, log) {
    const result = await sendMutated(runs, Math.random);
    log(JSON.stringify(result));
    return { name: 'hostile', runs, passed: result.altered === 0 && result.lost === 0, ...result };
  },
};
