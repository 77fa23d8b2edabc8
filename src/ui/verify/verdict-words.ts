// What each verdict says in plain words: what is known, and what to do next.

import { msg, str } from '@lit/localize';
import type { Alteration, MissingPiece, RecordingVerdict } from '../../session/session-api.ts';
import { durationText } from '../amounts.ts';

/** A heading, a sentence and a next step (empty where there is nothing to do). */
export interface VerdictWords {
  heading: string;
  sentence: string;
  step: string;
}

const ALTERATIONS: Record<Alteration, () => string> = {
  bytes: () => msg('There, picture or sound isn’t what was broadcast.'),
  time: () => msg('There, something plays at another time than it was broadcast.'),
  unsigned: () => msg('There, the file goes on, but nobody signed what follows.'),
  proof: () => msg('There, the proof itself is damaged or was changed, so nothing after it is proven.'),
  tracks: () =>
    msg('Its picture or sound isn’t set up as it was broadcast, so all of it may look or sound different.'),
};

/** In the language on the screen. */
export function verdictWords(verdict: RecordingVerdict): VerdictWords {
  switch (verdict.is) {
    case 'whole':
      return {
        heading: msg('Genuine and whole'),
        sentence: msg(
          'Every picture and every sound in this file is what was broadcast, in the same order and at the same times.',
        ),
        step: '',
      };
    case 'cut':
      return {
        heading: msg('Genuine, but not all of it'),
        sentence: msg('What is in this file is what was broadcast. It isn’t the whole broadcast:'),
        step: '',
      };
    case 'altered':
      return alteredWords(verdict.atMs, verdict.how);
    case 'foreign':
      return {
        heading: msg('From another broadcast'),
        sentence: msg('This proof doesn’t belong to the link that you pasted.'),
        step: msg('Check the link, or ask for the proof of that broadcast.'),
      };
    case 'locked':
      return {
        heading: msg('This recording is of a private broadcast.'),
        sentence: msg('To verify it, paste the whole link, with the key at its end.'),
        step: '',
      };
    case 'unreadable':
      return verdict.file === 'video'
        ? {
            heading: msg('This recording can’t be read'),
            sentence: msg('It isn’t an MP4 or WebM file, or part of it is missing.'),
            step: msg('Choose the video file, or download it again.'),
          }
        : {
            heading: msg('This proof can’t be read'),
            sentence: msg('It isn’t the proof of a recording, or it was changed.'),
            step: msg('Choose the file whose name ends in “.proof”, or ask for it again.'),
          };
  }
}

function alteredWords(atMs: number, how: Alteration): VerdictWords {
  const at = durationText(atMs);
  const original = msg(
    'Ask for the original file: messengers, video sites and editors change what passes through them.',
  );
  return {
    heading: msg(str`Altered from ${at}`),
    sentence: ALTERATIONS[how](),
    step: atMs >= 1000 ? `${msg('Up to there, it is what was broadcast.')} ${original}` : original,
  };
}

/** One missing piece. */
export function pieceText({ where, why, atMs, forMs }: MissingPiece): string {
  const at = durationText(atMs);
  // A piece under a second is a second to people; unknown lengths are told without one.
  const length = durationText(Math.max(1000, forMs ?? 0));
  if (where === 'start')
    return why === 'left-out'
      ? msg(str`Left out before its start: ${length}.`)
      : msg('Whether anything came before its start isn’t known.');
  if (where === 'end')
    return why === 'left-out'
      ? msg(str`Left out after its end: ${length}.`)
      : msg(
          'Whether anything came after its end isn’t known: the broadcast was interrupted, or the end was cut off.',
        );
  if (why === 'off-air') return msg(str`At ${at}, it was off the air for ${length}.`);
  return why === 'left-out'
    ? msg(str`At ${at}, up to ${length} is left out.`)
    : msg(
        str`At ${at}, up to ${length} may be missing: the broadcast was interrupted there, or something was cut out.`,
      );
}
