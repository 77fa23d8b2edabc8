// One video encoder for the whole epoch: fixed size and codec, a key chunk every two seconds and on demand. It drops
// pictures before they are encoded, never after, and is rebuilt when the browser takes the codec away.

import { equalBytes, concatBytes } from '../base/bytes.ts';
import type { Bytes } from '../base/bytes.ts';
import type { MediaChunk, VideoFormat } from '../ports.ts';
import { avcParameterSets, bytesOf, plainColorSpace } from './encode-description.ts';
import { encoderConfig } from './encode-codec.ts';
import type { CodecCandidate } from './encode-codec.ts';
import { PressureControl, QUEUE_BEHIND } from './encode-pressure.ts';
import type { PressureLevel } from './encode-pressure.ts';
import { hasSameShape, letterbox } from './quality.ts';
import type { PictureTarget } from './quality.ts';

/** Distance of key chunks: what a newcomer has to be sent at most, and half of it what it lags on average. */
const KEY_INTERVAL_US = 2_000_000;
/** Demanded key chunks come at most this often, however many peers ask. */
const KEY_DEMAND_INTERVAL_US = 250_000;
/** Frames waiting in the encoder beyond which new ones are dropped at once. */
const QUEUE_FRAMES_MAX = QUEUE_BEHIND + 2;
/** Frames given and nothing back for this long: the encoder hangs. */
const SILENCE_MS_MAX = 4000;
/** Rebuilding more often than this within the period means that there is no encoder any more. */
const REBUILDS_MAX = 4;
const REBUILDS_PERIOD_MS = 20_000;

interface VideoTrackEvents {
  /** Once, before the first chunk. */
  format(format: VideoFormat): void;
  chunk(chunk: MediaChunk): void;
  pressure(level: PressureLevel): void;
  /** Rebuilding didn't help. */
  failed(error: unknown): void;
}

/** Encodes pictures to chunks of one fixed format. */
export class VideoTrackEncoder {
  readonly #candidate: CodecCandidate;
  readonly #target: PictureTarget;
  readonly #events: VideoTrackEvents;
  readonly #control = new PressureControl();
  #encoder: VideoEncoder | undefined;
  #canvas: OffscreenCanvas | undefined;
  #format: VideoFormat | undefined;
  /** Parameter sets to put before key chunks, after a rebuilt encoder described itself differently. */
  #parameterSets: Bytes | undefined;
  /** Colour space of the first frame, for encoders that don't tell their output's. */
  #inputColorSpace: VideoColorSpace | undefined;
  #baseUs: number | undefined;
  #lastUs = -Infinity;
  #lastKeyUs = -Infinity;
  #lastOutputMs = 0;
  #pushed = 0;
  #isKeyWanted = true;
  #rebuiltAtMs: number[] = [];
  /** Format of the newest pictures, and how many chunks have come since it is that. */
  #pixels: VideoPixelFormat | null | undefined;
  #chunksOfPixels = 0;
  /** Formats that the encoder can't take, as depth cameras have: such pictures are drawn first. */
  readonly #refusedPixels = new Set<VideoPixelFormat | null>();
  #isClosed = false;
  #bitrateShare = 1;

  constructor(candidate: CodecCandidate, target: PictureTarget, events: VideoTrackEvents) {
    this.#candidate = candidate;
    this.#target = target;
    this.#events = events;
    this.#build();
  }

  /** The next picture will be a key chunk. */
  requestKey(): void {
    this.#isKeyWanted = true;
  }

  /** Part of the target's bitrate to spend, 0 to 1, from the next picture on. */
  set bitrateShare(share: number) {
    if (share === this.#bitrateShare) return;
    this.#bitrateShare = share;
    if (this.#encoder?.state === 'configured') this.#encoder.configure(this.#config());
  }

  /** Takes over a frame captured at `timeUs` and encodes it, unless the encoder is behind. */
  push(frame: VideoFrame, timeUs: number): void {
    try {
      this.#push(frame, Math.max(timeUs, this.#lastUs + 1000));
    } catch (error) {
      this.#rebuild(error);
    } finally {
      frame.close();
    }
  }

  /** To be called about ten times a second: rebuilds an encoder that hangs. */
  check(): void {
    const encoder = this.#encoder;
    if (!encoder || this.#isClosed) return;
    if (encoder.encodeQueueSize === 0) this.#lastOutputMs = performance.now();
    else if (performance.now() - this.#lastOutputMs > SILENCE_MS_MAX) this.#rebuild(new Error('No output'));
  }

  /** Every chunk has been handed over when it resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const encoder = this.#encoder;
    if (encoder?.state !== 'configured') return;
    await encoder.flush().catch(() => undefined);
    this.#drop(encoder);
  }

  #push(frame: VideoFrame, timeUs: number): void {
    const encoder = this.#encoder;
    if (!encoder || this.#isClosed) return;
    this.#observe(encoder);
    this.#pushed++;
    const isSkipped = this.#pushed % this.#control.keepEvery !== 0;
    if (isSkipped || encoder.encodeQueueSize >= QUEUE_FRAMES_MAX) return;
    this.#baseUs ??= timeUs;
    this.#inputColorSpace ??= frame.colorSpace;
    const fitted = this.#fit(frame, timeUs - this.#baseUs);
    try {
      encoder.encode(fitted, { keyFrame: this.#takesKey(timeUs) });
      this.#lastUs = timeUs;
    } finally {
      fitted.close();
    }
  }

  #takesKey(timeUs: number): boolean {
    const sinceUs = timeUs - this.#lastKeyUs;
    const isDue = sinceUs > KEY_INTERVAL_US - 500_000 / this.#target.frameRate;
    const isKey = isDue || (this.#isKeyWanted && sinceUs >= KEY_DEMAND_INTERVAL_US);
    if (isKey) {
      this.#isKeyWanted = false;
      this.#lastKeyUs = timeUs;
    }
    return isKey;
  }

  /** The same picture with our time, letterboxed when it is turned or of another shape than the epoch's. */
  #fit(frame: VideoFrame, timestamp: number): VideoFrame {
    const duration = Math.round(1_000_000 / this.#target.frameRate);
    const size = { width: frame.displayWidth, height: frame.displayHeight };
    const isTurned = ((frame as { rotation?: number }).rotation ?? 0) !== 0;
    if (this.#pixels !== frame.format) [this.#pixels, this.#chunksOfPixels] = [frame.format, 0];
    const isTaken = !this.#refusedPixels.has(frame.format);
    if (!isTurned && isTaken && hasSameShape(size, this.#target))
      return new VideoFrame(frame, { timestamp, duration });
    this.#canvas ??= new OffscreenCanvas(this.#target.width, this.#target.height);
    const context = this.#canvas.getContext('2d', { alpha: false });
    const box = letterbox(size.width, size.height, this.#target);
    context?.fillRect(0, 0, this.#target.width, this.#target.height);
    context?.drawImage(frame, box.x, box.y, box.width, box.height);
    return new VideoFrame(this.#canvas, { timestamp, duration, alpha: 'discard' });
  }

  #observe(encoder: VideoEncoder): void {
    const before = this.#control.level;
    const level = this.#control.observe(encoder.encodeQueueSize, performance.now());
    if (level === before) return;
    if ((before === 'none') !== (level === 'none')) encoder.configure(this.#config());
    this.#events.pressure(level);
  }

  #config(): VideoEncoderConfig {
    const share = this.#bitrateShare * this.#control.bitrateShare;
    const bitrate = Math.round(this.#target.bitrate * share);
    return encoderConfig(this.#candidate, this.#target, bitrate);
  }

  #build(): void {
    const encoder = new VideoEncoder({
      output: (chunk, metadata) => this.#output(chunk, metadata),
      error: (error) => {
        if (this.#encoder === encoder) this.#rebuild(error);
      },
    });
    this.#encoder = encoder;
    this.#lastKeyUs = -Infinity;
    this.#lastOutputMs = performance.now();
    encoder.configure(this.#config());
  }

  /** A codec is taken from a tab that was hidden for long, and hardware encoders fail: a new one goes on. */
  #rebuild(error: unknown): void {
    if (this.#isClosed) return;
    const nowMs = performance.now();
    const isNew = this.#chunksOfPixels <= QUEUE_FRAMES_MAX;
    if (isNew && this.#pixels !== undefined) this.#refusedPixels.add(this.#pixels);
    this.#rebuiltAtMs = this.#rebuiltAtMs.filter((atMs) => nowMs - atMs < REBUILDS_PERIOD_MS);
    this.#rebuiltAtMs.push(nowMs);
    if (this.#encoder) this.#drop(this.#encoder);
    this.#encoder = undefined;
    try {
      if (this.#rebuiltAtMs.length <= REBUILDS_MAX) {
        this.#build();
        return;
      }
    } catch (next) {
      this.#fail(next);
      return;
    }
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#isClosed = true;
    this.#events.failed(error);
  }

  #drop(encoder: VideoEncoder): void {
    if (encoder.state !== 'closed') encoder.close();
  }

  #output(chunk: EncodedVideoChunk, metadata?: EncodedVideoChunkMetadata): void {
    this.#lastOutputMs = performance.now();
    this.#chunksOfPixels++;
    if (metadata?.decoderConfig) this.#describe(metadata.decoderConfig);
    if (!this.#format) return;
    const isKey = chunk.type === 'key';
    const timeUs = chunk.timestamp + (this.#baseUs ?? 0);
    // Some encoders begin a group of their own accord when they are reconfigured.
    if (isKey) this.#lastKeyUs = Math.max(this.#lastKeyUs, timeUs);
    const body = new Uint8Array(chunk.byteLength);
    chunk.copyTo(body);
    this.#events.chunk({
      track: 'video',
      isKey,
      layer: metadata?.svc?.temporalLayerId ?? 0,
      timeUs,
      durationUs: chunk.duration ?? Math.round(1_000_000 / this.#target.frameRate),
      bytes: isKey && this.#parameterSets ? concatBytes(this.#parameterSets, body) : body,
    });
  }

  #describe(config: VideoDecoderConfig): void {
    const description = config.description && bytesOf(config.description);
    if (this.#format) {
      const before = this.#format.description;
      const isOther = description && before && !equalBytes(description, before);
      this.#parameterSets = isOther ? avcParameterSets(description) : undefined;
      return;
    }
    const { width, height, frameRate, bitrate } = this.#target;
    const colorSpace = config.colorSpace ?? this.#inputColorSpace;
    this.#format = {
      codec: config.codec,
      codedWidth: config.codedWidth ?? width,
      codedHeight: config.codedHeight ?? height,
      frameRate,
      bitrate,
      layers: this.#candidate.layers,
      ...(description && { description }),
      ...(colorSpace && { colorSpace: plainColorSpace(colorSpace) }),
    };
    this.#events.format(this.#format);
  }
}
