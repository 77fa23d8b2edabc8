// A small real broadcast for tests of the recording: each second begins with a white picture and a beep.
// Packets have the true head layout; their signatures are zeros.

import { concatBytes } from '../../../src/base/bytes.ts';
import { encodeConfig } from '../../../src/feed/config.ts';
import {
  DIGEST_BYTES,
  SIGNATURE_BYTES,
  encodeHeader,
  fragmentCount,
} from '../../../src/feed/packet-codec.ts';
import type { Packet, PacketHeader } from '../../../src/feed/packet.ts';
import type { ColorSpace, MediaChunk, MediaFormat } from '../../../src/ports.ts';

export const FRAME_US = 1_000_000 / 30;
export const SOUND_US = 40_000;
const RATE = 48_000;
const SIGNAL_US = 100_000;
/** libopus' look-ahead: a chunk's first sample was captured that much before the samples it was made from. */
const LOOK_AHEAD_US = 6500;

/** What is encoded. */
export interface StreamOptions {
  codec: string;
  width: number;
  height: number;
  /** Unix µs of the first frame. */
  startUs: number;
}

/** Encoders for picture and sound that are fed frame by frame. */
export class TestStream {
  format: MediaFormat | undefined;
  readonly #options: StreamOptions;
  readonly #canvas: OffscreenCanvas;
  readonly #video: VideoEncoder;
  readonly #audio: AudioEncoder;
  readonly #formats: MediaFormat = {};

  constructor(options: StreamOptions, emit: (chunk: MediaChunk) => void) {
    this.#options = options;
    const { codec, width, height, startUs } = options;
    this.#canvas = new OffscreenCanvas(width, height);
    const fail = (error: Error): void => console.error(`encoder: ${error.message}`);
    this.#video = new VideoEncoder({
      output: (chunk, metadata) => {
        const config = metadata?.decoderConfig;
        if (config) {
          this.#formats.video ??= {
            ...{ codec: config.codec, codedWidth: width, codedHeight: height },
            ...{ frameRate: 30, bitrate: 600_000, layers: 1 },
            ...(config.description && { description: copyOf(config.description) }),
            ...(config.colorSpace && { colorSpace: plain(config.colorSpace) }),
          };
          this.#settle();
        }
        emit(mediaChunk('video', chunk, startUs, FRAME_US));
      },
      error: fail,
    });
    this.#video.configure({
      ...{ codec, width, height, framerate: 30, bitrate: 600_000, latencyMode: 'realtime' },
      ...(codec.startsWith('avc1') && { avc: { format: 'avc' as const } }),
    });
    this.#audio = new AudioEncoder({
      output: (chunk, metadata) => {
        const config = metadata?.decoderConfig;
        if (config) {
          this.#formats.audio ??= {
            ...{ codec: 'opus', sampleRate: RATE, numberOfChannels: 1, bitrate: 64_000 },
            ...(config.description && { description: copyOf(config.description) }),
          };
          this.#settle();
        }
        emit(mediaChunk('audio', chunk, startUs - LOOK_AHEAD_US, SOUND_US));
      },
      error: fail,
    });
    const opus = { frameDuration: SOUND_US };
    this.#audio.configure({ codec: 'opus', sampleRate: RATE, numberOfChannels: 1, bitrate: 64_000, opus });
  }

  encodeFrame(index: number): void {
    const context = this.#canvas.getContext('2d')!;
    const { width, height } = this.#options;
    const timeUs = Math.round(index * FRAME_US);
    const isWhite = timeUs % 1_000_000 < SIGNAL_US;
    context.fillStyle = isWhite ? 'white' : 'black';
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'gray';
    context.fillRect((index * 7) % width, height / 2, 20, 20);
    const frame = new VideoFrame(this.#canvas, { timestamp: timeUs, duration: Math.round(FRAME_US) });
    this.#video.encode(frame, { keyFrame: index % 60 === 0 });
    frame.close();
  }

  encodeSound(index: number): void {
    const count = (RATE * SOUND_US) / 1_000_000;
    const samples = Float32Array.from({ length: count }, (_, i) => {
      const at = index * count + i;
      return (at % RATE) / RATE < SIGNAL_US / 1_000_000
        ? 0.5 * Math.sin((2 * Math.PI * 1000 * at) / RATE)
        : 0;
    });
    const data = new AudioData({
      ...{ format: 'f32-planar', sampleRate: RATE, numberOfFrames: count, numberOfChannels: 1 },
      ...{ timestamp: index * SOUND_US, data: samples },
    });
    this.#audio.encode(data);
    data.close();
  }

  async flush(): Promise<void> {
    await Promise.all([this.#video.flush(), this.#audio.flush()]);
  }

  #settle(): void {
    if (this.#formats.video && this.#formats.audio) this.format = this.#formats;
  }
}

/** Numbers packets of one epoch. */
export class TestFeed {
  readonly #epoch: number;
  #seq = 0;
  #groupSeq = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  config(format: MediaFormat, title: string, timeUs: number): Packet {
    const publicKey = new Uint8Array(32);
    const salt = new Uint8Array(16);
    const payload = encodeConfig({ title, startedAtMs: Math.round(timeUs / 1000), publicKey, salt, format });
    return this.#packet({ kind: 'config', timeUs, durationUs: 0 }, payload);
  }

  chunk({ track, isKey, layer, timeUs, durationUs, bytes }: MediaChunk): Packet {
    return this.#packet({ kind: track, isKey: isKey && track === 'video', layer, timeUs, durationUs }, bytes);
  }

  /** A packet that holds no media, of bytes that no disk can squeeze. */
  ballast(length: number, timeUs: number): Packet {
    const payload = new Uint8Array(length);
    for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(payload.subarray(at, at + 65_536));
    return this.#packet({ kind: 'room', timeUs }, payload);
  }

  #packet(
    given: Partial<PacketHeader> & { kind: PacketHeader['kind'] },
    payload: Uint8Array<ArrayBuffer>,
  ): Packet {
    const seq = this.#seq++;
    if (given.isKey) this.#groupSeq = seq;
    const digests = Array.from({ length: fragmentCount(payload.length) }, () => new Uint8Array(DIGEST_BYTES));
    const header: PacketHeader = {
      ...{ isKey: false, layer: 0, stripe: 0, isSealed: false, timeUs: 0, durationUs: 0 },
      ...given,
      ...{ epoch: this.#epoch, seq, groupSeq: this.#groupSeq, length: payload.length, digests },
    };
    return { header, head: concatBytes(encodeHeader(header), new Uint8Array(SIGNATURE_BYTES)), payload };
  }
}

function mediaChunk(
  track: 'video' | 'audio',
  chunk: EncodedVideoChunk | EncodedAudioChunk,
  startUs: number,
  durationUs: number,
): MediaChunk {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  const timeUs = startUs + chunk.timestamp;
  return { track, isKey: chunk.type === 'key', layer: 0, timeUs, durationUs: Math.round(durationUs), bytes };
}

function copyOf(source: AllowSharedBufferSource): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return new Uint8Array(view);
}

function plain({ primaries, transfer, matrix, fullRange }: VideoColorSpaceInit): ColorSpace {
  return {
    primaries: primaries ?? null,
    transfer: transfer ?? null,
    matrix: matrix ?? null,
    fullRange: fullRange ?? null,
  };
}
