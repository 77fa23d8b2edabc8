// WebCodecs decoders that can die: reclaimed in a hidden tab, failing, or swallowing input. One rule: nothing thrown by
// a decoder gets past here; a dead decoder is reported once, and a new one is made for the next key chunk.

import type { AudioFormat, VideoFormat } from '../ports.ts';
import type { QueuedChunk } from '../playout/picture-queue.ts';

/** Chunks swallowed without an output for this long, ms, mean a hung decoder; fewer chunks may just be its delay. */
const HUNG_MS = 1200;
/** Of a pause in which nobody watched (a busy machine), only this much counts, ms: outputs may wait behind it. */
const WATCH_GAP_MS = 100;
const HUNG_CHUNKS_MIN = 4;
/** Decoders lost in a row, without one output between them, before playback is given up. */
const LOSSES_MAX = 5;

/** What a decoder's owner is told. */
export interface DecoderEvents<Frame> {
  /** The receiver owns the frame and closes it. */
  output(frame: Frame): void;
  /** The decoder is gone; the next key chunk gets a new one. */
  lost(): void;
  /** It is of no use to go on. */
  failed(): void;
}

interface Codec<Chunk> {
  decode(chunk: Chunk): void;
  close(): void;
  readonly state: CodecState;
}

/** One track's decoder, rebuilt when it dies. */
export class SturdyDecoder<Chunk, Frame> {
  readonly #make: (output: (frame: Frame) => void, error: (error: DOMException) => void) => Codec<Chunk>;
  readonly #events: DecoderEvents<Frame>;
  #codec: Codec<Chunk> | undefined;
  #losses = 0;
  #fed = 0;
  #hungMs = 0;
  #watchedMs = -Infinity;
  #isClosed = false;

  /** `make` builds and configures; it may throw. */
  constructor(
    make: (output: (frame: Frame) => void, error: (error: DOMException) => void) => Codec<Chunk>,
    events: DecoderEvents<Frame>,
  ) {
    this.#make = make;
    this.#events = events;
  }

  /** Decodes a chunk; a decoder is made when there is none and the chunk is a key. */
  decode(chunk: Chunk, isKey: boolean): void {
    if (this.#isClosed || (!this.#codec && !isKey)) return;
    try {
      this.#codec ??= this.#build();
      this.#fed += 1;
      this.#codec.decode(chunk);
    } catch {
      this.#lose();
    }
  }

  /** Finds out whether the decoder hangs. */
  watch(nowMs: number): void {
    if (this.#fed > 0) this.#hungMs += Math.min(WATCH_GAP_MS, nowMs - this.#watchedMs);
    this.#watchedMs = nowMs;
    if (this.#fed >= HUNG_CHUNKS_MIN && this.#hungMs > HUNG_MS) this.#lose();
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #build(): Codec<Chunk> {
    const codec: Codec<Chunk> = this.#make(
      (frame) => {
        this.#fed = 0;
        this.#hungMs = 0;
        this.#losses = 0;
        this.#events.output(frame);
      },
      (error) => {
        if (this.#codec !== codec) return;
        // No key chunk will change what the browser can decode.
        if (error.name === 'NotSupportedError') this.#losses = LOSSES_MAX;
        this.#lose();
      },
    );
    return codec;
  }

  #lose(): void {
    this.#drop();
    this.#losses += 1;
    if (this.#losses >= LOSSES_MAX) {
      this.#isClosed = true;
      this.#events.failed();
    } else {
      this.#events.lost();
    }
  }

  #drop(): void {
    const codec = this.#codec;
    this.#codec = undefined;
    this.#fed = 0;
    this.#hungMs = 0;
    if (codec && codec.state !== 'closed') codec.close();
  }
}

/** A decoder for the picture. Frames carry `seq * 1000` as their timestamp, since capture times needn't be unique. */
export function videoDecoder(
  format: VideoFormat,
  events: DecoderEvents<VideoFrame>,
): SturdyDecoder<EncodedVideoChunk, VideoFrame> {
  return new SturdyDecoder((output, error) => {
    const decoder = new VideoDecoder({ output, error });
    decoder.configure(videoConfig(format));
    return decoder;
  }, events);
}

/**
 * Lets the browser find out about its graphics processor before there is anything to decode: the first decoder of a page
 * waits for that, a hundred milliseconds and more, and this one has nobody waiting for it.
 */
export function prepareDecoding(): void {
  const decoder = new VideoDecoder({ output: (frame) => frame.close(), error: () => undefined });
  decoder.configure({ codec: 'vp8', hardwareAcceleration: 'prefer-software' });
  const close = () => {
    if (decoder.state !== 'closed') decoder.close();
  };
  decoder.flush().then(close, close);
}

/** A decoder for the sound. */
export function audioDecoder(
  format: AudioFormat,
  events: DecoderEvents<AudioData>,
): SturdyDecoder<EncodedAudioChunk, AudioData> {
  return new SturdyDecoder((output, error) => {
    const decoder = new AudioDecoder({ output, error });
    const { codec, sampleRate, numberOfChannels, description } = format;
    decoder.configure({ codec, sampleRate, numberOfChannels, ...(description && { description }) });
    return decoder;
  }, events);
}

/** The seq of the chunk that a frame came from. */
export function seqOf(frame: VideoFrame): number {
  return Math.round(frame.timestamp / 1000);
}

/** A queued picture as WebCodecs takes it. */
export function videoChunk(chunk: QueuedChunk): EncodedVideoChunk {
  const { seq, isKey, durationUs, bytes } = chunk;
  return new EncodedVideoChunk({
    type: isKey ? 'key' : 'delta',
    timestamp: seq * 1000,
    duration: durationUs,
    data: bytes,
  });
}

/** A queued sound as WebCodecs takes it, stamped from `originUs` on: Unix times in µs lose their last digits in Firefox. */
export function audioChunk(chunk: QueuedChunk, originUs: number): EncodedAudioChunk {
  const { timeUs, durationUs, bytes } = chunk;
  return new EncodedAudioChunk({
    type: 'key',
    timestamp: timeUs - originUs,
    duration: durationUs,
    data: bytes,
  });
}

/** What a decoder of this picture is configured with. */
export function videoConfig(format: VideoFormat): VideoDecoderConfig {
  const { codec, codedWidth, codedHeight, description, colorSpace } = format;
  return {
    codec,
    codedWidth,
    codedHeight,
    optimizeForLatency: true,
    ...(description && { description }),
    // VP8 and VP9 carry no colour space of their own through WebCodecs.
    ...(colorSpace && { colorSpace: colorSpace as VideoColorSpaceInit }),
  };
}
