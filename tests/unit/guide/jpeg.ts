// Bytes with the outline of a JPEG, as far as `isStill` looks.
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';

/** One of this size in pixels, with as many bytes as asked for. */
export function jpeg(width: number, height: number, bytes = 200): Bytes {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0];
  return concatBytes(head, scan, new Uint8Array(bytes - head.length - scan.length - 2), [0xff, 0xd9]);
}
