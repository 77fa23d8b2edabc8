// What encoders say about their output. H.264 keeps its parameter sets in the decoder's description: where an encoder
// was rebuilt and describes itself anew, they are put in front of the key chunk, since the description is fixed for the
// epoch. ISO/IEC 14496-15, 5.3.3.

import { concatBytes } from '../base/bytes.ts';
import type { Bytes } from '../base/bytes.ts';
import type { ColorSpace } from '../ports.ts';

/** Fixed bytes of an avcC record before its parameter sets. */
const HEAD_BYTES = 5;

/** The parameter sets of an avcC record as NAL units with 4-byte lengths; empty when the record makes no sense. */
export function avcParameterSets(description: Uint8Array): Bytes {
  const view = new DataView(description.buffer, description.byteOffset, description.byteLength);
  const units: Uint8Array[] = [];
  let at = HEAD_BYTES;
  for (const countMask of [0x1f, 0xff]) {
    if (at >= description.length) return new Uint8Array();
    const count = view.getUint8(at++) & countMask;
    for (let index = 0; index < count; index++) {
      if (at + 2 > description.length) return new Uint8Array();
      const length = view.getUint16(at);
      const unit = description.subarray(at + 2, at + 2 + length);
      if (unit.length < length) return new Uint8Array();
      const prefix = new Uint8Array(4);
      new DataView(prefix.buffer).setUint32(0, length);
      units.push(prefix, unit);
      at += 2 + length;
    }
  }
  return concatBytes(...units);
}

/** A copy of what a codec describes itself by. */
export function bytesOf(source: AllowSharedBufferSource): Bytes {
  const view = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return new Uint8Array(view);
}

/** A colour space in plain values. */
export function plainColorSpace(space: VideoColorSpaceInit): ColorSpace {
  return {
    primaries: space.primaries ?? null,
    transfer: space.transfer ?? null,
    matrix: space.matrix ?? null,
    fullRange: space.fullRange ?? null,
  };
}
