// A moderator's invitation comes in the address, once. It is kept for this tab and taken out of the address at once: an address is what
// people pass on.

import { linkOf, parseLink } from '../../base/link.ts';

const PREFIX = 'lucarne-invitation-';

/** The invitation for the broadcast of this page's address, now or from before a reload; undefined when there is none. */
export function takeInvitation(): string | undefined {
  const link = parseLink(location.hash);
  if (!link.ok) return undefined;
  const { broadcastId, invitation } = link.value;
  const slot = PREFIX + broadcastId;
  try {
    if (invitation === undefined) return sessionStorage.getItem(slot) ?? undefined;
    sessionStorage.setItem(slot, invitation);
    history.replaceState(history.state, '', linkOf('', { ...link.value, servers: [] }));
  } catch {
    // Where nothing may be kept, it stays in the address: it holds for a reload there, too.
  }
  return invitation;
}
