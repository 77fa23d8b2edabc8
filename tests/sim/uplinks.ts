// How much the people of a world can send, and how flat the best tree for them would be.

import type { SimRandom } from './sim-random.ts';

/** Who can feed how many: shares of the viewers, and the root. */
export interface UplinkMix {
  rootSlots: number;
  viewers: readonly (readonly [share: number, slots: number])[];
}

/** What people have: 35 % none, 20 % one slot, 20 % two, 15 % four, 10 % eight. */
export const USUAL: UplinkMix = {
  rootSlots: 6,
  viewers: [
    [0.35, 0],
    [0.2, 1],
    [0.2, 2],
    [0.15, 4],
    [0.1, 8],
  ],
};
/** The same people with a root that can feed two: some may have to wait. */
export const LEAN: UplinkMix = { ...USUAL, rootSlots: 2 };
/** Half of the viewers give nothing; the givers are as different as usual. */
export const RIDERS: UplinkMix = {
  ...USUAL,
  viewers: USUAL.viewers.map(([share, slots]) => [slots === 0 ? 0.5 : (share * 0.5) / 0.65, slots] as const),
};

/** Everybody can feed three. */
export const GENEROUS: UplinkMix = { rootSlots: 6, viewers: [[1, 3]] };

/** Slots of one viewer. */
export function drawSlots(mix: UplinkMix, random: SimRandom): number {
  let left = random.between(0, 1);
  for (const [share, slots] of mix.viewers) {
    left -= share;
    if (left < 0) return slots;
  }
  return 0;
}

/** Depth of the best tree for viewers with these slots: at each level the most generous first. 0 when they can't all be fed. */
export function optimalDepth(rootSlots: number, viewerSlots: readonly number[]): number {
  const withSlots: number[] = [];
  for (const slots of viewerSlots) withSlots[slots] = (withSlots[slots] ?? 0) + 1;
  let left = viewerSlots.length;
  let room = rootSlots;
  let depth = 0;
  while (left > 0 && room > 0) {
    depth++;
    let roomBelow = 0;
    for (let slots = withSlots.length - 1; slots >= 0 && room > 0; slots--) {
      const taken = Math.min(room, withSlots[slots] ?? 0);
      withSlots[slots] = (withSlots[slots] ?? 0) - taken;
      room -= taken;
      left -= taken;
      roomBelow += taken * slots;
    }
    room = roomBelow;
  }
  return left > 0 ? 0 : depth;
}

/** The value below which `share` of the values lie, rounded; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : Math.round(value);
}
