// A sample of what `npm run proof -- hostile` does a hundred thousand times (A1).

import { expect, it } from 'vitest';
import { sendMutated } from '../../proof/mutated-packets.ts';
import { verifier } from './samples.ts';

const RUNS = 3000;

/** The same numbers each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it('packets with one field altered, whichever it is, come out of the gate as signed or not at all, and cost the edge', async () => {
  const { altered, lost, cut, unread, fields } = await sendMutated(RUNS, numbers(1));
  expect({ altered, lost }).toEqual({ altered: 0, lost: 0 });
  expect(Object.keys(fields)).toHaveLength(20);
  // What names another packet or a fragment that is there already, or is no head and no fragment any more, isn't read.
  const ofFragments = ['type', 'epoch', 'seq', 'index'].map((field) => `fragment ${field}`);
  const named = ['type', 'epoch', 'seq', ...ofFragments];
  expect(Object.keys(unread).filter((field) => !named.includes(field))).toEqual([]);
  expect(cut + Object.values(unread).reduce((sum, count) => sum + count, 0)).toBe(RUNS);
});

it('and a gate that believes everything is noticed', async () => {
  const gullible = { ...verifier, verify: () => Promise.resolve(true) };
  expect((await sendMutated(200, numbers(2), gullible)).altered).toBeGreaterThan(0);
});
