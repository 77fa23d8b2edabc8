// What is said where there is no picture, by the watch page and by the player in other people's pages.

import { msg, str } from '@lit/localize';
import type { WatchState } from '../../session/session-api.ts';

/** What is the matter, and what happens next. */
export interface Explanation {
  sentence: string;
  step: string;
}

/** Everybody who is there has all the viewers they can feed; `ahead`: how many came earlier. */
export function queueText(ahead: number): Explanation {
  return {
    sentence: msg('Every place is taken right now.'),
    step:
      ahead === 0
        ? msg('You are next: the picture comes as soon as a place is free.')
        : msg(str`${ahead} before you: the picture comes as soon as a place is free.`),
  };
}

/** What a state of the broadcast means to whoever waits for a picture. */
export function stateText(state: Exclude<WatchState, 'failed'>): Explanation {
  switch (state) {
    case 'connecting':
      return { sentence: msg('Connecting…'), step: msg('The picture comes in a moment.') };
    case 'waiting':
      return {
        sentence: msg('This broadcast isn’t on air yet.'),
        step: msg('Stay on this page: it starts by itself.'),
      };
    case 'live':
      return { sentence: msg('Here it comes…'), step: msg('The picture comes in a moment.') };
    case 'reconnecting':
      return { sentence: msg('Reconnecting…'), step: msg('The broadcast goes on by itself in a moment.') };
    case 'ended':
      return {
        sentence: msg('This broadcast has ended.'),
        step: msg('Stay on this page: if it goes on, the picture comes back by itself.'),
      };
  }
}
