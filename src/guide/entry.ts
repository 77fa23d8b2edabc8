// An entry of the public list: what a broadcast says of itself, signed by its key. docs/wire-list.md is the law for its bytes.
// The decoder is total: any bytes give an entry or a code; nothing is believed before its signature was checked.

import { concatBytes, equalBytes, hex, hexBytes, utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { HOST_BYTES_MAX, LISTED_TITLE_BYTES_MAX, LISTED_VIEWERS_MAX } from './guide-limits.ts';
import { isListedTitle } from './listed-title.ts';

/** Where a broadcast says it is: whole degrees, which is all that fits. One degree is at most 111 km. */
export interface Place {
  /** −90 to 90, north positive. */
  latitude: number;
  /** −180 to 179, east positive. */
  longitude: number;
}

/** What a broadcast says of itself. */
export interface Entry {
  /** False takes it from the list. */
  isOnAir: boolean;
  /** Unix ms at which it was said; grows with every entry of a key. */
  atMs: number;
  /** Unix ms. */
  startedAtMs: number;
  viewers: number;
  place?: Place;
  /** Hex SHA-256 of the picture that goes with it. */
  still?: string;
  /** The server that it was said to, in lower case, with its port unless that is the usual one. */
  host: string;
  /** '' for none. */
  title: string;
}

/** An entry as it travels. */
export interface SignedEntry extends Entry {
  publicKey: Bytes;
  signature: Bytes;
  /** What the signature covers, under the label `list`. */
  statement: Bytes;
  /** Everything: key, signature and statement. */
  bytes: Bytes;
}

/** Why bytes are no entry. */
export type EntryCode = 'length' | 'version' | 'number' | 'place' | 'utf8' | 'title' | 'form';

const VERSION = 1;
const ON_AIR = 1;
const HAS_PLACE = 2;
const HAS_STILL = 4;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const DIGEST_BYTES = 32;
const FIXED_BYTES = 1 + 1 + 8 + 8 + 4 + 2 + 2 + DIGEST_BYTES + 1 + 2;
const DIGEST_AT = 26;
const LENGTHS_AT = DIGEST_AT + DIGEST_BYTES;
/** Later than any clock that means something, and exact in a double. */
const TIME_MS_MAX = 2 ** 48;

/** Bytes of the longest signed entry. */
export const ENTRY_BYTES_MAX =
  KEY_BYTES + SIGNATURE_BYTES + FIXED_BYTES + HOST_BYTES_MAX + LISTED_TITLE_BYTES_MAX;

/** What is to be signed. */
export function encodeStatement(entry: Entry): Bytes {
  const { isOnAir, atMs, startedAtMs, viewers, place, still, host, title } = entry;
  const [hostBytes, titleBytes] = [utf8Bytes(host), utf8Bytes(title)];
  const fixed = new Uint8Array(FIXED_BYTES);
  const view = new DataView(fixed.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, (isOnAir ? ON_AIR : 0) | (place ? HAS_PLACE : 0) | (still ? HAS_STILL : 0));
  view.setBigUint64(2, BigInt(atMs));
  view.setBigUint64(10, BigInt(startedAtMs));
  view.setUint32(18, viewers);
  view.setInt16(22, place?.latitude ?? 0);
  view.setInt16(24, place?.longitude ?? 0);
  if (still) fixed.set(hexBytes(still), DIGEST_AT);
  view.setUint8(LENGTHS_AT, hostBytes.length);
  view.setUint16(LENGTHS_AT + 1, titleBytes.length);
  return concatBytes(fixed, hostBytes, titleBytes);
}

/** The entry as it travels. */
export function encodeEntry(publicKey: Uint8Array, signature: Uint8Array, statement: Uint8Array): Bytes {
  return concatBytes(publicKey, signature, statement);
}

/** Reads an entry; its signature is still to be checked. */
export function decodeEntry(bytes: Bytes): Result<SignedEntry, EntryCode> {
  if (bytes.length < KEY_BYTES + SIGNATURE_BYTES + FIXED_BYTES || bytes.length > ENTRY_BYTES_MAX)
    return { ok: false, code: 'length' };
  const statement = bytes.slice(KEY_BYTES + SIGNATURE_BYTES);
  const entry = decodeStatement(statement);
  if (!entry.ok) return entry;
  // One entry, one form: what isn't said is zero.
  if (!equalBytes(encodeStatement(entry.value), statement)) return { ok: false, code: 'form' };
  return {
    ok: true,
    value: {
      ...entry.value,
      publicKey: bytes.slice(0, KEY_BYTES),
      signature: bytes.slice(KEY_BYTES, KEY_BYTES + SIGNATURE_BYTES),
      statement,
      bytes,
    },
  };
}

function decodeStatement(statement: Bytes): Result<Entry, EntryCode> {
  const view = new DataView(statement.buffer);
  if (view.getUint8(0) !== VERSION) return { ok: false, code: 'version' };
  const flags = view.getUint8(1);
  if (flags > (ON_AIR | HAS_PLACE | HAS_STILL)) return { ok: false, code: 'version' };
  const [atMs, startedAtMs] = [Number(view.getBigUint64(2)), Number(view.getBigUint64(10))];
  const viewers = view.getUint32(18);
  if (atMs > TIME_MS_MAX || startedAtMs > atMs || viewers > LISTED_VIEWERS_MAX)
    return { ok: false, code: 'number' };
  const place = { latitude: view.getInt16(22), longitude: view.getInt16(24) };
  if (!isPlace(place)) return { ok: false, code: 'place' };
  const still = hex(statement.subarray(DIGEST_AT, LENGTHS_AT));
  const hostEnd = FIXED_BYTES + view.getUint8(LENGTHS_AT);
  if (hostEnd + view.getUint16(LENGTHS_AT + 1) !== statement.length) return { ok: false, code: 'length' };
  const host = utf8Text(statement.subarray(FIXED_BYTES, hostEnd));
  const title = utf8Text(statement.subarray(hostEnd));
  if (host === undefined || title === undefined) return { ok: false, code: 'utf8' };
  if (!isListedTitle(title)) return { ok: false, code: 'title' };
  return {
    ok: true,
    value: {
      ...{ isOnAir: (flags & ON_AIR) !== 0, atMs, startedAtMs, viewers, host, title },
      ...((flags & HAS_PLACE) !== 0 && { place }),
      ...((flags & HAS_STILL) !== 0 && { still }),
    },
  };
}

/** The whole degrees in which a position lies; what is more exact is gone. */
export function roundedPlace(latitude: number, longitude: number): Place {
  const east = Math.round(longitude);
  return { latitude: Math.round(latitude), longitude: east === 180 ? -180 : east };
}

function isPlace({ latitude, longitude }: Place): boolean {
  return Math.abs(latitude) <= 90 && longitude >= -180 && longitude < 180;
}
