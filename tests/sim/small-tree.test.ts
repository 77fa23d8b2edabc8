// Small trees whose relays die one by one; `npm run proof -- small-trees` does more of it and prints how often it was felt.
import { expect, it } from 'vitest';
import { runSmallTree, SMALL_TREES } from './small-tree.ts';
import { quantile } from './uplinks.ts';

const DEATHS = 40;
/** Of virtual time: what half of the deaths may cost, ms. */
const STALL_P50_MS_MAX = 1000;

it.each(['mixed', 'willing'] as const)(
  'a %s tree of eight heals after each of forty deaths, most of them hardly felt',
  (tree) => {
    const { stallsMs, viewers, alone, placed, alive } = runSmallTree(SMALL_TREES[tree], 1, DEATHS);
    expect(stallsMs).toHaveLength(DEATHS);
    expect(placed).toBe(alive);
    expect(quantile(stallsMs, 0.5)).toBeLessThan(STALL_P50_MS_MAX);
    expect(alone).toBeLessThan(viewers / 4);
  },
);
