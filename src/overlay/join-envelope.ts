// What a newcomer says to the root. The document says it too, before there is an overlay (src/head-start.ts), and nobody
// says it twice: the same join must give the same envelope, key by key.

import type { EdgeSignal } from '../ports.ts';
import type { JoinSignal } from './message.ts';

/** A description or candidate of one's own join; `avoid` goes with an offer only, where there is somebody to name. */
export function joinEnvelope(
  join: string,
  peer: string,
  signal: EdgeSignal,
  avoid: string[] = [],
): JoinSignal {
  return { v: 1, join, peer, signal, ...(avoid.length > 0 && { avoid }) };
}
