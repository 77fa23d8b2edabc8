// What of a private broadcast is sealed, under which keys and with which nonces. docs/wire-private.md is the law. Pure: the
// cryptography itself is behind `LinkCipher` (ports.ts).
//
// The invariant: no nonce is ever used twice under one key. A feed key lives for one epoch and its salt, and a seq is given once in it;
// a speaker's key lives for one comment key, and a counter is given once by it.

import { concatBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';
import { uint32 } from '../base/uint32.ts';
import { kindNumber } from './packet-codec.ts';
import type { PacketKind } from './packet.ts';

/** Bytes that AES-GCM adds: its tag. */
export const SEAL_BYTES = 16;
/** Bytes of the salt of an epoch, which stand before a sealed `config`. */
export const SALT_BYTES = 16;
/** Bytes of a nonce. */
const NONCE_BYTES = 12;

/** Beats and the end stay open: whoever relays without the key proves with them that the broadcast is live, and that it is over. */
export function isSealable(kind: PacketKind): boolean {
  return kind !== 'beat' && kind !== 'end';
}

/** Bytes of a payload of `length` bytes once it is sealed. */
export function sealedLength(kind: PacketKind, length: number): number {
  return length + SEAL_BYTES + (kind === 'config' ? SALT_BYTES : 0);
}

/** What the key of an epoch is derived for. */
export function feedKeyInfo(broadcastId: string, epoch: number): Bytes {
  return concatBytes(utf8Bytes(`lucarne/1/feed-key\0${broadcastId}`), uint32(epoch));
}

/** What the key of one speaker is derived for; `publicKey`: 32 bytes. */
export function saidKeyInfo(broadcastId: string, epoch: number, publicKey: Uint8Array): Bytes {
  return concatBytes(utf8Bytes(`lucarne/1/said-key\0${broadcastId}`), uint32(epoch), publicKey);
}

/** The nonce of a packet. */
export function feedNonce(kind: PacketKind, epoch: number, seq: number): Bytes {
  return concatBytes([kindNumber(kind), 0, 0, 0], uint32(epoch), uint32(seq));
}

/** The nonce of something said. */
export function saidNonce(counter: number): Bytes {
  return concatBytes(new Uint8Array(NONCE_BYTES - 4), uint32(counter));
}

/** The salt that stands before a sealed config; undefined when it is too short to be one. */
export function saltOf(config: Bytes): Bytes | undefined {
  return config.length < SALT_BYTES + SEAL_BYTES ? undefined : config.slice(0, SALT_BYTES);
}
