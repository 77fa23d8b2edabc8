// What a viewer may decide of what is shared, and whether it can be kept here.

import type { ViewerRights } from '../session/session-api.ts';
import { CHOICES, isAddressHidden, isChosen } from './viewer-choices.ts';

/** The rights where these STUN and TURN servers are offered. `isHiddenByLink`: the link asks for it. */
export function openRights(iceServers: readonly RTCIceServer[], isHiddenByLink: boolean): ViewerRights {
  return {
    canHideAddress: iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url))),
    isHiddenByLink,
    get hidesAddress() {
      return isAddressHidden(isHiddenByLink);
    },
    get helps() {
      return !isChosen('declinesHelp');
    },
    hideAddress: (isWanted) => keep('hidesAddress', isWanted),
    help: (isWanted) => keep('declinesHelp', !isWanted),
  };
}

function keep(choice: keyof typeof CHOICES, isOn: boolean): boolean {
  try {
    if (isOn) localStorage.setItem(CHOICES[choice], '1');
    else localStorage.removeItem(CHOICES[choice]);
    return true;
  } catch {
    return false;
  }
}
