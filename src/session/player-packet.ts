// What the player has to know of a packet.

import type { Packet } from '../feed/packet.ts';
import type { PlayerPacket } from '../ports.ts';

/** Its media, or that there are none under this seq. */
export function playerPacketOf({ header, payload }: Packet): PlayerPacket {
  const { kind, seq, isKey, layer, timeUs, durationUs } = header;
  if (kind === 'end') return { seq, track: 'none', isEnd: true };
  if (kind !== 'video' && kind !== 'audio') return { seq, track: 'none' };
  return { seq, track: kind, isKey: kind === 'audio' || isKey, layer, timeUs, durationUs, bytes: payload };
}
