// What a title in the public list may hold. `listedTitle` is a fixed point: a server takes only what is listable already, so that
// nothing is listed that could pass for markup, hide characters or turn the words around it.

import { utf8Bytes } from '../base/bytes.ts';
import { TITLE_CHARS_MAX } from '../base/limits.ts';
import { cleanTitle } from '../room/text-rules.ts';
import { LISTED_TITLE_BYTES_MAX } from './guide-limits.ts';

/** Begins an element, its end, a comment or an instruction. */
const MARKUP = /<(?=[a-z/!?])/giu;

/** A title as the list may show it; '' where nothing of it may be. */
export function listedTitle(title: string): string {
  const clean = cleanTitle(title);
  return clean.ok ? clean.value.replace(MARKUP, '‹') : '';
}

/** Whether a title came as `listedTitle` leaves it. */
export function isListedTitle(title: string): boolean {
  if (title === '') return true;
  if (title.length > TITLE_CHARS_MAX || utf8Bytes(title).length > LISTED_TITLE_BYTES_MAX) return false;
  return listedTitle(title) === title;
}
