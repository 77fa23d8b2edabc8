// What a connection of the browser has to tell the other peer, as edges signal it.

import type { EdgeSignal } from '../ports.ts';

/** The connection's own description with the candidates gathered by now; undefined while it has none. */
export function descriptionOf(
  connection: RTCPeerConnection,
): Extract<EdgeSignal, { sdp: string }> | undefined {
  const { type, sdp } = connection.localDescription ?? {};
  return (type === 'offer' || type === 'answer') && sdp ? { type, sdp } : undefined;
}

/** Connects out, but listens nowhere. No browser listens for TCP, so between two of them such a candidate is of no use. */
const OUTGOING_ONLY = / tcptype active\b/;

/** A candidate as it is signalled; undefined for the empty one, which marks the end of gathering, and for useless ones. */
export function candidateSignal(
  candidate: RTCIceCandidateInit | null,
): Extract<EdgeSignal, { type: 'candidate' }> | undefined {
  if (!candidate?.candidate || OUTGOING_ONLY.test(candidate.candidate)) return undefined;
  const { sdpMid, sdpMLineIndex } = candidate;
  return {
    type: 'candidate',
    candidate: candidate.candidate,
    sdpMid: sdpMid ?? null,
    sdpMLineIndex: sdpMLineIndex ?? null,
  };
}
