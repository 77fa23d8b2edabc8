// What people read when something goes wrong: for each code one plain sentence and one next step.
// Nothing that came over the network, and no error's own text, is ever shown.

import { msg } from '@lit/localize';
import type { ShownFault } from '../fault-codes.ts';

/** A sentence and what to do next. */
export interface FaultText {
  sentence: string;
  step: string;
}

const browsers = (): string => msg('Use Chrome 137, Firefox 130 or Safari 26, or a newer one.');

const FAULTS: Record<ShownFault, () => FaultText> = {
  'camera-denied': () => ({
    sentence: msg('This page may not use your camera.'),
    step: msg('Allow it with the camera sign in the address bar, then try again.'),
  }),
  'camera-dismissed': () => ({
    sentence: msg('The question about your camera was closed without an answer.'),
    step: msg('Try again and choose “Allow”.'),
  }),
  'camera-missing': () => ({
    sentence: msg('No camera was found.'),
    step: msg('Plug one in and try again, or go live with your screen or the test card.'),
  }),
  'camera-busy': () => ({
    sentence: msg('Another program is using the camera.'),
    step: msg('Close it there, then try again.'),
  }),
  'microphone-missing': () => ({
    sentence: msg('No microphone was found.'),
    step: msg('Plug one in and try again, or choose “No sound” as microphone.'),
  }),
  'microphone-denied': () => ({
    sentence: msg('This page may not use your microphone.'),
    step: msg('Allow it in the address bar and try again, or choose “No sound”.'),
  }),
  'screen-dismissed': () => ({
    sentence: msg('No screen was chosen.'),
    step: msg('Try again and pick a tab, a window or the whole screen.'),
  }),
  'screen-unsupported': () => ({
    sentence: msg('This browser can’t share its screen.'),
    step: msg('Phones don’t allow it yet: use the camera, or a computer.'),
  }),
  'insecure-origin': () => ({
    sentence: msg('Browsers open a camera only on a secure page.'),
    step: msg('Open this page with https:// at the start of its address.'),
  }),
  'browser-unsupported': () => ({
    sentence: msg('This browser is too old for live video here.'),
    step: browsers(),
  }),
  'encoder-missing': () => ({
    sentence: msg('This browser can’t encode video.'),
    step: browsers(),
  }),
  'encoder-failed': () => ({
    sentence: msg('The video encoder stopped.'),
    step: msg('Start again with a lower quality.'),
  }),
  'decoder-failed': () => ({
    sentence: msg('This device couldn’t decode the picture.'),
    step: msg('Reload the page; close other videos if it happens again.'),
  }),
  'storage-unavailable': () => ({
    sentence: msg('This browser doesn’t let the page keep anything, so nothing can be recorded.'),
    step: msg(
      'Leave private browsing, or allow storage for this page, and reload it. You can also go live without a recording.',
    ),
  }),
  'storage-full': () => ({
    sentence: msg('The disk has no room left for the recording. The broadcast goes on.'),
    step: msg('Delete old recordings; what was recorded so far can still be downloaded.'),
  }),
  'storage-failed': () => ({
    sentence: msg('The recording couldn’t be written to the disk.'),
    step: msg('Reload the page and try again; what was recorded so far is safe.'),
  }),
  'key-in-use': () => ({
    sentence: msg('This broadcast is already on air in another tab.'),
    step: msg('Go on there, or stop it there before you start it here.'),
  }),
  'key-missing': () => ({
    sentence: msg('This machine doesn’t have the key of that broadcast.'),
    step: msg('Start a new broadcast: it gets a link of its own.'),
  }),
  'id-taken': () => ({
    sentence: msg('The server says that somebody else holds this broadcast’s place.'),
    step: msg('Wait a minute and try again, or start a new broadcast.'),
  }),
  'signaling-unreachable': () => ({
    sentence: msg('The server that introduces viewers can’t be reached.'),
    step: msg('Check your connection. It is tried again by itself.'),
  }),
  'link-invalid': () => ({
    sentence: msg('This is not a link to a broadcast.'),
    step: msg('Ask for the link again and paste the whole of it.'),
  }),
  'recording-empty': () => ({
    sentence: msg('Nothing was recorded in this broadcast.'),
    step: msg('It ended before the first picture; there is nothing to download.'),
  }),
  'export-failed': () => ({
    sentence: msg('The file couldn’t be put together.'),
    step: msg('Make some room on the disk and try again; the recording itself is safe.'),
  }),
  'bytes-rejected': () => ({
    sentence: msg('Altered data arrived and was thrown away.'),
    step: msg('Another way to the broadcast is being looked for.'),
  }),
  'link-empty': () => ({
    sentence: msg('There is no link here yet.'),
    step: msg('Paste the link that the broadcaster shared.'),
  }),
  'link-long': () => ({
    sentence: msg('This text is far too long for a link.'),
    step: msg('Copy only the link and paste it again.'),
  }),
  'link-hidden-characters': () => ({
    sentence: msg('This link has hidden characters in it, which can make it look like another one.'),
    step: msg('Ask for the link again, or type it yourself.'),
  }),
  'link-twice': () => ({
    sentence: msg('There are two links in this text.'),
    step: msg('Paste only one of them.'),
  }),
  'link-without-id': () => ({
    sentence: msg('This link doesn’t say which broadcast it means.'),
    step: msg('A link to a broadcast ends in 26 letters and digits. Ask for it again.'),
  }),
  'link-length': () => ({
    sentence: msg('This link isn’t complete: its last part must have exactly 26 characters.'),
    step: msg('Copy the whole link and paste it again.'),
  }),
  'link-upper-case': () => ({
    sentence: msg('This link has capital letters in it; a link to a broadcast has none.'),
    step: msg('Something on the way has changed it. Try it in small letters.'),
  }),
  'link-key': () => ({
    sentence: msg('The key at the end of this private link isn’t whole.'),
    step: msg('It has exactly 26 characters. Copy the whole link and paste it again.'),
  }),
  'link-characters': () => ({
    sentence: msg('This link has characters in it that no broadcast has.'),
    step: msg('Its last part is made of the letters a to z and the digits 2 to 7. Ask for it again.'),
  }),
  unexpected: () => ({
    sentence: msg('Something went wrong that shouldn’t have.'),
    step: msg('Reload the page and try again.'),
  }),
};

/** All codes that have a sentence. */
export const SHOWN_FAULTS = Object.keys(FAULTS) as ShownFault[];

/** The sentence and next step of a code, in the language on the screen. */
export function faultText(fault: ShownFault): FaultText {
  return FAULTS[fault]();
}
