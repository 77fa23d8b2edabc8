// Whether the most compatible file can be made here: AAC is in few browsers, since its encoder is the system's.

import { readRecording } from './recording-reader.ts';
import type { RecordingTable } from './recording-table.ts';

/** AAC-LC. */
const AAC = 'mp4a.40.2';
/** Enough for music in stereo; sound on air has at most as much, bit/s. */
export const AAC_BITRATE = 128_000;

/** Whether this browser encodes AAC, and the recording is an MP4 whose sound is something else. Never rejects. */
export async function offersAac(table: RecordingTable): Promise<boolean> {
  try {
    // Asked before anything is read.
    if (!(await canEncode(48_000, 2))) return false;
    for await (const { format } of readRecording(table)) {
      if (!format) continue;
      const { video, audio } = format;
      const isMp4 = !video || !/^vp(8|09)/.test(video.codec);
      if (!isMp4 || !audio || audio.codec.startsWith('mp4a')) return false;
      return await canEncode(audio.sampleRate, audio.numberOfChannels);
    }
    return false;
  } catch {
    return false;
  }
}

async function canEncode(sampleRate: number, numberOfChannels: number): Promise<boolean> {
  if (!('AudioEncoder' in globalThis) || !('AudioDecoder' in globalThis)) return false;
  const config = { codec: AAC, sampleRate, numberOfChannels, bitrate: AAC_BITRATE };
  return (await AudioEncoder.isConfigSupported(config)).supported === true;
}
