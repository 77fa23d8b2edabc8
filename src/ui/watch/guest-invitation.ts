// A guest's invitation comes in the address, once, and is taken out of it at once: an address is what people pass on. It stays with the
// page's entry in the history of its tab, which a reload keeps.

import { linkOf, parseLink } from '../../base/link.ts';
import type { GuestInvitation } from '../../base/link.ts';

/** The invitation for the broadcast of this page's address, now or from before a reload; undefined when there is none. */
export function takeGuestInvitation(): GuestInvitation | undefined {
  const { hash } = location;
  const link = parseLink(hash);
  if (!link.ok) return undefined;
  const state = history.state as { guest?: unknown } | null;
  if (link.value.guest) {
    history.replaceState({ ...state, guest: hash }, '', linkOf('', { ...link.value, servers: [] }));
    return link.value.guest;
  }
  const before = parseLink(typeof state?.guest === 'string' ? state.guest : '');
  return before.ok && before.value.broadcastId === link.value.broadcastId ? before.value.guest : undefined;
}
