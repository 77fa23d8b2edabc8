// What a text of a comment, question or name may hold. `cleanText` is a fixed point: what a receiver gets must be clean
// already, so that nobody shows what nobody could have typed. The rules stand in docs/wire-room.md.

import type { Result } from '../base/errors.ts';
import { utf8Bytes } from '../base/bytes.ts';
import { TITLE_CHARS_MAX } from '../base/limits.ts';
import {
  BIDI_DEPTH_MAX,
  COMMENT_BYTES_MAX,
  COMMENT_GRAPHEMES_MAX,
  JOINS_RUN_MAX,
  MARKS_RUN_MAX,
  NAME_BYTES_MAX,
  NAME_GRAPHEMES_MAX,
  RAW_TEXT_UNITS_MAX,
} from './room-limits.ts';

/** Why a text is refused: nothing to read in it; more than fits; not text at all. */
export type TextCode = 'blank' | 'too-long' | 'malformed';

/** How long a text may be. */
interface TextBounds {
  graphemesMax: number;
  bytesMax: number;
}

const COMMENT: TextBounds = { graphemesMax: COMMENT_GRAPHEMES_MAX, bytesMax: COMMENT_BYTES_MAX };
/** A title is bounded by its units (TITLE_CHARS_MAX), of which a grapheme has at least one and a byte at most three. */
const TITLE: TextBounds = { graphemesMax: TITLE_CHARS_MAX, bytesMax: 3 * TITLE_CHARS_MAX };
const NAME: TextBounds = { graphemesMax: NAME_GRAPHEMES_MAX, bytesMax: NAME_BYTES_MAX };

/** Cleaning changes nothing any more after so many rounds; what isn't still by then is no text that a person wrote. */
const ROUNDS_MAX = 4;
const JOINER = '\u200d';
const SPACES = /[\s\u2800\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
/**
 * Controls, private characters, and those that draw nothing, but for joiners and bidi marks, which have rules of their own.
 * Unassigned ones stay: another browser may know what they are.
 */
const UNSEEN =
  /\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\p{Cc}\p{Co}\p{Noncharacter_Code_Point}\u00ad\u061c\u115f\u1160\u200b\u202d\u202e\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\uffff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;
const MARKS = new RegExp(`(\\p{M}{${MARKS_RUN_MAX}})\\p{M}+`, 'gu');
/** A joiner joins what is before it to what comes after; anywhere else it only hides. */
const LOOSE_JOINERS = /(?<![\p{L}\p{M}\p{N}\p{S}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{N}\p{S}])/gu;
const JOINED = /[\u200c\u200d]/u;
/** What changes the character before: a skin tone, a mark. */
const ADDED = /[\p{Emoji_Modifier}\p{M}]/u;
/** Stands for a text in which there is something to see. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}\p{Cn}]/u;
const OPENERS = /[\u202a\u202b\u2066-\u2068]/u;
const ISOLATE_END = '\u2069';
const EMBEDDING_END = '\u202c';

let segmenter: Intl.Segmenter | undefined;

/** A comment or question as it may travel, from what was typed. */
export function cleanComment(raw: string): Result<string, TextCode> {
  return clean(raw, COMMENT);
}

/** A broadcast's title as a list may show it, from what was typed. */
export function cleanTitle(raw: string): Result<string, TextCode> {
  return clean(raw, TITLE);
}

/** A name as it may travel; '' for none. */
export function cleanName(raw: string): Result<string, TextCode> {
  const name = clean(raw, NAME);
  return !name.ok && name.code === 'blank' ? { ok: true, value: '' } : name;
}

/** Whether a comment came as `cleanComment` leaves it. */
export function isCleanComment(text: string): boolean {
  const comment = cleanComment(text);
  return comment.ok && comment.value === text;
}

/** Whether a name came as `cleanName` leaves it. */
export function isCleanName(text: string): boolean {
  const name = cleanName(text);
  return name.ok && name.value === text;
}

/** Characters as people count them. */
export function graphemeCount(text: string): number {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text)).length;
}

function clean(raw: string, { graphemesMax, bytesMax }: TextBounds): Result<string, TextCode> {
  if (raw.length > RAW_TEXT_UNITS_MAX) return { ok: false, code: 'too-long' };
  if (!raw.isWellFormed()) return { ok: false, code: 'malformed' };
  let text = raw;
  for (let round = 0, before = ''; before !== text; round++) {
    if (round === ROUNDS_MAX) return { ok: false, code: 'malformed' };
    before = text;
    text = cleanOnce(before);
  }
  if (!SEEN.test(text)) return { ok: false, code: 'blank' };
  if (utf8Bytes(text).length > bytesMax || graphemeCount(text) > graphemesMax)
    return { ok: false, code: 'too-long' };
  return { ok: true, value: text };
}

function cleanOnce(text: string): string {
  const plain = text.normalize('NFC').replace(SPACES, ' ').replace(UNSEEN, '').trim();
  const marked = plain.normalize('NFC').replace(MARKS, '$1').replace(LOOSE_JOINERS, '');
  return closeBidi(boundJoins(marked));
}

/** Takes joiners out of chains that are longer than any emoji. */
function boundJoins(text: string): string {
  if (!text.includes(JOINER)) return text;
  let joins = 0;
  let isJoining = false;
  let bounded = '';
  for (const character of text) {
    const isJoin = JOINED.test(character);
    if (!isJoin && !isJoining && !ADDED.test(character)) joins = 0;
    isJoining = isJoin;
    if (!isJoin || ++joins <= JOINS_RUN_MAX) bounded += character;
  }
  return bounded;
}

/** Closes every direction that was opened, drops what closes nothing, and bounds how deep they go. */
function closeBidi(text: string): string {
  const open: string[] = [];
  let closed = '';
  for (const character of text) {
    if (OPENERS.test(character)) {
      if (open.length === BIDI_DEPTH_MAX) continue;
      open.push(character >= '\u2066' ? ISOLATE_END : EMBEDDING_END);
    } else if (character === ISOLATE_END || character === EMBEDDING_END) {
      if (open.at(-1) !== character) continue;
      open.pop();
    }
    closed += character;
  }
  return closed + open.reverse().join('');
}
