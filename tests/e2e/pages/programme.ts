// The page of programme.test.ts: opens programmes, gathers what they send, and decodes it again.
import { LucarneError } from '../../../src/base/errors.ts';
import { probeCodec } from '../../../src/media/encode-probe.ts';
import { VideoTrackEncoder } from '../../../src/media/encode-video.ts';
import { openProgramme } from '../../../src/media/programme.ts';
import { QUALITIES } from '../../../src/media/quality.ts';
import { readTestcardCode } from '../../../src/media/testcard-code.ts';
import { testcardFlashBox } from '../../../src/media/testcard-picture.ts';
import type { MediaChunk, MediaFormat, ProgrammeOptions, VideoFormat } from '../../../src/ports.ts';
import { decodePictures, decodeSound } from './decoding.ts';

/** A chunk without its bytes, as a test can receive it. `arrivedUs`: Unix time at which the page had it. */
export type ChunkFacts = Omit<MediaChunk, 'bytes'> & { byteLength: number; arrivedUs: number };

export interface RunFacts {
  format: Omit<MediaFormat, never> | undefined;
  formatCount: number;
  /** Chunks that came before the format. */
  early: number;
  chunks: ChunkFacts[];
  afterClose: number;
  changes: string[];
  errors: string[];
  pressures: string[];
  videoFrames: number;
  previewTag: string;
  openedUs: number;
  closedUs: number;
}

export interface RunOptions extends ProgrammeOptions {
  /** Ends after this many video chunks. */
  videoChunks: number;
  /** Demands a key chunk after this many video chunks. */
  keyAfter?: number;
  /** Ends the device of this track after this many video chunks. */
  endAfter?: { videoChunks: number; track: 'video' | 'audio' };
  /** Says that devices have changed after this many video chunks. */
  plugAfter?: number;
  /** Goes on air after the devices have run for this long, s, and has other things to do then: reads queue up. */
  previewS?: number;
  /** Leaves the preview in the page after the end. */
  keepPreview?: boolean;
}

export interface DecodedPicture {
  timeUs: number;
  frameNumber: number | undefined;
  /** Mean green of the flash box. */
  flash: number;
  /** Red, green and blue of the red bar's middle. */
  red: number[];
}

export interface DecodedBeep {
  /** Times, µs, at which sound rises out of silence. */
  onsetsUs: number[];
  /** Cycles a second, counted inside the beeps. */
  hertz: number;
}

let lastChunks: MediaChunk[] = [];
let lastFormat: MediaFormat | undefined;

const wallUs = (): number => (performance.timeOrigin + performance.now()) * 1000;

/** Resolves when the stream has been shown for `seconds`. */
async function playTo(stream: MediaStream, seconds: number): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  while (video.currentTime < seconds) {
    await new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }));
  }
}

/** Leaves the page no time for anything else. */
function keepBusy(): void {
  const untilMs = performance.now() + 300;
  while (performance.now() < untilMs);
}

async function run({
  videoChunks,
  keyAfter,
  endAfter,
  plugAfter,
  previewS,
  keepPreview,
  ...options
}: RunOptions): Promise<RunFacts> {
  const facts: RunFacts = {
    format: undefined,
    formatCount: 0,
    early: 0,
    chunks: [],
    afterClose: 0,
    changes: [],
    errors: [],
    pressures: [],
    videoFrames: 0,
    previewTag: '',
    openedUs: wallUs(),
    closedUs: 0,
  };
  lastChunks = [];
  const programme = await openProgramme(options);
  const { preview } = programme;
  facts.previewTag = preview.constructor.name;
  if (preview instanceof HTMLCanvasElement) document.body.append(preview);
  if (previewS !== undefined && preview instanceof MediaStream) await playTo(preview, previewS);
  const enough = Promise.withResolvers<undefined>();
  let isClosed = false;
  let videoCount = 0;
  programme.start({
    format: (format) => {
      facts.format = format;
      lastFormat = format;
      facts.formatCount++;
    },
    chunk: (chunk) => {
      if (!facts.format) facts.early++;
      if (isClosed) facts.afterClose++;
      const { bytes, ...rest } = chunk;
      facts.chunks.push({ ...rest, byteLength: bytes.length, arrivedUs: wallUs() });
      lastChunks.push(chunk);
      if (chunk.track !== 'video') return;
      videoCount++;
      if (videoCount === keyAfter) programme.requestKey();
      if (videoCount === plugAfter) navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      if (endAfter && videoCount === endAfter.videoChunks && preview instanceof MediaStream) {
        for (const track of preview.getTracks()) {
          if (track.kind !== endAfter.track) continue;
          // A page's own stop() fires no event; a device that goes away does.
          track.dispatchEvent(new Event('ended'));
          track.stop();
        }
      }
      if (videoCount >= videoChunks) enough.resolve(undefined);
    },
    sourceChanged: (track, state) => facts.changes.push(`${track} ${state}`),
    pressure: (level) => facts.pressures.push(level),
    failed: (error) => {
      facts.errors.push(
        error instanceof LucarneError ? `${error.code}: ${String(error.cause)}` : String(error),
      );
      enough.resolve(undefined);
    },
  });
  if (previewS !== undefined) keepBusy();
  await enough.promise;
  await programme.close();
  isClosed = true;
  facts.closedUs = wallUs();
  facts.videoFrames = programme.videoFrames;
  if (!keepPreview && preview instanceof HTMLCanvasElement) preview.remove();
  return facts;
}

async function openFault(options: ProgrammeOptions): Promise<string> {
  try {
    await (await openProgramme(options)).close();
    return 'opened';
  } catch (error) {
    return error instanceof LucarneError ? error.code : String(error);
  }
}

/** Decodes the video of the last run; with `baseOnly` without the upper layer. */
async function decodeVideo(baseOnly = false): Promise<DecodedPicture[]> {
  const format = lastFormat?.video;
  if (!format) throw new Error('There is no video');
  const { codedWidth, codedHeight } = format;
  const pictures: DecodedPicture[] = [];
  const canvas = new OffscreenCanvas(codedWidth, codedHeight);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const box = testcardFlashBox(codedWidth, codedHeight);
  const chunks = lastChunks.filter(({ layer }) => !baseOnly || layer === 0);
  await decodePictures(format, chunks, (frame) => {
    context.drawImage(frame, 0, 0);
    const { data } = context.getImageData(0, 0, codedWidth, codedHeight);
    const flash = context.getImageData(box.x, box.y, box.width, box.height).data;
    const unit = codedHeight / 360;
    const redX = codedWidth / 2 + (-146 + (292 * 5.5) / 7) * unit;
    pictures.push({
      timeUs: frame.timestamp,
      frameNumber: readTestcardCode(data, codedWidth, codedHeight),
      flash: flash.reduce((sum, value, at) => sum + (at % 4 === 1 ? value : 0), 0) / (flash.length / 4),
      red: [...context.getImageData(Math.round(redX), Math.round(160 * unit), 1, 1).data.slice(0, 3)],
    });
  });
  return pictures;
}

/** Decodes the sound of the last run and finds where it begins. */
async function decodeBeeps(): Promise<DecodedBeep> {
  const format = lastFormat?.audio;
  if (!format) throw new Error('There is no sound');
  const { samples, firstUs } = await decodeSound(format, lastChunks);
  const onsetsUs: number[] = [];
  let quietSince = 0;
  let crossings = 0;
  let loud = 0;
  samples.forEach((sample, index) => {
    if (Math.abs(sample) > 0.05) {
      if (index - quietSince > 12_000) onsetsUs.push(firstUs + (index * 1e6) / 48_000);
      quietSince = index;
    }
    if (index - quietSince < 48) {
      loud++;
      if (index > 0 && sample >= 0 && samples[index - 1]! < 0) crossings++;
    }
  });
  return { onsetsUs, hertz: (crossings * 48_000) / loud };
}

export interface EncodedFrames {
  chunks: ChunkFacts[];
  errors: string[];
  /** Width, height and the red, green and blue at the left edge's and the whole's middle, of each decoded picture. */
  decoded: { width: number; height: number; edge: number[]; middle: number[] }[];
  encoders: number;
}

/**
 * Encodes white frames of the given sizes as 360p; before the frame `reclaimBefore` the encoder is taken away, as a
 * browser does it with a tab that was hidden for long.
 */
async function encodeFrames(sizes: [number, number][], reclaimBefore = -1): Promise<EncodedFrames> {
  const Native = VideoEncoder;
  const built: { encoder: VideoEncoder; init: VideoEncoderInit }[] = [];
  globalThis.VideoEncoder = class extends Native {
    constructor(init: VideoEncoderInit) {
      super(init);
      built.push({ encoder: this, init });
    }
  };
  const target = QUALITIES['360p'];
  const candidate = await probeCodec(target);
  built.length = 0;
  const result: EncodedFrames = { chunks: [], errors: [], decoded: [], encoders: 0 };
  const chunks: MediaChunk[] = [];
  let format: VideoFormat | undefined;
  let arrived = Promise.withResolvers<undefined>();
  const track = new VideoTrackEncoder(candidate!, target, {
    format: (known) => (format = known),
    chunk: (chunk) => {
      chunks.push(chunk);
      arrived.resolve(undefined);
    },
    pressure: () => undefined,
    failed: (error) => result.errors.push(String(error)),
  });
  for (const [index, [width, height]] of sizes.entries()) {
    const { encoder, init } = built.at(-1)!;
    // One picture at a time, so that none is dropped because the encoder is behind, or lost inside it.
    while (chunks.length < index) await arrived.promise;
    arrived = Promise.withResolvers<undefined>();
    if (index === reclaimBefore) {
      encoder.close();
      init.error(new DOMException('Codec reclaimed due to inactivity.', 'QuotaExceededError'));
    }
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { alpha: false })!;
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    track.push(new VideoFrame(canvas, { timestamp: 0 }), 1_700_000_000_000_000 + index * 33_333);
  }
  await track.close();
  globalThis.VideoEncoder = Native;
  result.encoders = built.length;
  result.chunks = chunks.map(({ bytes, ...rest }) => ({ ...rest, byteLength: bytes.length, arrivedUs: 0 }));
  const context = new OffscreenCanvas(640, 360).getContext('2d', { willReadFrequently: true })!;
  await decodePictures(format!, chunks, (frame) => {
    context.drawImage(frame, 0, 0);
    const pixel = (x: number): number[] => [...context.getImageData(x, 180, 1, 1).data.slice(0, 3)];
    result.decoded.push({
      width: frame.displayWidth,
      height: frame.displayHeight,
      edge: pixel(4),
      middle: pixel(320),
    });
  });
  return result;
}

/** Encodes faint grain, another one in each picture, as 360p at one share of the bitrate after the other, so many pictures each; gives the bytes of each, and the sizes said. */
async function encodeGrain(
  shares: readonly number[],
  pictures: number,
): Promise<{ bytes: number[]; formats: number; errors: string[] }> {
  const target = QUALITIES['360p'];
  const candidate = await probeCodec(target);
  const result = { bytes: shares.map(() => 0), formats: 0, errors: [] as string[] };
  let [at, arrived, coming] = [0, 0, Promise.withResolvers<undefined>()];
  const track = new VideoTrackEncoder(candidate!, target, {
    format: () => result.formats++,
    chunk: ({ bytes }) => {
      arrived++;
      result.bytes[at]! += bytes.length;
      coming.resolve(undefined);
    },
    pressure: () => undefined,
    failed: (error) => result.errors.push(String(error)),
  });
  // Grain costs what one is ready to spend on it; of strong noise no encoder makes as little as it is told.
  const pixels = new Uint8Array(target.width * target.height * 4);
  for (let pushed = 0; pushed < shares.length * pictures; pushed++) {
    // One at a time: none is dropped, and each is counted under the share that it was encoded with.
    while (arrived < pushed) {
      await coming.promise;
      coming = Promise.withResolvers<undefined>();
    }
    at = Math.floor(pushed / pictures);
    track.bitrateShare = shares[at]!;
    for (let i = 0; i < pixels.length; i += 16_384) crypto.getRandomValues(pixels.subarray(i, i + 16_384));
    for (let i = 0; i < pixels.length; i++) pixels[i] = 112 + (pixels[i]! & 31);
    const { width: codedWidth, height: codedHeight } = target;
    const frame = new VideoFrame(pixels, { format: 'RGBX', codedWidth, codedHeight, timestamp: 0 });
    track.push(frame, 1_700_000_000_000_000 + pushed * 33_333);
  }
  await track.close();
  return result;
}

const underTest = { encodeFrames, encodeGrain, run, openFault, decodeVideo, decodeBeeps };
export type UnderTest = typeof underTest;
Object.assign(globalThis, { underTest });
