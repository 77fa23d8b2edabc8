// What a relay's states mean to the person who runs it.

import type { LiveRelay } from '../session/relay-session.ts';

/** A plain sentence, with what happens next. */
export function stateSentence({
  state,
  reason,
  title,
  lock,
  waitingBehind = 0,
}: Pick<LiveRelay, 'state' | 'reason' | 'title' | 'lock' | 'waitingBehind'>): string {
  if (reason === 'signaling-lost') return "The signaling server can't be reached. Trying again until it can.";
  switch (state) {
    case 'connecting':
      return 'Connecting …';
    case 'waiting':
      return reason === 'full'
        ? `Everybody who is there is busy. Waiting for a place, with ${waitingBehind} before us …`
        : "The broadcast isn't live at the moment. Waiting for it …";
    case 'live':
      if (lock)
        return 'Passing a private broadcast on. Nothing of it can be read here: the link has no key that opens it.';
      return title === '' ? 'Passing the broadcast on.' : `Passing on: ${title}`;
    case 'reconnecting':
      return 'Lost the feed. Looking for another way …';
    case 'ended':
      return 'The broadcast has ended.';
    case 'failed':
      return 'Could not go on.';
  }
}
