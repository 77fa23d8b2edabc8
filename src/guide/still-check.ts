// Whether bytes are a small JPEG: what a stranger sends to be shown beside its title. Its pixels are never decoded here, only its
// segments are walked (ITU-T T.81, annex B), up to the picture's size and the beginning of its data.

import { STILL_BYTES_MAX, STILL_SIDE_MAX } from './guide-limits.ts';

const START_OF_SCAN = 0xda;
/** Baseline, extended and progressive: what browsers make and show. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** Whether it is one, no larger than STILL_BYTES_MAX and STILL_SIDE_MAX. Total. */
export function isStill(bytes: Uint8Array): boolean {
  if (bytes.length > STILL_BYTES_MAX || bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  if (bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9) return false;
  let hasSize = false;
  for (let at = 2; at + 4 <= bytes.length;) {
    const [mark, marker = 0] = bytes.subarray(at, at + 2);
    if (mark !== 0xff) return false;
    if (marker === START_OF_SCAN) return hasSize;
    const length = sixteenBits(bytes, at + 2);
    if (length < 2) return false;
    if (FRAMES.has(marker)) {
      if (hasSize || !isSide(sixteenBits(bytes, at + 5)) || !isSide(sixteenBits(bytes, at + 7))) return false;
      hasSize = true;
    }
    at += 2 + length;
  }
  return false;
}

function sixteenBits(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= STILL_SIDE_MAX;
}
