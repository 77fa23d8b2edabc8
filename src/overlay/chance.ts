// The overlay's own chance: a seeded generator (sfc32) that lives in the state, so that a world replays exactly.
// Good for jitter and for ids that need not be secret; never for keys.

/** Four uint32 words, advanced in place. */
export type Chance = [number, number, number, number];

/** A generator from 16 random bytes. */
export function createChance(seed: Uint8Array): Chance {
  const view = new DataView(seed.buffer, seed.byteOffset, 16);
  const chance: Chance = [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
  for (let i = 0; i < 12; i++) nextUint32(chance);
  return chance;
}

/** The next uint32. */
export function nextUint32(chance: Chance): number {
  const [a, b, c, counter] = chance;
  const sum = (((a + b) >>> 0) + counter) >>> 0;
  chance[0] = (b ^ (b >>> 9)) >>> 0;
  chance[1] = (c + (c << 3)) >>> 0;
  chance[2] = (((c << 21) | (c >>> 11)) + sum) >>> 0;
  chance[3] = (counter + 1) >>> 0;
  return sum;
}

/** A number in [min, max). */
export function nextBetween(chance: Chance, min: number, max: number): number {
  return min + (nextUint32(chance) / 0x100000000) * (max - min);
}

/** An integer from 0 up to, and without, `bound`. */
export function nextBelow(chance: Chance, bound: number): number {
  return Math.floor(nextBetween(chance, 0, bound));
}

/** 16 hex characters: a join id. */
export function nextId(chance: Chance): string {
  const high = nextUint32(chance).toString(16).padStart(8, '0');
  return high + nextUint32(chance).toString(16).padStart(8, '0');
}
