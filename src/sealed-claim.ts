// Composition of a private broadcast that is watched or passed on: what the link's key opens.

import { linkCipherOf, linkKeyOf, sealingKeyOf } from './identity/link-cipher.ts';
import type { Clock } from './ports.ts';
import { SealedFeed, type SealedEvents, type SealedParts } from './session/sealed-feed.ts';

/** `key`: as the link has it; without one nothing is opened. `showsNothing`: see `SealedParts`. */
export function openSealedWith(
  clock: Clock,
  broadcastId: string,
  key: string | undefined,
  more: Pick<SealedParts, 'showsNothing'> = {},
): (events: SealedEvents) => SealedFeed {
  const sealingKey = key === undefined ? undefined : sealingKeyOf(linkKeyOf(key));
  const cipher = sealingKey?.then((own) => linkCipherOf(broadcastId, own));
  return (events) => new SealedFeed({ clock, cipher, ...more }, events);
}
