// Small simulated worlds with every kind of fault, one per seed, as many as one likes.

import { failuresOf, range } from '../sim/seeds.ts';
import type { Proof } from './proof.ts';

const TOLD_EVERY = 100;

/** `npm run proof -- seeds`. */
export const seeds: Proof = {
  name: 'seeds',
  summary: 'small worlds with every kind of fault: safe throughout, whole again after it, under every seed',
  runsDefault: 5000,
  run(runs, log) {
    let done = 0;
    const failures = failuresOf(range(1, runs), (failure) => {
      if (failure) log(failure.line);
      if (++done % TOLD_EVERY === 0) log(`${done} seeds`);
    });
    const late = failures.filter(({ isLate }) => isLate).length;
    const unsafe = failures.length - late;
    return Promise.resolve({ name: 'seeds', runs, passed: failures.length === 0, unsafe, late });
  },
};
