// The bytes of a packet's head: header and signature. docs/wire.md ("Packet") is the law.
// Decoding is total: any bytes give a value or a code, and allocate no more than they hold.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import { assert } from '../base/assert.ts';
import type { Result } from '../base/errors.ts';
import { FRAGMENT_BYTES_MAX, PACKET_PAYLOAD_BYTES_MAX } from '../base/limits.ts';
import type { PacketHeader, PacketKind } from './packet.ts';

/** The version this code speaks. */
export const WIRE_VERSION = 1;
/** Bytes of a header before its digests. */
export const HEADER_FIXED_BYTES = 32;
/** Bytes of one fragment's digest. */
export const DIGEST_BYTES = 16;
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;

const KINDS: readonly PacketKind[] = ['config', 'video', 'audio', 'room', 'beat', 'end'];
const FLAG_KEY = 1;
const FLAG_SEALED = 2;
const LAYER_SHIFT = 2;
const STRIPE_SHIFT = 4;
const FLAGS_UNUSED = 0b1100_0000;

/** Why a head was refused. */
export type HeadCode = 'truncated' | 'version' | 'kind' | 'flags' | 'length' | 'time' | 'group';

/** A decoded head and where its parts lie. */
export interface DecodedHead {
  header: PacketHeader;
  /** What the signature covers, after its label. */
  signed: Bytes;
  signature: Bytes;
  /** Header and signature together. */
  headLength: number;
}

/** The number that stands for a kind. */
export function kindNumber(kind: PacketKind): number {
  return KINDS.indexOf(kind);
}

/** How many fragments a payload of `length` bytes is cut into. */
export function fragmentCount(length: number): number {
  return Math.ceil(length / FRAGMENT_BYTES_MAX);
}

/** Bytes of fragment `index` of a payload of `length` bytes. */
export function fragmentLength(length: number, index: number): number {
  return Math.min(FRAGMENT_BYTES_MAX, length - index * FRAGMENT_BYTES_MAX);
}

/** Fragment `index` of a payload, as a view on it. */
export function fragmentOf(payload: Bytes, index: number): Bytes {
  const start = index * FRAGMENT_BYTES_MAX;
  return payload.subarray(start, start + fragmentLength(payload.length, index));
}

/** The header's bytes: what is signed. */
export function encodeHeader(header: PacketHeader): Bytes {
  assert(header.digests.length === fragmentCount(header.length), 'a digest for each fragment');
  const fixed = new Uint8Array(HEADER_FIXED_BYTES);
  const view = new DataView(fixed.buffer);
  view.setUint8(0, WIRE_VERSION);
  view.setUint8(1, kindNumber(header.kind));
  view.setUint8(2, encodeFlags(header));
  view.setUint32(4, header.epoch);
  view.setUint32(8, header.seq);
  view.setUint32(12, header.groupSeq);
  view.setBigUint64(16, BigInt(header.timeUs));
  view.setUint32(24, header.durationUs);
  view.setUint32(28, header.length);
  return concatBytes(fixed, ...header.digests);
}

function encodeFlags(header: PacketHeader): number {
  const bits = (header.isKey ? FLAG_KEY : 0) | (header.isSealed ? FLAG_SEALED : 0);
  return bits | (header.layer << LAYER_SHIFT) | (header.stripe << STRIPE_SHIFT);
}

/** Reads the head at the start of `bytes`; what follows it is not looked at. */
export function decodeHead(bytes: Bytes): Result<DecodedHead, HeadCode> {
  if (bytes.length < HEADER_FIXED_BYTES) return { ok: false, code: 'truncated' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== WIRE_VERSION) return { ok: false, code: 'version' };
  const kind = KINDS[view.getUint8(1)];
  if (kind === undefined) return { ok: false, code: 'kind' };
  const flags = view.getUint8(2);
  if ((flags & FLAGS_UNUSED) !== 0 || view.getUint8(3) !== 0) return { ok: false, code: 'flags' };
  const length = view.getUint32(28);
  if (length > PACKET_PAYLOAD_BYTES_MAX) return { ok: false, code: 'length' };
  const timeUs = view.getBigUint64(16);
  if (timeUs > BigInt(Number.MAX_SAFE_INTEGER)) return { ok: false, code: 'time' };
  const seq = view.getUint32(8);
  const groupSeq = view.getUint32(12);
  const isKey = (flags & FLAG_KEY) !== 0;
  if (groupSeq > seq || (isKey && groupSeq !== seq)) return { ok: false, code: 'group' };
  const signedLength = HEADER_FIXED_BYTES + fragmentCount(length) * DIGEST_BYTES;
  const headLength = signedLength + SIGNATURE_BYTES;
  if (bytes.length < headLength) return { ok: false, code: 'truncated' };
  const header: PacketHeader = {
    kind,
    isKey,
    isSealed: (flags & FLAG_SEALED) !== 0,
    layer: (flags >> LAYER_SHIFT) & 3,
    stripe: (flags >> STRIPE_SHIFT) & 3,
    epoch: view.getUint32(4),
    seq,
    groupSeq,
    timeUs: Number(timeUs),
    durationUs: view.getUint32(24),
    length,
    digests: digestsOf(bytes.subarray(HEADER_FIXED_BYTES, signedLength)),
  };
  const signed = bytes.subarray(0, signedLength);
  return {
    ok: true,
    value: { header, signed, signature: bytes.subarray(signedLength, headLength), headLength },
  };
}

function digestsOf(bytes: Bytes): Bytes[] {
  return Array.from({ length: bytes.length / DIGEST_BYTES }, (_, i) =>
    bytes.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
  );
}
