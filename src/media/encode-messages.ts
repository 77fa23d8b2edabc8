// What the page and the encoder's worker say to each other. Frames, streams and bytes are transferred, never copied.

import type { FaultCode } from '../base/errors.ts';
import type { LineMark } from '../base/fading-lines.ts';
import type { Side } from '../base/stage-layout.ts';
import type { MediaChunk, MediaFormat, ProgrammeOptions } from '../ports.ts';
import type { PressureLevel } from './encode-pressure.ts';

/** How a track reaches the worker: as a stream (Chromium), or by `frame` and `sound` messages (Firefox). */
export type VideoFeed = ReadableStream<VideoFrame> | 'messages';
export type AudioFeed = ReadableStream<AudioData> | 'messages';

/** Whose sound is mixed into the main one; a screen's has no picture beside it. */
export type SoundSide = Side | 'screen';

/** One read of a sound. */
interface Samples {
  channels: Float32Array<ArrayBuffer>[];
  sampleRate: number;
  timeUs: number;
}

/** From the page to the worker. `open` first, `start` once after `ready`, `close` last. `hold`: the picture stands until another feed comes.
 * `side`: who stands with the broadcaster from now on; without feeds nobody. `screen`: whether the main picture is one. */
export type ToEncoder =
  | { type: 'open'; quality: ProgrammeOptions['quality']; preview?: OffscreenCanvas }
  | { type: 'start'; video?: VideoFeed; audio?: AudioFeed; audioChannels: 1 | 2 }
  | { type: 'frame'; frame: VideoFrame; timeUs: number }
  | ({ type: 'sound' } & Samples)
  | { type: 'video'; feed: VideoFeed }
  | { type: 'audio'; feed: AudioFeed }
  | { type: 'side'; side: SoundSide; video?: VideoFeed; audio?: AudioFeed }
  | { type: 'side-frame'; side: SoundSide; frame: VideoFrame }
  | ({ type: 'side-sound'; side: SoundSide } & Samples)
  | { type: 'screen'; isScreen: boolean }
  | { type: 'lost'; track: 'video' | 'audio' }
  | { type: 'hold' }
  | { type: 'mute'; isMuted: boolean }
  | { type: 'hide'; isHidden: boolean }
  | { type: 'share'; bitrateShare: number }
  | { type: 'sketch'; mark: LineMark }
  | { type: 'key' }
  | { type: 'close' };

/** From the worker to the page. `attached`: the feed given last delivers, the one before it isn't read any more. */
export type FromEncoder =
  | { type: 'ready' }
  | { type: 'tick' }
  | { type: 'format'; format: MediaFormat }
  | { type: 'chunk'; chunk: MediaChunk }
  | { type: 'attached'; track: 'video' | 'audio' }
  | { type: 'source'; track: 'video' | 'audio'; state: 'on' | 'lost' }
  | { type: 'pressure'; level: PressureLevel }
  | { type: 'failed'; code: FaultCode; message: string }
  | { type: 'closed' };
