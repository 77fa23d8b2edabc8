// A packet: the signed unit of the feed. docs/wire.md is the law for its bytes.

import type { Bytes } from '../base/bytes.ts';

/** What a packet carries. */
export type PacketKind = 'config' | 'video' | 'audio' | 'room' | 'beat' | 'end';

/** The signed part of a packet. */
export interface PacketHeader {
  kind: PacketKind;
  /** Starts a group: the place where a newcomer can begin. */
  isKey: boolean;
  /** Temporal layer, 0 to 3; a layer is decodable without the layers above it. */
  layer: number;
  /** Where fragment 0 is dealt, 0 to 3; fragment i belongs to stripe (stripe + i) mod 4. */
  stripe: number;
  /** The payload is encrypted. */
  isSealed: boolean;
  /** uint32; grows with every start of the same broadcast. */
  epoch: number;
  /** uint32; contiguous within an epoch, from 0. */
  seq: number;
  /** seq of the first packet of the group that this one belongs to. */
  groupSeq: number;
  /** Capture time on the root's wall clock, integer µs since 1970. */
  timeUs: number;
  /** What the payload lasts, integer µs; 0 where that means nothing. */
  durationUs: number;
  /** Bytes of the payload. */
  length: number;
  /** The first 16 bytes of the SHA-256 of each fragment, in order. */
  digests: Bytes[];
}

/** A whole packet. Its bytes are never altered after it was made or verified. */
export interface Packet {
  header: PacketHeader;
  /** Header and signature exactly as signed and as forwarded. */
  head: Bytes;
  payload: Bytes;
  /** The payload as it was on air, once `payload` is what was sealed in it. */
  sealed?: Bytes;
}

/** The packet as it was on air, and as it is kept and passed on. */
export function asOnAir({ header, head, payload, sealed = payload }: Packet): Packet {
  return { header, head, payload: sealed };
}
