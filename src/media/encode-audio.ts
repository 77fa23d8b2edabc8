// One Opus encoder for the whole epoch: 48 kHz, 40 ms packets. Twice as many packets would cost every relay twice the
// work. A device that stops is replaced by silence, so that the sound's clock runs on.

import type { AudioFormat, MediaChunk } from '../ports.ts';
import { bytesOf } from './encode-description.ts';
import { BLOCK_FRAMES, BLOCK_US, PcmBlocks, SOUND_RATE } from './encode-pcm.ts';
import type { Pcm, PcmBlock } from './encode-pcm.ts';

/** Bit/s by channels: transparent for speech, good for music. */
const BITRATES = { 1: 64_000, 2: 112_000 } as const;
/** What Opus encoders put before the first sample when they don't say (RFC 7845 section 4.2): 6.5 ms at 48 kHz. */
const PRE_SKIP_SAMPLES = 312;
/** Rebuilding more often than this ends the sound, not the broadcast. */
const REBUILDS_MAX = 4;

interface AudioTrackEvents {
  /** Once, before the first chunk. */
  format(format: AudioFormat): void;
  chunk(chunk: MediaChunk): void;
  /** There is no sound any more. */
  failed(error: unknown): void;
}

function opusConfig(channels: 1 | 2): AudioEncoderConfig {
  return {
    codec: 'opus',
    sampleRate: SOUND_RATE,
    numberOfChannels: channels,
    bitrate: BITRATES[channels],
    opus: { frameDuration: BLOCK_US },
  };
}

/** Whether this browser encodes Opus. */
export async function canEncodeAudio(channels: 1 | 2): Promise<boolean> {
  if (typeof AudioEncoder === 'undefined') return false;
  const support = await AudioEncoder.isConfigSupported(opusConfig(channels)).catch(() => undefined);
  return support?.supported === true;
}

/** Encodes sound to chunks of one fixed format. */
export class AudioTrackEncoder {
  readonly #channels: 1 | 2;
  readonly #events: AudioTrackEvents;
  readonly #blocks: PcmBlocks;
  #encoder: AudioEncoder | undefined;
  #format: AudioFormat | undefined;
  /** How much earlier the first sample of a decoded packet was captured than its block: the encoder's look-ahead. */
  #lookAheadUs = (PRE_SKIP_SAMPLES * 1_000_000) / SOUND_RATE;
  /** Capture times of the blocks inside the encoder, by index. */
  #blockTimes = new Map<number, number>();
  #pushed = 0;
  /** Sound put out by the present encoder, µs, counted from block `#firstBlock`. */
  #emittedUs = 0;
  #firstBlock = 0;
  #rebuilds = 0;
  #isClosed = false;
  /** Adds other sound to a block before it is encoded. */
  mix: ((block: PcmBlock) => void) | undefined;

  constructor(channels: 1 | 2, events: AudioTrackEvents) {
    this.#channels = channels;
    this.#events = events;
    this.#blocks = new PcmBlocks(channels);
    this.#build();
  }

  push(pcm: Pcm): void {
    for (const block of this.#blocks.push(pcm)) this.#encode(block);
  }

  /** Fills with silence up to the Unix time `untilUs`. */
  silence(untilUs: number): void {
    for (const block of this.#blocks.silence(untilUs)) this.#encode(block);
  }

  /** Every chunk has been handed over when it resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const encoder = this.#encoder;
    if (encoder?.state !== 'configured') return;
    await encoder.flush().catch(() => undefined);
    this.#drop(encoder);
  }

  #build(): void {
    const encoder = new AudioEncoder({
      output: (chunk, metadata) => this.#output(chunk, metadata),
      error: (error) => {
        if (this.#encoder === encoder) this.#rebuild(error);
      },
    });
    this.#encoder = encoder;
    this.#firstBlock = this.#pushed;
    this.#emittedUs = 0;
    this.#blockTimes.clear();
    encoder.configure(opusConfig(this.#channels));
  }

  #drop(encoder: AudioEncoder): void {
    if (encoder.state !== 'closed') encoder.close();
  }

  #rebuild(error: unknown): void {
    if (this.#isClosed) return;
    if (this.#encoder) this.#drop(this.#encoder);
    try {
      if (++this.#rebuilds <= REBUILDS_MAX) {
        this.#build();
        return;
      }
    } catch (next) {
      error = next;
    }
    this.#isClosed = true;
    this.#events.failed(error);
  }

  #encode(block: PcmBlock): void {
    if (this.#isClosed || this.#encoder?.state !== 'configured') return;
    this.mix?.(block);
    const { planes, timeUs } = block;
    const index = this.#pushed++;
    this.#blockTimes.set(index, timeUs);
    const data = new AudioData({
      format: 'f32-planar',
      sampleRate: SOUND_RATE,
      numberOfFrames: BLOCK_FRAMES,
      numberOfChannels: this.#channels,
      timestamp: (index - this.#firstBlock) * BLOCK_US,
      data: planes,
    });
    try {
      this.#encoder.encode(data);
    } catch (error) {
      this.#rebuild(error);
    } finally {
      data.close();
    }
  }

  /** Chunks are timed by counting what came out: browsers stamp them by different rules. */
  #output(chunk: EncodedAudioChunk, metadata?: EncodedAudioChunkMetadata): void {
    if (metadata?.decoderConfig) this.#describe(metadata.decoderConfig);
    if (!this.#format) return;
    const durationUs = chunk.duration ?? BLOCK_US;
    const index = this.#firstBlock + Math.floor(this.#emittedUs / BLOCK_US);
    const blockUs = this.#blockTimes.get(index);
    const insideUs = this.#emittedUs % BLOCK_US;
    this.#emittedUs += durationUs;
    this.#blockTimes.delete(index - 1);
    // A flush pads the last block with more silence than was captured: that chunk belongs to no time.
    if (blockUs === undefined) return;
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    const timeUs = Math.round(blockUs + insideUs - this.#lookAheadUs);
    this.#events.chunk({ track: 'audio', isKey: true, layer: 0, timeUs, durationUs, bytes });
  }

  #describe(config: AudioDecoderConfig): void {
    if (this.#format) return;
    const description = config.description && bytesOf(config.description);
    if (description && description.length >= 12) {
      const samples = new DataView(description.buffer).getUint16(10, true);
      this.#lookAheadUs = (samples * 1_000_000) / SOUND_RATE;
    }
    this.#format = {
      codec: config.codec,
      sampleRate: config.sampleRate,
      numberOfChannels: config.numberOfChannels,
      bitrate: BITRATES[this.#channels],
      ...(description && { description }),
    };
    this.#events.format(this.#format);
  }
}
