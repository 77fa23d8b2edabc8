// A peer id is random per tab and broadcast: nothing follows a person from one broadcast to the next.

import { hex } from '../base/bytes.ts';
import type { Random } from '../ports.ts';

const PEER_ID_BYTES = 8;

/** 16 hex characters. */
export function peerIdOf(random: Random): string {
  return hex(random.bytes(PEER_ID_BYTES));
}
