// `npm run proof -- small-trees`: relays of trees of eight to twelve people die one after the other, on a virtual clock. In the end
// everybody has a place; how often a death was felt, and how many had nobody to take over, is printed.

import { range } from '../sim/seeds.ts';
import { runSmallTree, SMALL_TREES } from '../sim/small-tree.ts';
import { quantile } from '../sim/uplinks.ts';
import type { Proof } from './proof.ts';

const DEATHS = 40;
/** What a stall that people would call an interruption takes, ms, and one that they would leave for. */
const [LONG_MS, VERY_LONG_MS] = [2000, 5000];

/** `npm run proof -- small-trees`. */
export const smallTrees: Proof = {
  name: 'small-trees',
  summary: `${DEATHS} deaths of relays in each of three trees of 8 to 12 people, on a virtual clock: nobody is left without a place`,
  runsDefault: 10,
  run(runs, log) {
    let lost = 0;
    const figures = Object.entries(SMALL_TREES).map(([tree, slots]) => {
      const reports = range(1, runs).map((seed) => runSmallTree(slots, seed, DEATHS));
      lost += sum(reports.map(({ alive, placed }) => alive - placed));
      const stallsMs = reports.flatMap((report) => report.stallsMs);
      const longer = (ms: number) => stallsMs.filter((stallMs) => stallMs > ms).length;
      const figure = {
        ...{ tree, deaths: stallsMs.length, long: longer(LONG_MS), veryLong: longer(VERY_LONG_MS) },
        ...{ p50: quantile(stallsMs, 0.5), p95: quantile(stallsMs, 0.95) },
        alone: Math.round(
          (100 * sum(reports.map(({ alone }) => alone))) / sum(reports.map(({ viewers }) => viewers)),
        ),
      };
      log(JSON.stringify(figure));
      return figure;
    });
    return Promise.resolve({ name: 'small-trees', runs, passed: lost === 0, lost, figures });
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
