// What a guest reads about the visit, one plain sentence each.

import { msg } from '@lit/localize';
import type { CallEnd } from '../../ports.ts';
import type { GuestPass, GuestVisit } from '../../session/guest-api.ts';
import { faultOf } from '../fault-codes.ts';
import { faultText } from '../words/faults.ts';

const ENDS: Record<CallEnd, () => string> = {
  declined: () => msg('The broadcaster can’t take you on air now.'),
  full: () => msg('Several others are waiting already. Try again in a while.'),
  refused: () => msg('This invitation doesn’t hold any more. Ask the broadcaster for another link.'),
  left: () => msg('You are off air. You can go on watching.'),
  absent: () => msg('The broadcaster’s page can’t be reached. Try again when the broadcast is live.'),
  lost: () => msg('The connection to the broadcaster broke. You are off air.'),
};

/** Where the visit stands. */
export function visitText({ state, end, failure, own }: GuestVisit, by: GuestPass['by']): string {
  const isSilent = own?.getAudioTracks().length === 0;
  switch (state) {
    case 'invited':
      return '';
    case 'opening':
      return msg('Your browser asks whether this page may use camera and microphone.');
    case 'waiting':
      return isSilent
        ? msg('The broadcaster will let you in. No microphone is open: nobody will hear you.')
        : msg('The broadcaster will let you in.');
    case 'on-air':
      return msg('You are on air.');
    case 'over': {
      if (end === 'refused' && by === 'comment') return msg('This invitation doesn’t hold any more.');
      if (end) return ENDS[end]();
      const { sentence, step } = faultText(failure ? faultOf(failure) : 'unexpected');
      return `${sentence} ${step}`;
    }
  }
}
