// The messages of the media channel: a head (with its first fragment when it fits), a fragment, an announced hole.
// docs/wire.md ("Media channel") is the law. Decoding is total.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { FRAGMENT_BYTES_MAX, MASK_ALL, MESSAGE_BYTES_MAX, PACKET_FRAGMENTS_MAX } from '../base/limits.ts';
import { decodeHead, fragmentLength, fragmentOf, type DecodedHead, type HeadCode } from './packet-codec.ts';
import { fragmentsOn, isPartOn } from './stripes.ts';
import type { Packet } from './packet.ts';

const TYPE_HEAD = 1;
const TYPE_FRAGMENT = 2;
const TYPE_SKIP = 3;
const FRAGMENT_PREFIX_BYTES = 12;
const SKIP_BYTES = 16;

/** A head, and fragment 0 when it came along. */
export interface HeadMessage extends DecodedHead {
  type: 'head';
  /** The bytes as they are forwarded: header and signature. */
  head: Bytes;
  first?: Bytes;
}

/** Fragment `index` of packet `seq`. */
export interface FragmentMessage {
  type: 'fragment';
  epoch: number;
  seq: number;
  index: number;
  bytes: Bytes;
}

/** The sender will not send these packets (both ends included): left out on purpose, not lost. */
export interface SkipMessage {
  type: 'skip';
  epoch: number;
  fromSeq: number;
  toSeq: number;
}

export type MediaMessage = HeadMessage | FragmentMessage | SkipMessage;

/** Why a message was refused. */
export type MediaMessageCode = HeadCode | 'empty' | 'type' | 'size' | 'fragment' | 'range';

/** A head with its first fragment, or bare when `first` is absent. */
export function encodeHeadMessage(head: Bytes, first?: Bytes): Bytes {
  return first ? concatBytes([TYPE_HEAD], head, first) : concatBytes([TYPE_HEAD], head);
}

/** One fragment. */
export function encodeFragmentMessage(epoch: number, seq: number, index: number, bytes: Bytes): Bytes {
  const message = new Uint8Array(FRAGMENT_PREFIX_BYTES + bytes.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, TYPE_FRAGMENT);
  view.setUint8(1, index);
  view.setUint32(4, epoch);
  view.setUint32(8, seq);
  message.set(bytes, FRAGMENT_PREFIX_BYTES);
  return message;
}

/** An announced hole. */
export function encodeSkipMessage(epoch: number, fromSeq: number, toSeq: number): Bytes {
  const message = new Uint8Array(SKIP_BYTES);
  const view = new DataView(message.buffer);
  view.setUint8(0, TYPE_SKIP);
  view.setUint32(4, epoch);
  view.setUint32(8, fromSeq);
  view.setUint32(12, toSeq);
  return message;
}

/** All messages of a whole packet, head first. */
export function messagesOf(packet: Packet): Bytes[] {
  return stripedMessagesOf(packet, MASK_ALL);
}

/** What these stripes carry of a packet, head first; nothing where they carry none of it. */
export function stripedMessagesOf({ header, head, payload }: Packet, mask: number): Bytes[] {
  if (!isPartOn(header, mask)) return [];
  const { epoch, seq } = header;
  const [first, ...others] = fragmentsOn(header, mask);
  const hasFirst = first === 0;
  const fragments = hasFirst || first === undefined ? others : [first, ...others];
  return [
    encodeHeadMessage(head, hasFirst ? fragmentOf(payload, 0) : undefined),
    ...fragments.map((i) => encodeFragmentMessage(epoch, seq, i, fragmentOf(payload, i))),
  ];
}

/** Reads any message of the media channel. The parts are views on `bytes`. */
export function decodeMediaMessage(bytes: Bytes): Result<MediaMessage, MediaMessageCode> {
  if (bytes.length > MESSAGE_BYTES_MAX) return { ok: false, code: 'size' };
  switch (bytes[0]) {
    case undefined:
      return { ok: false, code: 'empty' };
    case TYPE_HEAD:
      return decodeHeadMessage(bytes.subarray(1));
    case TYPE_FRAGMENT:
      return decodeFragmentMessage(bytes);
    case TYPE_SKIP:
      return decodeSkipMessage(bytes);
    default:
      return { ok: false, code: 'type' };
  }
}

function decodeHeadMessage(bytes: Bytes): Result<HeadMessage, MediaMessageCode> {
  const decoded = decodeHead(bytes);
  if (!decoded.ok) return decoded;
  const { header, headLength } = decoded.value;
  const head = bytes.subarray(0, headLength);
  const rest = bytes.subarray(headLength);
  if (rest.length === 0) return { ok: true, value: { type: 'head', ...decoded.value, head } };
  if (header.length === 0 || rest.length !== fragmentLength(header.length, 0))
    return { ok: false, code: 'fragment' };
  return { ok: true, value: { type: 'head', ...decoded.value, head, first: rest } };
}

function decodeFragmentMessage(bytes: Bytes): Result<FragmentMessage, MediaMessageCode> {
  if (bytes.length <= FRAGMENT_PREFIX_BYTES) return { ok: false, code: 'truncated' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(2) !== 0) return { ok: false, code: 'flags' };
  const index = view.getUint8(1);
  const fragment = bytes.subarray(FRAGMENT_PREFIX_BYTES);
  if (index >= PACKET_FRAGMENTS_MAX || fragment.length > FRAGMENT_BYTES_MAX)
    return { ok: false, code: 'fragment' };
  return {
    ok: true,
    value: { type: 'fragment', epoch: view.getUint32(4), seq: view.getUint32(8), index, bytes: fragment },
  };
}

function decodeSkipMessage(bytes: Bytes): Result<SkipMessage, MediaMessageCode> {
  if (bytes.length !== SKIP_BYTES) return { ok: false, code: 'truncated' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fromSeq = view.getUint32(8);
  const toSeq = view.getUint32(12);
  if (toSeq < fromSeq) return { ok: false, code: 'range' };
  return { ok: true, value: { type: 'skip', epoch: view.getUint32(4), fromSeq, toSeq } };
}
