// Makes an encoded stream of its own for the player's tests: a bar that moves with time, and a tone, as packets in
// capture order. Each frame's number is readable from the picture: 12 black or white cells along the top.

import type { MediaFormat, PlayerPacket } from '../../../src/ports.ts';

export const FRAME_RATE = 30;
export const WIDTH = 640;
export const HEIGHT = 360;
export const CELLS = 12;
const CHUNK_US = 40_000;

export interface Stream {
  format: MediaFormat;
  packets: PlayerPacket[];
}

export interface StreamOptions {
  seconds: number;
  codec: string;
  layers: 1 | 2;
  /** Seconds of the groups. */
  groupS: number;
  firstSeq: number;
  startUs: number;
  hasAudio: boolean;
}

export async function makeStream(options: StreamOptions): Promise<Stream> {
  const format: MediaFormat = {};
  const video = await encodeVideo(options, format);
  const audio = options.hasAudio ? await encodeAudio(options, format) : [];
  // A chunk can leave once its end has been captured.
  const chunks = [...video, ...audio].sort((a, b) => endUs(a) - endUs(b));
  return { format, packets: chunks.map((chunk, i) => ({ ...chunk, seq: options.firstSeq + i })) };
}

type Chunk = Exclude<PlayerPacket, { track: 'none' }>;

export function endUs(packet: PlayerPacket): number {
  if (packet.track === 'none') return 0;
  return packet.timeUs + (packet.track === 'audio' ? packet.durationUs : 0);
}

async function encodeVideo(options: StreamOptions, format: MediaFormat): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const durationUs = Math.round(1e6 / FRAME_RATE);
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const config = metadata?.decoderConfig;
      if (config && !format.video) {
        const description = config.description as ArrayBuffer | undefined;
        format.video = {
          codec: config.codec,
          codedWidth: WIDTH,
          codedHeight: HEIGHT,
          frameRate: FRAME_RATE,
          bitrate: 1_000_000,
          layers: options.layers,
          ...(description && { description: new Uint8Array(description) }),
          colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
        };
      }
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      const layer =
        (metadata as { svc?: { temporalLayerId?: number } } | undefined)?.svc?.temporalLayerId ?? 0;
      chunks.push({
        seq: 0,
        track: 'video',
        isKey: chunk.type === 'key',
        layer,
        timeUs: chunk.timestamp,
        durationUs,
        bytes,
      });
    },
    error: (error) => console.error('encoder', error.message),
  });
  encoder.configure({
    codec: options.codec,
    width: WIDTH,
    height: HEIGHT,
    framerate: FRAME_RATE,
    bitrate: 1_000_000,
    latencyMode: 'realtime',
    ...(options.layers === 2 && { scalabilityMode: 'L1T2' }),
    ...(options.codec.startsWith('avc') && { avc: { format: 'annexb' } }),
  });
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d')!;
  for (let i = 0; i < options.seconds * FRAME_RATE; i++) {
    draw(context, i);
    const frame = new VideoFrame(canvas, {
      timestamp: options.startUs + i * durationUs,
      duration: durationUs,
    });
    encoder.encode(frame, { keyFrame: i % (options.groupS * FRAME_RATE) === 0 });
    frame.close();
    if (encoder.encodeQueueSize > 4)
      await new Promise((resolve) => encoder.addEventListener('dequeue', resolve, { once: true }));
  }
  await encoder.flush();
  encoder.close();
  return chunks;
}

function draw(context: OffscreenCanvasRenderingContext2D, i: number): void {
  context.fillStyle = `hsl(${(i * 3) % 360} 60% 45%)`;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const cell = WIDTH / CELLS;
  for (let bit = 0; bit < CELLS; bit++) {
    context.fillStyle = (i >> bit) & 1 ? '#fff' : '#000';
    context.fillRect(bit * cell, 0, cell, 60);
  }
  context.fillStyle = '#fff';
  context.fillRect((i * 7) % WIDTH, 200, 24, 120);
  context.font = '90px sans-serif';
  context.fillText(String(i), 40, 170);
}

async function encodeAudio(options: StreamOptions, format: MediaFormat): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const sampleRate = 48_000;
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      chunks.push({
        seq: 0,
        track: 'audio',
        isKey: true,
        layer: 0,
        timeUs: options.startUs + chunk.timestamp,
        durationUs: CHUNK_US,
        bytes,
      });
    },
    error: (error) => console.error('encoder', error.message),
  });
  encoder.configure({
    codec: 'opus',
    sampleRate,
    numberOfChannels: 1,
    bitrate: 64_000,
    opus: { frameDuration: CHUNK_US },
  });
  format.audio = { codec: 'opus', sampleRate, numberOfChannels: 1, bitrate: 64_000 };
  const length = (sampleRate * CHUNK_US) / 1e6;
  for (let i = 0; i < (options.seconds * 1e6) / CHUNK_US; i++) {
    const samples = Float32Array.from(
      { length },
      (_, at) => 0.2 * Math.sin((2 * Math.PI * 440 * (i * length + at)) / sampleRate),
    );
    const data = new AudioData({
      format: 'f32-planar',
      sampleRate,
      numberOfFrames: length,
      numberOfChannels: 1,
      // From zero: Firefox's encoder loses the last digits of a Unix time in µs.
      timestamp: i * CHUNK_US,
      data: samples,
    });
    encoder.encode(data);
    data.close();
  }
  await encoder.flush();
  encoder.close();
  return chunks;
}
