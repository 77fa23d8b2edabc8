// Which stripe a part of a packet lies on: fragment i of a packet belongs to stripe (stripe + i) mod 4, and a packet without
// payload to its own. docs/wire.md ("Stripes") is the law.

import { STRIPES } from '../base/limits.ts';
import { fragmentCount } from './packet-codec.ts';
import type { PacketHeader } from './packet.ts';

/** Whether fragment `index` lies on one of these stripes. */
export function isOnStripes({ stripe }: PacketHeader, index: number, mask: number): boolean {
  return ((mask >> ((stripe + index) % STRIPES)) & 1) === 1;
}

/** The fragments that lie on these stripes, in order. */
export function fragmentsOn(header: PacketHeader, mask: number): number[] {
  const count = fragmentCount(header.length);
  return Array.from({ length: count }, (_, index) => index).filter((index) =>
    isOnStripes(header, index, mask),
  );
}

/** Whether whoever sends these stripes has any part of this packet to send. */
export function isPartOn(header: PacketHeader, mask: number): boolean {
  if (header.length === 0) return isOnStripes(header, 0, mask);
  return fragmentsOn(header, mask).length > 0;
}
