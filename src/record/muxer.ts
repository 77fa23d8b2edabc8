// Writes one MP4 or WebM with mediabunny from chunks as they were on air. Its rule: chunk bytes and timeline come out as they
// went in; only sound is encoded anew, when that was asked for. docs/decisions/0005-recording-files.md has the choices.

import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  WebMOutputFormat,
  type StreamTargetChunk,
} from 'mediabunny';
import { LucarneError } from '../base/errors.ts';
import type { Bytes } from '../base/bytes.ts';
import type { AudioFormat, MediaFormat, VideoFormat } from '../ports.ts';
import { chapterPatches, type Chapter } from './chapters.ts';
import { audioCodec, videoCodec } from './codec-names.ts';
import type { GapCause } from './gap-report.ts';
import { audioDescription } from './opus-head.ts';
import { PatchedTarget } from './patched-target.ts';
import { SoundConverter } from './sound-converter.ts';

const US_PER_S = 1_000_000;
/** What is gathered before the disk is asked to write, bytes. */
const WRITE_BYTES = 1024 * 1024;

/** A chunk on the file's timeline. */
export interface MuxChunk {
  track: 'video' | 'audio';
  isKey: boolean;
  timeUs: number;
  durationUs: number;
  bytes: Bytes;
  /** What the file lacks right before it. */
  gapBefore?: GapCause;
}

/** What sound is encoded anew to. */
export type ConvertedSound = 'aac' | 'opus';

/** `.webm` for VP8 and VP9, `.mp4` for everything else that can be on air. */
export function extensionFor({ video }: MediaFormat): '.mp4' | '.webm' {
  return video && /^vp(8|09)/.test(video.codec) ? '.webm' : '.mp4';
}

/** Builds a file chunk by chunk. Chunks come in order per track, the first picture a key chunk. */
export class Muxer {
  readonly #output: Output;
  readonly #format: MediaFormat;
  readonly #video: EncodedVideoPacketSource | undefined;
  readonly #audio: EncodedAudioPacketSource | undefined;
  readonly #converter: SoundConverter | undefined;
  readonly #target: PatchedTarget;
  #chapters: readonly Chapter[] = [];

  private constructor(
    format: MediaFormat,
    title: string,
    target: WritableStream<StreamTargetChunk>,
    sound: ConvertedSound | undefined,
  ) {
    this.#format = format;
    this.#target = new PatchedTarget(target);
    const onMoov = (moov: Uint8Array, position: number): void =>
      this.#target.patch(chapterPatches(moov, position, this.#chapters));
    this.#output = new Output({
      format:
        extensionFor(format) === '.webm'
          ? new WebMOutputFormat()
          : new Mp4OutputFormat({ fastStart: false, onMoov }),
      target: new StreamTarget(this.#target.stream, { chunked: true, chunkSize: WRITE_BYTES }),
    });
    if (title !== '') this.#output.setMetadataTags({ title });
    if (format.video) {
      this.#video = new EncodedVideoPacketSource(videoCodec(format.video) ?? noFileHolds(format.video));
      // No frame rate: the file's clock would be rounded to it, and captured time isn't.
      this.#output.addVideoTrack(this.#video);
    }
    if (format.audio && sound) {
      this.#converter = new SoundConverter(format.audio, sound);
      this.#output.addAudioTrack(this.#converter.source);
    } else if (format.audio) {
      this.#audio = new EncodedAudioPacketSource(audioCodec(format.audio) ?? noFileHolds(format.audio));
      // Known from the start, so that pictures aren't held back until the first sound comes.
      this.#output.addAudioTrack(this.#audio, { decoderConfig: audioConfig(format.audio) });
    }
  }

  /**
   * Begins a file in `target`; `sound`: with its sound encoded anew. Rejects with LucarneError 'export-failed' for a codec that
   * no file can hold.
   */
  static async open(
    format: MediaFormat,
    title: string,
    target: WritableStream<StreamTargetChunk>,
    sound?: ConvertedSound,
  ): Promise<Muxer> {
    const muxer = new Muxer(format, title, target, sound);
    await muxer.#output.start();
    return muxer;
  }

  /** Resolves when the target is ready for more. */
  async add({ track, isKey, timeUs, durationUs, bytes }: MuxChunk): Promise<void> {
    const { video } = this.#format;
    const lastsUs = durationUs > 0 || !video ? durationUs : US_PER_S / video.frameRate;
    const packet = new EncodedPacket(bytes, isKey ? 'key' : 'delta', timeUs / US_PER_S, lastsUs / US_PER_S);
    if (track === 'video' && video) {
      await this.#video?.add(packet, { decoderConfig: videoConfig(video) });
      await this.#converter?.reach(timeUs);
    } else if (this.#converter) await this.#converter.add(timeUs, durationUs, bytes);
    else await this.#audio?.add(packet);
  }

  /** Completes the file and closes the target. An MP4 gets the chapters; a WebM holds none. */
  async finish(chapters: readonly Chapter[] = []): Promise<void> {
    this.#chapters = chapters;
    await this.#converter?.finish();
    await this.#output.finalize();
  }

  /** Gives up; the target is closed, what it holds is worthless. */
  async cancel(): Promise<void> {
    this.#converter?.cancel();
    await this.#output.cancel();
  }
}

function noFileHolds({ codec }: { codec: string }): never {
  throw new LucarneError('export-failed', { cause: new Error(`no file holds ${codec}`) });
}

function videoConfig({
  codec,
  codedWidth,
  codedHeight,
  description,
  colorSpace,
}: VideoFormat): VideoDecoderConfig {
  return {
    ...{ codec, codedWidth, codedHeight },
    ...(description && { description }),
    // For VP9 the muxer would write a colour space into the key chunks, and they wouldn't be those that were on air.
    ...(colorSpace && !codec.startsWith('vp09') && { colorSpace: colorSpace as VideoColorSpaceInit }),
  };
}

function audioConfig(format: AudioFormat): AudioDecoderConfig {
  const { codec, sampleRate, numberOfChannels } = format;
  const description = audioDescription(format);
  return { codec, sampleRate, numberOfChannels, ...(description && { description }) };
}
