// How fast playback runs. One rule: with hysteresis, so that it doesn't waver between two rates.

import {
  CATCH_UP_END_MS,
  CATCH_UP_MS,
  CATCH_UP_RATE,
  HURRY_MS,
  HURRY_RATE,
  SLOW_DOWN_MS,
  SLOW_DOWN_RATE,
} from './playout-limits.ts';

/** The rate that brings playback back to its target, from the present one; `excessMs` is how far it is behind. */
export function nextRate(rate: number, excessMs: number): number {
  if (excessMs > HURRY_MS) return HURRY_RATE;
  if (excessMs > CATCH_UP_MS) return rate === HURRY_RATE ? HURRY_RATE : CATCH_UP_RATE;
  if (excessMs > CATCH_UP_END_MS && rate > 1) return CATCH_UP_RATE;
  if (excessMs < -SLOW_DOWN_MS) return SLOW_DOWN_RATE;
  if (excessMs < -CATCH_UP_END_MS && rate < 1) return SLOW_DOWN_RATE;
  return 1;
}
