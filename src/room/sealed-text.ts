// Name and text of something said, as they are sealed in a private broadcast: filled up, so that the length tells little of what is
// said. docs/wire-private.md is the law.

import { concatBytes, utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import { SEAL_BYTES } from '../feed/sealing.ts';
import { COMMENT_BYTES_MAX, NAME_BYTES_MAX } from './room-limits.ts';

/** Lengths are multiples of this. */
const BLOCK_BYTES = 64;
/** The lengths of name and text. */
const FIXED_BYTES = 3;

/** Bytes of the longest, once it is sealed. */
export const SEALED_TEXT_BYTES_MAX = filled(FIXED_BYTES + NAME_BYTES_MAX + COMMENT_BYTES_MAX) + SEAL_BYTES;

/** What is said. */
interface SaidText {
  name: string;
  text: string;
}

/** The bytes to be sealed. */
export function encodeSaidText(said: SaidText): Bytes {
  const name = utf8Bytes(said.name);
  const text = utf8Bytes(said.text);
  const length = FIXED_BYTES + name.length + text.length;
  const fill = new Uint8Array(filled(length) - length);
  return concatBytes([name.length, text.length >> 8, text.length & 0xff], name, text, fill);
}

/** Reads them; undefined when they are none. What fills them up isn't looked at. */
export function decodeSaidText(bytes: Bytes): SaidText | undefined {
  const [nameLength = 0, high = 0, low = 0] = bytes;
  const nameEnd = FIXED_BYTES + nameLength;
  const textEnd = nameEnd + high * 256 + low;
  if (bytes.length < textEnd) return undefined;
  const name = utf8Text(bytes.subarray(FIXED_BYTES, nameEnd));
  const text = utf8Text(bytes.subarray(nameEnd, textEnd));
  return name === undefined || text === undefined ? undefined : { name, text };
}

function filled(length: number): number {
  return Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
}
