// Bytes of control messages, as docs/wire-control.md lays them down: one byte of type, then fixed fields for what is
// sent all the time, JSON for what is not. The decoder is total: any bytes give a message or a code.

import { utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { MESSAGE_BYTES_MAX } from '../base/limits.ts';
import {
  readBye,
  readDoors,
  readEnvelope,
  readFields,
  readFind,
  readHello,
  readJoinSignal,
  readPass,
  readPassed,
  readPathChanged,
  readRequest,
  readSubscribe,
} from './control-checks.ts';
import { packDescription } from './packed-description.ts';
import type {
  ControlMessage,
  KnownMessage,
  Counts,
  JoinEnvelope,
  Ping,
  Pong,
  Standing,
  Tip,
} from './message.ts';

/**
 * Why bytes are no control message. `unknown-type` is a newer peer's and to be ignored; every other code costs the
 * sender its edge.
 */
export type ControlCode = 'empty' | 'too-long' | 'unknown-type' | 'truncated' | 'malformed';

/** Why something from the signaling server is no join envelope. It is dropped: its sender has no edge to lose. */
export type JoinCode = 'malformed';

const TYPES = [
  'tip',
  'ping',
  'pong',
  'counts',
  'hello',
  'path',
  'subscribe',
  'bye',
  'pass',
  'passed',
  'signal',
  'find',
  'request',
  'doors',
] as const;
const STANDINGS: readonly Standing[] = ['live', 'seeking', 'absent'];
const TIP_BYTES = 14;
const PING_BYTES = 9;
const PONG_BYTES = 17;
const COUNTS_BYTES = 14;
/** Bytes that a newer version may have added to a fixed message; we read over them. */
const FIXED_EXTRA_BYTES_MAX = 64;

/** The bytes of a message: at most MESSAGE_BYTES_MAX for any message that `decodeControl` could have given. */
export function encodeControl(message: ControlMessage): Bytes {
  const type = (TYPES as readonly string[]).indexOf(message.type) + 1;
  switch (message.type) {
    case 'tip':
      return encodeTip(type, message);
    case 'ping':
      return encodeFixed(type, PING_BYTES, (view) => view.setBigUint64(1, BigInt(message.t0Us)));
    case 'pong':
      return encodeFixed(type, PONG_BYTES, (view) => {
        view.setBigUint64(1, BigInt(message.t0Us));
        view.setBigUint64(9, BigInt(message.rootUs));
      });
    case 'counts':
      return encodeCounts(type, message);
    case 'other':
      return message.bytes;
    default: {
      const json = utf8Bytes(JSON.stringify({ ...packed(message), type: undefined }));
      const bytes = new Uint8Array(1 + json.length);
      bytes[0] = type;
      bytes.set(json, 1);
      return bytes;
    }
  }
}

/** The message that bytes hold, or why they hold none. Never throws, and allocates no more than the bytes call for. */
export function decodeControl(bytes: Uint8Array): Result<ControlMessage, ControlCode> {
  const [first] = bytes;
  if (first === undefined) return { ok: false, code: 'empty' };
  if (bytes.length > MESSAGE_BYTES_MAX) return { ok: false, code: 'too-long' };
  const type = TYPES[first - 1];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case undefined:
      return { ok: false, code: 'unknown-type' };
    case 'tip':
      return decodeFixed(view, TIP_BYTES, decodeTip);
    case 'ping':
      return decodeFixed(view, PING_BYTES, decodePing);
    case 'pong':
      return decodeFixed(view, PONG_BYTES, decodePong);
    case 'counts':
      return decodeFixed(view, COUNTS_BYTES, decodeCounts);
    default: {
      const message = decodeText(type, bytes.subarray(1));
      return message ? { ok: true, value: message } : { ok: false, code: 'malformed' };
    }
  }
}

/** What a signaling server handed over as the payload of an offer, answer or candidate. Never throws. */
export function decodeJoin(payload: unknown): Result<JoinEnvelope, JoinCode> {
  const envelope = readEnvelope(payload);
  return envelope ? { ok: true, value: envelope } : { ok: false, code: 'malformed' };
}

/** The fields as they travel: a description in short wherever it can be said so. */
function packed(message: KnownMessage): object {
  if (message.type === 'pass' || message.type === 'find') {
    const { sdp, ...rest } = message;
    return { ...rest, ...shortDescription(sdp) };
  }
  if (message.type !== 'signal' || message.signal.type === 'candidate') return message;
  const { type, sdp } = message.signal;
  return { ...message, signal: { type, ...shortDescription(sdp) } };
}

function shortDescription(sdp: string): { packed: string } | { sdp: string } {
  const packed = packDescription(sdp);
  return packed === undefined ? { sdp } : { packed };
}

function encodeFixed(type: number, length: number, write: (view: DataView) => void): Bytes {
  const bytes = new Uint8Array(length);
  bytes[0] = type;
  write(new DataView(bytes.buffer));
  return bytes;
}

function encodeTip(type: number, tip: Tip): Bytes {
  return encodeFixed(type, TIP_BYTES, (view) => {
    view.setUint8(1, STANDINGS.indexOf(tip.standing));
    view.setUint32(2, tip.epoch);
    view.setUint32(6, tip.seq);
    view.setUint16(10, tip.delayMs);
    view.setUint8(12, tip.freeSlots);
    view.setUint8(13, tip.dropped);
  });
}

function encodeCounts(type: number, counts: Counts): Bytes {
  return encodeFixed(type, COUNTS_BYTES, (view) => {
    view.setUint32(1, counts.viewers);
    view.setUint32(5, counts.slots);
    view.setUint32(9, counts.freeSlots);
    view.setUint8(13, counts.freeDepth);
  });
}

function decodeFixed(
  view: DataView,
  length: number,
  read: (view: DataView) => ControlMessage | undefined,
): Result<ControlMessage, ControlCode> {
  if (view.byteLength < length) return { ok: false, code: 'truncated' };
  if (view.byteLength > length + FIXED_EXTRA_BYTES_MAX) return { ok: false, code: 'too-long' };
  const message = read(view);
  return message ? { ok: true, value: message } : { ok: false, code: 'malformed' };
}

function decodeTip(view: DataView): Tip | undefined {
  const standing = STANDINGS[view.getUint8(1)];
  if (!standing) return undefined;
  return {
    type: 'tip',
    standing,
    epoch: view.getUint32(2),
    seq: view.getUint32(6),
    delayMs: view.getUint16(10),
    freeSlots: view.getUint8(12),
    dropped: view.getUint8(13),
  };
}

function readTimeUs(view: DataView, at: number): number | undefined {
  const timeUs = Number(view.getBigUint64(at));
  return Number.isSafeInteger(timeUs) ? timeUs : undefined;
}

function decodePing(view: DataView): Ping | undefined {
  const t0Us = readTimeUs(view, 1);
  return t0Us === undefined ? undefined : { type: 'ping', t0Us };
}

function decodePong(view: DataView): Pong | undefined {
  const t0Us = readTimeUs(view, 1);
  const rootUs = readTimeUs(view, 9);
  return t0Us === undefined || rootUs === undefined ? undefined : { type: 'pong', t0Us, rootUs };
}

function decodeCounts(view: DataView): Counts | undefined {
  const viewers = view.getUint32(1);
  const slots = view.getUint32(5);
  const freeSlots = view.getUint32(9);
  if (freeSlots > slots) return undefined;
  return { type: 'counts', viewers, slots, freeSlots, freeDepth: view.getUint8(13) };
}

function decodeText(
  type: Exclude<(typeof TYPES)[number], 'tip' | 'ping' | 'pong' | 'counts'>,
  bytes: Uint8Array,
): ControlMessage | undefined {
  const fields = readFields(parse(bytes));
  if (!fields) return undefined;
  switch (type) {
    case 'hello':
      return readHello(fields);
    case 'path':
      return readPathChanged(fields);
    case 'subscribe':
      return readSubscribe(fields);
    case 'bye':
      return readBye(fields);
    case 'pass':
      return readPass(fields);
    case 'passed':
      return readPassed(fields);
    case 'signal':
      return readJoinSignal(fields);
    case 'find':
      return readFind(fields);
    case 'request':
      return readRequest(fields);
    case 'doors':
      return readDoors(fields);
  }
}

function parse(bytes: Uint8Array): unknown {
  const text = utf8Text(bytes);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
