// A small picture of one key chunk, for lists of recordings. One decoder for one picture, and nothing is left of it.

import type { Bytes } from '../base/bytes.ts';
import type { TakeStill, VideoFormat } from '../ports.ts';
import { videoConfig } from './player-decoders.ts';

/** Pixels: sharp at twice the size that lists show it in. */
const LONG_SIDE = 480;
/** The first that is small enough is taken. */
const QUALITIES = [0.75, 0.5, 0.3, 0.15];
/** A decoder that says nothing for this long, ms, says nothing at all. */
const DECODE_MS_MAX = 3000;

/** `TakeStill` of the ports, with WebCodecs. */
export const takeStill: TakeStill = async (format, keyChunk, bytesMax = Infinity) => {
  if (!('VideoDecoder' in globalThis)) return undefined;
  try {
    const frame = await decode(format, keyChunk);
    return await paint(frame, bytesMax);
  } catch {
    return undefined;
  }
};

async function decode(format: VideoFormat, data: Bytes): Promise<VideoFrame> {
  let decoder: VideoDecoder | undefined;
  try {
    return await new Promise<VideoFrame>((resolve, reject) => {
      setTimeout(() => reject(new Error('no picture')), DECODE_MS_MAX);
      decoder = new VideoDecoder({ output: resolve, error: reject });
      decoder.configure(videoConfig(format));
      decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data }));
      decoder.flush().catch(reject);
    });
  } finally {
    if (decoder && decoder.state !== 'closed') decoder.close();
  }
}

async function paint(frame: VideoFrame, bytesMax: number): Promise<Blob | undefined> {
  const { displayWidth, displayHeight } = frame;
  // The longer side, so that an upright picture isn't larger than a lying one.
  const scale = LONG_SIDE / Math.max(displayWidth, displayHeight);
  const [width, height] = [Math.round(displayWidth * scale), Math.round(displayHeight * scale)];
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(frame, 0, 0, width, height);
  frame.close();
  for (const quality of QUALITIES) {
    const picture = await canvas.convertToBlob({ type: 'image/jpeg', quality });
    if (picture.size <= bytesMax) return picture;
  }
  return undefined;
}
