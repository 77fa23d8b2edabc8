// Inside the worker: reads who stands with the broadcaster, picture and sound, from feeds that come and go.

import type { StopReading } from './capture-streams.ts';
import { readAudio, readVideo } from './capture-streams.ts';
import type { ComposedPicture } from './composed-picture.ts';
import type { AudioFeed, SoundSide, VideoFeed } from './encode-messages.ts';
import type { Pcm, PcmBlock } from './encode-pcm.ts';
import { MixedSound } from './mixed-sound.ts';

/** Puts pictures into `composed`, and sound into blocks. */
export class SideFeeds {
  readonly #composed: ComposedPicture;
  readonly #changed: () => void;
  readonly #stops = new Map<SoundSide, StopReading[]>();
  #channels: 1 | 2 = 1;
  readonly #sounds = new Map<SoundSide, MixedSound>();

  /** `changed`: another picture is due, even if the main one stands still. */
  constructor(composed: ComposedPicture, changed: () => void) {
    this.#composed = composed;
    this.#changed = changed;
  }

  /** Channels of the sound that is mixed into. */
  set channels(channels: 1 | 2) {
    this.#channels = channels;
  }

  /** Reads these feeds from now on, in place of those before; a side without any is gone. */
  attach(side: SoundSide, video: VideoFeed | undefined, audio: AudioFeed | undefined): void {
    this.#detach(side);
    const stops: StopReading[] = [];
    if (video instanceof ReadableStream)
      stops.push(
        readVideo(
          video,
          (frame) => this.takeFrame(side, frame),
          () => this.#remove(side),
        ),
      );
    if (audio !== undefined) this.#sounds.set(side, new MixedSound(this.#channels));
    if (audio instanceof ReadableStream)
      stops.push(
        readAudio(
          audio,
          (pcm) => this.takeSound(side, pcm),
          () => undefined,
        ),
      );
    this.#stops.set(side, stops);
  }

  /** Takes over a picture. */
  takeFrame(side: SoundSide, frame: VideoFrame): void {
    if (side === 'screen' || !this.#stops.has(side)) {
      frame.close();
      return;
    }
    this.#composed.put(side, frame);
    this.#changed();
  }

  takeSound(side: SoundSide, pcm: Pcm): void {
    this.#sounds.get(side)?.push(pcm);
  }

  /** Adds what is to be heard during this block. */
  readonly mixInto = (block: PcmBlock): void => {
    for (const sound of this.#sounds.values()) sound.mixInto(block);
  };

  close(): void {
    for (const side of [...this.#stops.keys()]) this.#detach(side);
  }

  #detach(side: SoundSide): void {
    for (const stop of this.#stops.get(side) ?? []) stop();
    this.#stops.delete(side);
    this.#sounds.delete(side);
    this.#remove(side);
  }

  #remove(side: SoundSide): void {
    if (side === 'screen') return;
    this.#composed.remove(side);
    this.#changed();
  }
}
