// Decodes what a programme or an encoder has sent, in the page that it was sent to.
import type { AudioFormat, MediaChunk, VideoFormat } from '../../../src/ports.ts';

/** Decodes the pictures among these chunks; `take` sees each, which is closed then. Rejects when one can't be decoded. */
export async function decodePictures(
  { codec, codedWidth, codedHeight, description, colorSpace }: VideoFormat,
  chunks: readonly MediaChunk[],
  take: (frame: VideoFrame) => void,
): Promise<void> {
  const errors: unknown[] = [];
  const decoder = new VideoDecoder({
    output: (frame) => {
      take(frame);
      frame.close();
    },
    error: (error) => errors.push(error),
  });
  decoder.configure({
    codec,
    codedWidth,
    codedHeight,
    ...(description && { description }),
    ...(colorSpace && { colorSpace: colorSpace as VideoColorSpaceInit }),
  });
  for (const { track, isKey, timeUs, bytes } of chunks) {
    if (track !== 'video') continue;
    decoder.decode(new EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp: timeUs, data: bytes }));
  }
  await decoder.flush();
  decoder.close();
  if (errors.length > 0) throw errors[0];
}

/** The first channel of the sound among these chunks, at 48 kHz from `firstUs` on. Nothing is trimmed, so that sample 0 belongs to the first packet's time. */
export async function decodeSound(
  { numberOfChannels }: AudioFormat,
  chunks: readonly MediaChunk[],
): Promise<{ samples: number[]; firstUs: number }> {
  const samples: number[] = [];
  const errors: unknown[] = [];
  const decoder = new AudioDecoder({
    output: (data) => {
      const plane = new Float32Array(data.numberOfFrames);
      data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
      samples.push(...plane);
      data.close();
    },
    error: (error) => errors.push(error),
  });
  decoder.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels });
  const sounds = chunks.filter(({ track }) => track === 'audio');
  for (const { timeUs, bytes } of sounds)
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: timeUs, data: bytes }));
  await decoder.flush();
  decoder.close();
  if (errors.length > 0) throw errors[0];
  return { samples, firstUs: sounds[0]?.timeUs ?? 0 };
}
