// The qualities a broadcaster can choose, and the coded size that a source gets in each.
// The coded size is fixed for an epoch, so it is chosen once, from the source's first picture.

import type { ProgrammeOptions } from '../ports.ts';

/** What to encode: pixels, pictures a second, bit/s. */
export interface PictureTarget {
  width: number;
  height: number;
  frameRate: number;
  bitrate: number;
}

/** Bitrates at which a moving face and a moving background both hold up with a realtime encoder. */
export const QUALITIES: Readonly<Record<ProgrammeOptions['quality'], Readonly<PictureTarget>>> = {
  '360p': { width: 640, height: 360, frameRate: 30, bitrate: 800_000 },
  '540p': { width: 960, height: 540, frameRate: 30, bitrate: 1_600_000 },
  '720p': { width: 1280, height: 720, frameRate: 30, bitrate: 2_600_000 },
  '1080p': { width: 1920, height: 1080, frameRate: 30, bitrate: 4_500_000 },
};

/** A smaller picture than the quality's box spends its share of the bits, but never less than this part of them. */
const BITRATE_SHARE_MIN = 0.5;

/** The nearest even number of pixels: 4:2:0 chroma has half of them. */
function even(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}

/**
 * The coded size for a source of `width` x `height` pixels: its own shape, fitted into the quality's box (on its
 * side for a portrait source), never enlarged, even on both sides.
 */
export function pictureTarget(
  quality: ProgrammeOptions['quality'],
  width: number,
  height: number,
): PictureTarget {
  const box = QUALITIES[quality];
  const isPortrait = height > width;
  const boxWidth = isPortrait ? box.height : box.width;
  const boxHeight = isPortrait ? box.width : box.height;
  const scale = Math.min(1, boxWidth / width, boxHeight / height);
  const size = { width: even(width * scale), height: even(height * scale) };
  const share = (size.width * size.height) / (box.width * box.height);
  const bitrate = Math.round(box.bitrate * Math.min(1, Math.max(BITRATE_SHARE_MIN, share)));
  return { ...size, frameRate: box.frameRate, bitrate };
}

/** Where a picture of `width` x `height` lies, whole and centred, in a canvas of the given size: px. */
export function letterbox(
  width: number,
  height: number,
  into: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const scale = Math.min(into.width / width, into.height / height);
  const fitted = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return {
    x: Math.floor((into.width - fitted.width) / 2),
    y: Math.floor((into.height - fitted.height) / 2),
    ...fitted,
  };
}

/** Whether two shapes are so alike (1 %) that scaling one to the other shows no distortion. */
export function hasSameShape(
  a: { width: number; height: number },
  b: { width: number; height: number },
): boolean {
  return Math.abs((a.width * b.height) / (a.height * b.width) - 1) < 0.01;
}
