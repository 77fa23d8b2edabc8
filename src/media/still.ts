// A small picture of one key chunk, for lists of recordings. One decoder for one picture, and nothing is left of it.

import type { Bytes } from '../base/bytes.ts';
import type { VideoFormat } from '../ports.ts';
import { videoConfig } from './player-decoders.ts';

/** Pixels: sharp at twice the size that lists show it in. */
const WIDTH = 480;
const QUALITY = 0.75;
/** A decoder that says nothing for this long, ms, says nothing at all. */
const DECODE_MS_MAX = 3000;

/** `TakeStill` of the ports, with WebCodecs. */
export async function takeStill(format: VideoFormat, keyChunk: Bytes): Promise<Blob | undefined> {
  if (!('VideoDecoder' in globalThis)) return undefined;
  try {
    const frame = await decode(format, keyChunk);
    return await paint(frame);
  } catch {
    return undefined;
  }
}

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

async function paint(frame: VideoFrame): Promise<Blob> {
  const height = Math.round((WIDTH * frame.displayHeight) / frame.displayWidth);
  const canvas = new OffscreenCanvas(WIDTH, height);
  canvas.getContext('2d')?.drawImage(frame, 0, 0, WIDTH, height);
  frame.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
