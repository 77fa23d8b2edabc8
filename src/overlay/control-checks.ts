// Validators for values that came out of JSON: each gives the value rebuilt from known fields, or undefined.
// Nothing of the sender's objects survives, so a field we don't know costs nothing and goes nowhere.

import { ANCESTORS_MAX, MASK_ALL, SLOTS_MAX } from '../base/limits.ts';
import type { EdgeSignal } from '../ports.ts';
import { unpackDescription } from './packed-description.ts';
import type {
  Bye,
  ByeReason,
  Doors,
  Find,
  Hello,
  JoinEnvelope,
  Notice,
  Pass,
  Passed,
  Path,
  PathChanged,
  Request,
  SeqRange,
  Signal,
  Subscribe,
} from './message.ts';
import { LAYER_ALL } from './message.ts';
import {
  AVOID_MAX,
  CANDIDATE_CHARS_MAX,
  DEPTH_MAX,
  DOORS_MAX,
  FIND_HOPS_MAX,
  FIND_TIER_MAX,
  MEDIA_ID_CHARS_MAX,
  REPAIR_RANGES_MAX,
  SDP_CHARS_MAX,
} from './timing.ts';

type Fields = Partial<Record<string, unknown>>;

const ID = /^[0-9a-f]{16}$/;
/** 68 bytes in base64: who passes a certificate on looks no closer, the server that it is shown to does. */
const CERTIFICATE = /^[A-Za-z0-9+/]{91}=$/;
const PUBLIC_KEY = /^[A-Za-z0-9+/]{43}=$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const PRINTABLE_LINES = /^[\x20-\x7e\r\n]*$/;
const BYE_REASONS: readonly ByeReason[] = ['leaving', 'moving', 'full', 'loop', 'rejected', 'guest', 'slow'];
/** JSON of a description: line ends cost two characters more each. With the rest it stays under MESSAGE_BYTES_MAX. */
const SDP_JSON_CHARS_MAX = SDP_CHARS_MAX * 1.5;
const UINT32_MAX = 0xffffffff;

/** The fields of an object; undefined for anything else. */
export function readFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** Said, or left out. */
function isFlag(value: unknown): value is true | undefined {
  return value === undefined || value === true;
}

function isUint(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

function isSdp(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > SDP_CHARS_MAX) return false;
  return PRINTABLE_LINES.test(value) && JSON.stringify(value).length <= SDP_JSON_CHARS_MAX;
}

/** A description, as it is or packed. */
function readDescription({ sdp, packed }: Fields): string | undefined {
  if (packed === undefined) return isSdp(sdp) ? sdp : undefined;
  const whole = typeof packed === 'string' && sdp === undefined ? unpackDescription(packed) : undefined;
  return whole !== undefined && isSdp(whole) ? whole : undefined;
}

function readIds(value: unknown, max: number): string[] | undefined {
  if (!Array.isArray(value) || value.length > max || !value.every(isId)) return undefined;
  return [...value];
}

function readPath(value: unknown): Path | undefined {
  const fields = readFields(value);
  const ancestors = readIds(fields?.ancestors, ANCESTORS_MAX);
  if (!fields || !ancestors || !isUint(fields.mask, MASK_ALL) || !isUint(fields.depth, DEPTH_MAX))
    return undefined;
  return { mask: fields.mask, depth: fields.depth, ancestors };
}

function readPaths(value: unknown): Path[] | undefined {
  if (!Array.isArray(value) || value.length > 4) return undefined;
  const paths: Path[] = [];
  let seen = 0;
  for (const item of value as unknown[]) {
    const path = readPath(item);
    if (!path || path.mask === 0 || (seen & path.mask) !== 0) return undefined;
    seen |= path.mask;
    paths.push(path);
  }
  return paths;
}

/** A description or candidate, of bounded length and printable. */
export function readSignal(value: unknown): EdgeSignal | undefined {
  const fields = readFields(value);
  if (!fields) return undefined;
  const { type, candidate, sdpMid, sdpMLineIndex } = fields;
  if (type === 'offer' || type === 'answer') {
    const sdp = readDescription(fields);
    return sdp === undefined ? undefined : { type, sdp };
  }
  if (type !== 'candidate' || typeof candidate !== 'string') return undefined;
  if (candidate.length > CANDIDATE_CHARS_MAX || !PRINTABLE.test(candidate)) return undefined;
  if (
    sdpMid !== null &&
    !(typeof sdpMid === 'string' && sdpMid.length <= MEDIA_ID_CHARS_MAX && PRINTABLE.test(sdpMid))
  )
    return undefined;
  if (sdpMLineIndex !== null && !isUint(sdpMLineIndex, 255)) return undefined;
  return { type, candidate, sdpMid, sdpMLineIndex };
}

export function readHello({ v, peer, paths, slots, epoch, publicKey }: Fields): Hello | undefined {
  const read = readPaths(paths);
  if (v !== 1 || !isId(peer) || !read || !isUint(slots, SLOTS_MAX) || !isUint(epoch, UINT32_MAX))
    return undefined;
  const hello: Hello = { type: 'hello', v, peer, paths: read, slots, epoch };
  if (publicKey === undefined) return hello;
  return typeof publicKey === 'string' && PUBLIC_KEY.test(publicKey) ? { ...hello, publicKey } : undefined;
}

export function readPathChanged({ paths }: Fields): PathChanged | undefined {
  const read = readPaths(paths);
  return read && { type: 'path', paths: read };
}

export function readSubscribe({ mask, layerMax, epoch, from }: Fields): Subscribe | undefined {
  if (!isUint(mask, MASK_ALL) || !isUint(layerMax, LAYER_ALL) || !isUint(epoch, UINT32_MAX)) return undefined;
  if (from !== 'group' && !isUint(from, UINT32_MAX)) return undefined;
  return { type: 'subscribe', mask, layerMax, epoch, from };
}

export function readBye({ reason, suggest }: Fields): Bye | undefined {
  const known = BYE_REASONS.find((one) => one === reason);
  if (!known) return undefined;
  if (suggest === undefined) return { type: 'bye', reason: known };
  return isId(suggest) ? { type: 'bye', reason: known, suggest } : undefined;
}

export function readPass(fields: Fields): Pass | undefined {
  const { join, peer, avoid, rides, yields } = fields;
  const sdp = readDescription(fields);
  const unwelcome = readIds(avoid, AVOID_MAX);
  if (!isId(join) || !isId(peer) || !unwelcome || sdp === undefined) return undefined;
  if (!isFlag(rides) || !isFlag(yields)) return undefined;
  return { type: 'pass', join, peer, avoid: unwelcome, rides, yields, sdp };
}

export function readPassed({ join, status }: Fields): Passed | undefined {
  if (!isId(join) || (status !== 'taken' && status !== 'refused')) return undefined;
  return { type: 'passed', join, status };
}

export function readJoinSignal({ join, peer, signal }: Fields): Signal | undefined {
  const read = readSignal(signal);
  if (!isId(join) || !isId(peer) || !read) return undefined;
  return { type: 'signal', join, peer, signal: read };
}

export function readFind(fields: Fields): Find | undefined {
  const { join, peer, purpose, tier, hops, above, avoid } = fields;
  const sdp = readDescription(fields);
  const ancestors = readIds(above, ANCESTORS_MAX);
  const unwelcome = readIds(avoid, AVOID_MAX);
  if (!isId(join) || !isId(peer) || !ancestors || !unwelcome || sdp === undefined) return undefined;
  if ((purpose !== 'standby' && purpose !== 'parent') || !isUint(tier, FIND_TIER_MAX)) return undefined;
  if (!isUint(hops, FIND_HOPS_MAX)) return undefined;
  return { type: 'find', join, peer, purpose, tier, hops, above: ancestors, avoid: unwelcome, sdp };
}

export function readRequest({ epoch, ranges }: Fields): Request | undefined {
  if (!isUint(epoch, UINT32_MAX) || !Array.isArray(ranges) || ranges.length > REPAIR_RANGES_MAX)
    return undefined;
  const read: SeqRange[] = [];
  for (const range of ranges as unknown[]) {
    if (!Array.isArray(range) || range.length !== 2) return undefined;
    const [fromSeq, toSeq] = range as unknown[];
    if (!isUint(fromSeq, UINT32_MAX) || !isUint(toSeq, UINT32_MAX) || toSeq < fromSeq) return undefined;
    read.push([fromSeq, toSeq]);
  }
  return { type: 'request', epoch, ranges: read };
}

export function readDoors({ numbers, certificates, yields }: Fields): Doors | undefined {
  if (!Array.isArray(numbers) || numbers.length > DOORS_MAX || !isFlag(yields)) return undefined;
  const read: number[] = [];
  for (const number of numbers as unknown[]) {
    if (!isUint(number, DOORS_MAX - 1) || number <= (read.at(-1) ?? -1)) return undefined;
    read.push(number);
  }
  if (certificates === undefined) return { type: 'doors', numbers: read, yields };
  if (!Array.isArray(certificates) || certificates.length !== read.length) return undefined;
  return certificates.every(isCertificate)
    ? { type: 'doors', numbers: read, certificates: [...certificates], yields }
    : undefined;
}

function isCertificate(value: unknown): value is string {
  return typeof value === 'string' && CERTIFICATE.test(value);
}

function readNotice(value: unknown): Notice | undefined {
  const { type, place, count } = readFields(value) ?? {};
  if (type === 'waiting' && isUint(place, UINT32_MAX)) return { type, place };
  if (type === 'doors' && isUint(count, DOORS_MAX)) return { type, count };
  return undefined;
}

/** What came through the signaling server. */
export function readEnvelope(value: unknown): JoinEnvelope | undefined {
  const fields = readFields(value);
  if (!fields) return undefined;
  const { v, join, peer, avoid, rides, direct } = fields;
  if (v !== 1 || !isId(join) || !isId(peer)) return undefined;
  if (fields.notice !== undefined) {
    const notice = readNotice(fields.notice);
    return notice && { v, join, peer, notice };
  }
  const signal = readSignal(fields.signal);
  if (!signal) return undefined;
  const unwelcome = avoid === undefined ? [] : readIds(avoid, AVOID_MAX);
  if (!unwelcome || !isFlag(rides) || !isFlag(direct)) return undefined;
  return {
    v,
    join,
    peer,
    signal,
    ...(avoid !== undefined && { avoid: unwelcome }),
    ...(rides && { rides }),
    ...(direct && { direct }),
  };
}
