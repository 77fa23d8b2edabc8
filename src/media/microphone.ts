// Reads a track's samples through an AudioWorklet, for browsers whose tracks can't be read as a stream. Nothing is
// heard: the node's output is silent.

import { CaptureClock, wallUs } from './capture-clock.ts';
import type { Pcm } from './encode-pcm.ts';
import type { MicrophonePiece } from './microphone.worklet.ts';
import workletUrl from './microphone.worklet.ts?worker&url';

/** Samples as they come, on the wall clock. The arrays' buffers may be transferred. */
type TakeSound = (pcm: Pcm & { channels: Float32Array<ArrayBuffer>[] }) => void;

/** Begins to read; ends with the returned function. Rejects when the browser has no AudioWorklet. */
export async function readMicrophone(track: MediaStreamTrack, take: TakeSound): Promise<() => void> {
  const context = new AudioContext();
  await context.audioWorklet.addModule(workletUrl);
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const node = new AudioWorkletNode(context, 'lucarne-microphone');
  const clock = new CaptureClock();
  node.port.onmessage = ({ data }: MessageEvent<MicrophonePiece>) => {
    const durationUs = ((data.channels[0]?.length ?? 0) * 1_000_000) / data.sampleRate;
    const timeUs = Math.round(clock.map(data.timeUs + durationUs, wallUs()) - durationUs);
    if (clock.isReady) take({ channels: data.channels, sampleRate: data.sampleRate, timeUs });
  };
  source.connect(node).connect(context.destination);
  // It stays suspended where sound needs a gesture or there is no sound device; capture alone allows it elsewhere.
  context.resume().catch(() => undefined);
  return () => {
    node.port.onmessage = null;
    source.disconnect();
    context.close().catch(() => undefined);
  };
}
