// Reads captured tracks inside the worker and stamps them with the root's wall clock. Each read frame belongs to
// whoever is called with it.

import { CaptureClock, wallUs } from './capture-clock.ts';
import type { Pcm } from './encode-pcm.ts';

/** Ends the reading. */
export type StopReading = () => void;

function readStream<Item>(
  stream: ReadableStream<Item>,
  take: (item: Item) => void,
  ended: () => void,
): StopReading {
  const reader = stream.getReader();
  let isStopped = false;
  const run = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      take(value);
    }
  };
  run()
    .catch(() => undefined)
    .finally(() => {
      if (!isStopped) ended();
    });
  return () => {
    isStopped = true;
    reader.cancel().catch(() => undefined);
  };
}

/** Reads pictures; `take` gets each with its capture time and closes it. `ended` when the track is gone. */
export function readVideo(
  stream: ReadableStream<VideoFrame>,
  take: (frame: VideoFrame, timeUs: number) => void,
  ended: () => void,
): StopReading {
  const clock = new CaptureClock();
  return readStream(stream, (frame) => take(frame, clock.map(frame.timestamp, wallUs())), ended);
}

/**
 * Reads sound. A read is delivered when its last sample has been captured. Reads queued while the worker got ready are
 * left out: Chromium stamps them by another clock than those that follow.
 */
export function readAudio(
  stream: ReadableStream<AudioData>,
  take: (pcm: Pcm) => void,
  ended: () => void,
): StopReading {
  const clock = new CaptureClock();
  const read = (data: AudioData): void => {
    const { duration, sampleRate, timestamp } = data;
    const timeUs = clock.map(timestamp + duration, wallUs()) - duration;
    const channels = clock.isReady ? planes(data) : [];
    data.close();
    if (channels.length > 0) take({ channels, sampleRate, timeUs });
  };
  return readStream(stream, read, ended);
}

function planes(data: AudioData): Float32Array[] {
  return Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(data.numberOfFrames);
    data.copyTo(plane, { planeIndex, format: 'f32-planar' });
    return plane;
  });
}
