// What two pages say to each other about a call, as PeerJS's media connections say it, and one word of ours: that it is over, and why.
// That goes as a candidate which brings none, so that any PeerServer passes it on. Whatever comes is read here, totally.

import { CALL_SDP_CHARS_MAX } from '../base/limits.ts';
import type { CallEnd, RendezvousKind } from '../ports.ts';

const ID_CHARS_MAX = 64;
const CANDIDATE_CHARS_MAX = 1024;
const FINGERPRINT = /^\s*a\s*=\s*fingerprint\s*:(.*)$/i;
const SHA256 = /^\s*sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i;
const ENDS: readonly unknown[] = ['declined', 'full', 'refused', 'left'] satisfies CallEnd[];

/** What a message about a call means; `id` is the call's, as its caller chose it. */
export type CallMessage =
  | { is: 'offer'; id: string; sdp: RTCSessionDescriptionInit; said: unknown }
  | { is: 'answer'; id: string; sdp: RTCSessionDescriptionInit }
  | { is: 'candidate'; id: string; candidate: RTCIceCandidateInit }
  | { is: 'over'; id: string; why: CallEnd };

/** The payload that ends a call. */
export function callOver(id: string, why: CallEnd): object {
  return { type: 'media', connectionId: id, over: why };
}

/** The meaning of a payload, or undefined when it has none. */
export function readCallMessage(kind: RendezvousKind, payload: unknown): CallMessage | undefined {
  if (!isRecord(payload)) return undefined;
  const { type, connectionId: id, metadata } = payload;
  if (type !== 'media' || typeof id !== 'string' || id.length > ID_CHARS_MAX) return undefined;
  if (kind === 'candidate') return readCandidate(id, payload);
  const sdp = readSdp(kind, payload.sdp);
  if (!sdp) return undefined;
  return kind === 'offer' ? { is: 'offer', id, sdp, said: metadata } : { is: 'answer', id, sdp };
}

/**
 * The one certificate that a description names (`CallerMarks.fingerprint`); undefined when there is none, or more than one: whoever
 * passes it on may have added a line, and which line of several a browser goes by isn't ours to know.
 */
export function fingerprintOf(sdp: string): string | undefined {
  const named = sdp.split(/[\r\n]+/).filter((line) => FINGERPRINT.test(line));
  if (named.length !== sdp.match(/fingerprint/gi)?.length) return undefined;
  const prints = new Set(
    named.map((line) => SHA256.exec(FINGERPRINT.exec(line)?.[1] ?? '')?.[1]?.toLowerCase()),
  );
  const [only] = prints;
  return prints.size === 1 ? only?.replaceAll(':', '') : undefined;
}

function readCandidate(id: string, { candidate, over }: Record<string, unknown>): CallMessage | undefined {
  if (ENDS.includes(over)) return { is: 'over', id, why: over as CallEnd };
  if (!isRecord(candidate)) return undefined;
  const { candidate: line, sdpMid = null, sdpMLineIndex = null } = candidate;
  if (typeof line !== 'string' || line.length > CANDIDATE_CHARS_MAX) return undefined;
  if (sdpMid !== null && (typeof sdpMid !== 'string' || sdpMid.length > ID_CHARS_MAX)) return undefined;
  if (sdpMLineIndex !== null && typeof sdpMLineIndex !== 'number') return undefined;
  return { is: 'candidate', id, candidate: { candidate: line, sdpMid, sdpMLineIndex } };
}

function readSdp(type: 'offer' | 'answer', value: unknown): RTCSessionDescriptionInit | undefined {
  if (!isRecord(value) || value.type !== type) return undefined;
  const { sdp } = value;
  return typeof sdp === 'string' && sdp.length <= CALL_SDP_CHARS_MAX ? { type, sdp } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
