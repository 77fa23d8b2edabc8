// The `config` packet: what the broadcast is and how to decode it. JSON, so that later versions can add to it.
// It is read only after its signature was checked, but the broadcaster may be hostile too: decoding is total.

import { base64, base64Bytes, utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { CODEC_CHARS_MAX, CONFIG_BYTES_MAX, PICTURE_SIDE_MAX, TITLE_CHARS_MAX } from '../base/limits.ts';
import type { AudioFormat, ColorSpace, MediaFormat, VideoFormat } from '../ports.ts';

const PUBLIC_KEY_BYTES = 32;
const SALT_BYTES = 16;
const DESCRIPTION_BYTES_MAX = 4096;
const FRAME_RATE_MAX = 120;
const BITRATE_MAX = 100_000_000;
const COLOR_NAME = /^[a-z0-9-]{1,24}$/;
const CODEC = /^[A-Za-z0-9.-]+$/;

/** What a broadcast says of itself. */
export interface BroadcastConfig {
  title: string;
  /** Unix ms at which this epoch went live. */
  startedAtMs: number;
  /** 32 bytes; its hash is the broadcast id. A recording is verified with it. */
  publicKey: Bytes;
  /** 16 random bytes per epoch: unique even when storage was lost. */
  salt: Bytes;
  format: MediaFormat;
}

/** Why a config was refused. */
export type ConfigCode =
  'size' | 'utf8' | 'json' | 'version' | 'title' | 'key' | 'salt' | 'time' | 'video' | 'audio' | 'no-track';

/** The payload of a `config` packet. */
export function encodeConfig(config: BroadcastConfig): Bytes {
  const { video, audio } = config.format;
  return utf8Bytes(
    JSON.stringify({
      version: 1,
      title: config.title,
      startedAtMs: config.startedAtMs,
      publicKey: base64(config.publicKey),
      salt: base64(config.salt),
      ...(video && { video: plainOf(video) }),
      ...(audio && { audio: plainOf(audio) }),
    }),
  );
}

function plainOf(track: VideoFormat | AudioFormat): object {
  return track.description ? { ...track, description: base64(track.description) } : track;
}

/** Reads the payload of a `config` packet. Unknown members are ignored. */
export function decodeConfig(payload: Uint8Array): Result<BroadcastConfig, ConfigCode> {
  if (payload.length > CONFIG_BYTES_MAX) return { ok: false, code: 'size' };
  const text = utf8Text(payload);
  if (text === undefined) return { ok: false, code: 'utf8' };
  const json = parseObject(text);
  if (!json) return { ok: false, code: 'json' };
  if (json['version'] !== 1) return { ok: false, code: 'version' };
  const { title, startedAtMs } = json;
  if (typeof title !== 'string' || title.length > TITLE_CHARS_MAX) return { ok: false, code: 'title' };
  if (!isWhole(startedAtMs, Number.MAX_SAFE_INTEGER)) return { ok: false, code: 'time' };
  const publicKey = bytesOf(json['publicKey'], PUBLIC_KEY_BYTES);
  if (publicKey?.length !== PUBLIC_KEY_BYTES) return { ok: false, code: 'key' };
  const salt = bytesOf(json['salt'], SALT_BYTES);
  if (salt?.length !== SALT_BYTES) return { ok: false, code: 'salt' };
  const video = json['video'] === undefined ? undefined : decodeVideo(json['video']);
  if (json['video'] !== undefined && !video) return { ok: false, code: 'video' };
  const audio = json['audio'] === undefined ? undefined : decodeAudio(json['audio']);
  if (json['audio'] !== undefined && !audio) return { ok: false, code: 'audio' };
  if (!video && !audio) return { ok: false, code: 'no-track' };
  const format = { ...(video && { video }), ...(audio && { audio }) };
  return { ok: true, value: { title, startedAtMs, publicKey, salt, format } };
}

function decodeVideo(value: unknown): VideoFormat | undefined {
  if (!isObject(value)) return undefined;
  const { codec, codedWidth, codedHeight, frameRate, bitrate, layers } = value;
  if (
    !isCodec(codec) ||
    !isWhole(codedWidth, PICTURE_SIDE_MAX, 1) ||
    !isWhole(codedHeight, PICTURE_SIDE_MAX, 1)
  )
    return undefined;
  if (!isNumber(frameRate, FRAME_RATE_MAX) || !isNumber(bitrate, BITRATE_MAX)) return undefined;
  if (layers !== 1 && layers !== 2 && layers !== 3) return undefined;
  const description = optionalDescription(value['description']);
  const colorSpace = value['colorSpace'] === undefined ? undefined : decodeColorSpace(value['colorSpace']);
  if (description === null || (value['colorSpace'] !== undefined && !colorSpace)) return undefined;
  return {
    ...{ codec, codedWidth, codedHeight, frameRate, bitrate, layers },
    ...(description && { description }),
    ...(colorSpace && { colorSpace }),
  };
}

function decodeAudio(value: unknown): AudioFormat | undefined {
  if (!isObject(value)) return undefined;
  const { codec, sampleRate, numberOfChannels, bitrate } = value;
  if (!isCodec(codec) || !isWhole(sampleRate, 192_000, 8000) || !isWhole(numberOfChannels, 8, 1))
    return undefined;
  if (!isNumber(bitrate, BITRATE_MAX)) return undefined;
  const description = optionalDescription(value['description']);
  if (description === null) return undefined;
  return { codec, sampleRate, numberOfChannels, bitrate, ...(description && { description }) };
}

function decodeColorSpace(value: unknown): ColorSpace | undefined {
  if (!isObject(value)) return undefined;
  const { primaries = null, transfer = null, matrix = null, fullRange = null } = value;
  if (!isColorName(primaries) || !isColorName(transfer) || !isColorName(matrix)) return undefined;
  return fullRange === null || typeof fullRange === 'boolean'
    ? { primaries, transfer, matrix, fullRange }
    : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown, max: number): value is number {
  return typeof value === 'number' && value > 0 && value <= max;
}

function isWhole(value: unknown, max: number, min = 0): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function isCodec(value: unknown): value is string {
  return typeof value === 'string' && value.length <= CODEC_CHARS_MAX && CODEC.test(value);
}

function isColorName(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && COLOR_NAME.test(value));
}

function bytesOf(value: unknown, bytesMax: number): Bytes | undefined {
  return typeof value === 'string' && value.length <= 4 * Math.ceil(bytesMax / 3)
    ? base64Bytes(value)
    : undefined;
}

/** Undefined when absent, null when malformed. */
function optionalDescription(value: unknown): Bytes | null | undefined {
  return value === undefined ? undefined : (bytesOf(value, DESCRIPTION_BYTES_MAX) ?? null);
}
