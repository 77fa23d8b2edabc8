// Which video codec goes on air. Temporal layers come first, since a relay that falls behind can then drop half of
// the pictures without breaking the rest; but a codec that can't keep up is worth nothing (Firefox takes 28 ms for a
// 360p picture in VP9 on two cores, 2 ms in VP8). Pure: `encode-probe.ts` asks the browser.

import { assert } from '../base/assert.ts';
import type { PictureTarget } from './quality.ts';

/** A codec as it could be configured: its W3C codec string and its temporal layers. */
export interface CodecCandidate {
  codec: string;
  layers: 1 | 2;
}

/** What the browser made of a candidate. `producesLayers`: chunks of a real trial told their temporal layer. */
export interface CodecProbe {
  candidate: CodecCandidate;
  isSupported: boolean;
  producesLayers: boolean;
  /** Time that one picture of the trial took, ms. */
  frameMs: number;
}

/** Part of a picture's period that encoding may take in a trial: decoders, relaying and the page need the rest. */
const BUSY_SHARE_MAX = 0.5;

/** Macroblocks a second and a picture of the H.264 levels in use (ITU-T H.264 table A-1): 3.0, 3.1, 4.0, 5.1. */
const H264_LEVELS = [
  { hex: '1e', perSecond: 40_500, perPicture: 1620 },
  { hex: '1f', perSecond: 108_000, perPicture: 3600 },
  { hex: '28', perSecond: 245_760, perPicture: 8192 },
  { hex: '33', perSecond: 983_040, perPicture: 36_864 },
] as const;

/** Luma samples a second and a picture of the VP9 levels in use: 3.0, 3.1, 4.0, 5.1. */
const VP9_LEVELS = [
  { digits: '30', perSecond: 20_736_000, perPicture: 552_960 },
  { digits: '31', perSecond: 36_864_000, perPicture: 983_040 },
  { digits: '40', perSecond: 83_558_400, perPicture: 2_228_224 },
  { digits: '51', perSecond: 588_251_136, perPicture: 8_912_896 },
] as const;

/** The lowest level that holds `perPicture` units at `frameRate`; the highest one known when none does. */
function levelFor<Level extends { perSecond: number; perPicture: number }>(
  levels: readonly Level[],
  perPicture: number,
  frameRate: number,
): Level {
  const fits = (level: Level): boolean =>
    perPicture <= level.perPicture && perPicture * frameRate <= level.perSecond;
  const level = levels.find(fits) ?? levels.at(-1);
  assert(level, 'a codec has levels');
  return level;
}

/** Constrained baseline, which every decoder takes, at the level that the picture needs. */
function h264Codec({ width, height, frameRate }: PictureTarget): string {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  return `avc1.42E0${levelFor(H264_LEVELS, macroblocks, frameRate).hex}`;
}

function vp9Codec({ width, height, frameRate }: PictureTarget): string {
  return `vp09.00.${levelFor(VP9_LEVELS, width * height, frameRate).digits}.08`;
}

/** All candidates for a picture, best first. */
export function codecCandidates(target: PictureTarget): CodecCandidate[] {
  const h264 = h264Codec(target);
  return [
    { codec: h264, layers: 2 },
    { codec: vp9Codec(target), layers: 2 },
    { codec: 'vp8', layers: 2 },
    { codec: h264, layers: 1 },
    { codec: 'vp8', layers: 1 },
  ];
}

function works({ candidate, isSupported, producesLayers }: CodecProbe): boolean {
  return isSupported && (candidate.layers === 1 || producesLayers);
}

/** Whether a candidate works and keeps up with the target with time to spare. */
export function isFastEnough(probe: CodecProbe | undefined, { frameRate }: PictureTarget): boolean {
  return probe !== undefined && works(probe) && probe.frameMs <= (BUSY_SHARE_MAX * 1000) / frameRate;
}

/** Layers are worth twice the time: a busy moment during the trials must not cost them. */
function slowness({ candidate, frameMs }: CodecProbe): number {
  return candidate.layers === 1 ? 2 * frameMs : frameMs;
}

/**
 * The first candidate that works (one with layers must have shown them) and is fast enough; the fastest one that works
 * when none is; undefined when none works.
 */
export function chooseCodec(
  probes: readonly CodecProbe[],
  target: PictureTarget,
): CodecCandidate | undefined {
  const best = probes.find((probe) => isFastEnough(probe, target));
  const [fastest] = probes.filter(works).sort((a, b) => slowness(a) - slowness(b));
  return (best ?? fastest)?.candidate;
}

/** The encoder's configuration. `bitrate` in bit/s may be lower than the target's while the encoder steps down. */
export function encoderConfig(
  { codec, layers }: CodecCandidate,
  target: PictureTarget,
  bitrate = target.bitrate,
): VideoEncoderConfig {
  return {
    codec,
    width: target.width,
    height: target.height,
    framerate: target.frameRate,
    bitrate,
    // Steadier than 'variable' with VP9 (at most 17 % over the target in a second, against 48 %), equal with the others.
    bitrateMode: 'constant',
    latencyMode: 'realtime',
    ...(layers === 2 && { scalabilityMode: 'L1T2' }),
    ...(codec.startsWith('avc1') && { avc: { format: 'avc' } }),
  };
}
