// What mediabunny calls the codecs that can be on air.

import type { AudioCodec, VideoCodec } from 'mediabunny';
import type { AudioFormat, VideoFormat } from '../ports.ts';

/** Of the picture; undefined for a codec that no file can hold. */
export function videoCodec({ codec }: VideoFormat): VideoCodec | undefined {
  if (/^avc[13]\./.test(codec)) return 'avc';
  if (codec.startsWith('vp09')) return 'vp9';
  if (codec === 'vp8') return 'vp8';
  if (codec.startsWith('av01')) return 'av1';
  if (/^h(ev|vc)1\./.test(codec)) return 'hevc';
  return undefined;
}

/** Of the sound, likewise. */
export function audioCodec({ codec }: AudioFormat): AudioCodec | undefined {
  if (codec === 'opus') return 'opus';
  if (codec.startsWith('mp4a.40')) return 'aac';
  return undefined;
}
