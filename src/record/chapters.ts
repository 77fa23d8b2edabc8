// Chapters of a file: one for each question that was answered. In an MP4 they are a `chpl` box (as Nero made it: the one form that
// ffmpeg, VLC and mpv read), appended to the `moov` that the muxer has written last: it knows no chapters itself.

import { concatBytes, utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import { uint32 } from '../base/uint32.ts';
import type { RoomReplay } from '../session/session-api.ts';

/** Where it begins, ms, and how it is called. */
export interface Chapter {
  atMs: number;
  title: string;
}

/** Bytes to be written at a place of the file. */
export interface Patch {
  position: number;
  data: Bytes;
}

/** The box counts with one byte, and gives a title's length in one. */
const CHAPTERS_MAX = 255;
const TITLE_BYTES_MAX = 255;
/** Its time is counted in 100 ns. */
const TICKS_PER_MS = 10_000n;
const HEADER_BYTES = 8;
/** What begins so late is no chapter before which another is needed, ms. */
const START_MS_MAX = 1000;

/** None when no question was answered. What comes before the first question is called `title`. */
export function chaptersOf({ answered }: RoomReplay, title: string): Chapter[] {
  const chapters = answered.map(({ atMs, text }) => ({ atMs, title: text }));
  const [first] = chapters;
  if (!first) return [];
  if (first.atMs < START_MS_MAX) return [{ ...first, atMs: 0 }, ...chapters.slice(1)];
  return [{ atMs: 0, title }, ...chapters];
}

/** How a `moov` at `position`, the last box of its file, gets chapters. Only the first 255 fit. */
export function chapterPatches(moov: Uint8Array, position: number, chapters: readonly Chapter[]): Patch[] {
  if (chapters.length === 0) return [];
  const list = chapterBox(chapters.slice(0, CHAPTERS_MAX));
  const udta = lastChild(moov);
  const isUdta = udta !== undefined && typeAt(moov, udta.at) === 'udta';
  const tail = isUdta ? list : box('udta', list);
  return [
    { position: position + moov.length, data: tail },
    ...(isUdta ? [{ position: position + udta.at, data: uint32(udta.size + tail.length) }] : []),
    { position, data: uint32(moov.length + tail.length) },
  ];
}

function chapterBox(chapters: readonly Chapter[]): Bytes {
  // Version 1 with no flags, four bytes reserved, how many.
  const head = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, chapters.length);
  const entries = chapters.map(({ atMs, title }) => {
    const name = shortened(title);
    const time = new Uint8Array(8);
    new DataView(time.buffer).setBigUint64(0, BigInt(Math.round(atMs)) * TICKS_PER_MS);
    return concatBytes(time, Uint8Array.of(name.length), name);
  });
  return box('chpl', concatBytes(head, ...entries));
}

/** As many whole characters as the length's one byte allows. */
function shortened(title: string): Bytes {
  let bytes = utf8Bytes(title);
  for (let length = TITLE_BYTES_MAX; bytes.length > TITLE_BYTES_MAX; length--) {
    const cut = bytes.slice(0, length);
    if (utf8Text(cut) !== undefined) bytes = cut;
  }
  return bytes;
}

/** The last box in a box. */
function lastChild(parent: Uint8Array): { at: number; size: number } | undefined {
  const view = new DataView(parent.buffer, parent.byteOffset, parent.byteLength);
  let last: { at: number; size: number } | undefined;
  for (let at = HEADER_BYTES; at + HEADER_BYTES <= parent.length;) {
    const size = view.getUint32(at);
    if (size < HEADER_BYTES) return undefined;
    last = { at, size };
    at += size;
  }
  return last;
}

function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + HEADER_BYTES));
}

function box(type: string, content: Bytes): Bytes {
  return concatBytes(uint32(HEADER_BYTES + content.length), utf8Bytes(type), content);
}
