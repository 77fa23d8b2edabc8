// What a newcomer says to the root. The document says it too, before there is an overlay (src/head-start.ts), and nobody
// says it twice: the same join must give the same envelope, key by key.

import type { EdgeSignal } from '../ports.ts';
import type { JoinSignal } from './message.ts';

/** A description or candidate of one's own join; all but the signal goes with an offer only, where there is something to say. */
export function joinEnvelope(
  join: string,
  peer: string,
  signal: EdgeSignal,
  avoid: string[] = [],
  { isDirect = false, rides = false }: { isDirect?: boolean; rides?: boolean } = {},
): JoinSignal {
  const isOffer = signal.type === 'offer';
  return {
    v: 1,
    join,
    peer,
    signal,
    ...(isOffer && avoid.length > 0 && { avoid }),
    ...(isOffer && rides && { rides: true }),
    ...(isOffer && isDirect && { direct: true }),
  };
}
