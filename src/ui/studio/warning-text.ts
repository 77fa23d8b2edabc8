// What a broadcaster should know while on air, in words. The watch page never loads them.

import { msg } from '@lit/localize';
import type { BroadcastWarning } from '../../session/session-api.ts';

const WARNINGS: Record<BroadcastWarning, () => string> = {
  'key-elsewhere': () =>
    msg(
      'Somebody else is on air with this broadcast’s key. If that isn’t you on another device, stop, and start a new broadcast: it gets a key and a link of its own. Tell your viewers by another way.',
    ),
  'signaling-lost': () =>
    msg('New viewers can’t come in right now: the server is out of reach. Those watching are not affected.'),
  'video-lost': () =>
    msg(
      'The picture’s source has stopped: viewers see a card. Bring it back with the button in the preview.',
    ),
  'audio-lost': () =>
    msg('There is no sound: the microphone is missing or has stopped. Plug it in, or stop and resume.'),
  'encoder-slow': () => msg('This device can’t keep up, so the picture is simpler than you chose.'),
  'uplink-tight': () => msg('Your uplink is tight: the picture is softer until it recovers.'),
  'not-recorded': () =>
    msg('This broadcast isn’t recorded, and a closed or reloaded tab ends it: this browser keeps nothing.'),
  'recording-failed': () => msg('The recording stopped: the disk refused it. The broadcast goes on.'),
  'recording-full': () =>
    msg(
      'This device is nearly full: the recording is complete up to here. The broadcast goes on without it.',
    ),
  'recording-behind': () => msg('The disk is slow; the recording is catching up. Keep this tab open.'),
};

/** All warnings that have a sentence. */
export const SHOWN_WARNINGS = Object.keys(WARNINGS) as BroadcastWarning[];

/** What a warning on air says, in the language on the screen. */
export function warningText(warning: BroadcastWarning): string {
  return WARNINGS[warning]();
}
