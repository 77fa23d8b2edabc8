// Reads what the other peer signalled, before the browser sees it. The rule: one data section and nothing else,
// candidates that look like candidates, all of it bounded. Whatever else comes is refused.

import { SDP_CHARS_MAX } from '../base/limits.ts';
import type { EdgeSignal } from '../ports.ts';

const CANDIDATE_CHARS_MAX = 512;
/** RFC 8839, section 5.1: foundation, component, transport, priority, address, port, type. */
const CANDIDATE =
  /^candidate:[\w+/=]{1,32} \d{1,5} (?:udp|tcp) \d{1,10} [\w.:-]{1,255} \d{1,5} typ (?:host|srflx|prflx|relay)(?: |$)/i;
const SECTION = /^m=.*$/gm;

/** The signal, rebuilt from known fields, or undefined when it is not one. */
export function readSignal(value: unknown): EdgeSignal | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, sdp, candidate, sdpMid, sdpMLineIndex } = value as Record<string, unknown>;
  if (type === 'offer' || type === 'answer') return isDataSdp(sdp) ? { type, sdp } : undefined;
  if (type !== 'candidate' || !isCandidate(candidate)) return undefined;
  if (!isMid(sdpMid) || !isIndex(sdpMLineIndex)) return undefined;
  if (sdpMid === null && sdpMLineIndex === null) return undefined;
  return { type, candidate, sdpMid, sdpMLineIndex };
}

function isDataSdp(sdp: unknown): sdp is string {
  if (typeof sdp !== 'string' || sdp.length > SDP_CHARS_MAX) return false;
  const sections = sdp.match(SECTION) ?? [];
  return sections.length === 1 && sections[0].startsWith('m=application ');
}

function isCandidate(candidate: unknown): candidate is string {
  return (
    typeof candidate === 'string' && candidate.length <= CANDIDATE_CHARS_MAX && CANDIDATE.test(candidate)
  );
}

function isMid(mid: unknown): mid is string | null {
  return mid === null || (typeof mid === 'string' && mid.length <= 16);
}

/** There is one section, so there is one index. */
function isIndex(index: unknown): index is number | null {
  return index === null || index === 0;
}
