// The identification header of Opus (RFC 7845, section 5.1), for encoders that don't hand one over.
// Without it a muxer assumes 80 ms of warm-up, and some players would start the sound that much early.

import type { Bytes } from '../base/bytes.ts';
import { concatBytes, utf8Bytes } from '../base/bytes.ts';
import type { AudioFormat } from '../ports.ts';

/** libopus' look-ahead at 48 kHz, samples: what every browser's encoder delays the sound by. */
const PRE_SKIP_SAMPLES = 312;

/** What a file says of the sound's codec: the encoder's own description, and for Opus without one this header. */
export function audioDescription(format: AudioFormat): Bytes | undefined {
  return format.description ?? (format.codec === 'opus' ? opusHead(format) : undefined);
}

/** Mono or stereo, no gain. */
export function opusHead({ sampleRate, numberOfChannels }: AudioFormat): Bytes {
  const rest = new Uint8Array(11);
  const view = new DataView(rest.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, numberOfChannels);
  view.setUint16(2, PRE_SKIP_SAMPLES, true);
  view.setUint32(4, sampleRate, true);
  return concatBytes(utf8Bytes('OpusHead'), rest);
}
