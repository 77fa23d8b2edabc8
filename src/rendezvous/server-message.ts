// Reads what a signaling server sent: a peer's message that it passes on, or its own word. Servers may lie and peers may
// send anything, so only known shapes come through; the payload stays what its sender chose.

import type { RendezvousKind } from '../ports.ts';

/** What a frame of the PeerServer protocol means to a registration. */
export type ServerMessage =
  | { is: 'registered' | 'taken' | 'refused' }
  | { is: 'challenged'; nonce: string }
  | { is: 'absent'; to: string }
  | { is: 'relayed'; from: string; kind: RendezvousKind; payload: unknown; tag?: string };

const NONCE_CHARS_MAX = 64;
const TAG = /^[0-9a-f]{16}$/;

const KINDS: ReadonlyMap<unknown, RendezvousKind> = new Map([
  ['OFFER', 'offer'],
  ['ANSWER', 'answer'],
  ['CANDIDATE', 'candidate'],
]);

/** The meaning of a parsed frame, or undefined when it has none. */
export function readServerMessage(value: unknown): ServerMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, src, payload, tag } = value as Record<string, unknown>;
  if (type === 'OPEN') return { is: 'registered' };
  if (type === 'ID-TAKEN') return { is: 'taken' };
  if (type === 'ERROR' || type === 'INVALID-KEY') return { is: 'refused' };
  if (type === 'CHALLENGE') return readChallenge(payload);
  if (typeof src !== 'string') return undefined;
  // LEAVE: the server found the addressee's socket dead while passing a message on.
  if (type === 'EXPIRE' || type === 'LEAVE') return { is: 'absent', to: src };
  const kind = KINDS.get(type);
  const isTagged = typeof tag === 'string' && TAG.test(tag);
  return kind && { is: 'relayed', from: src, kind, payload, ...(isTagged && { tag }) };
}

/** Our server asks whoever wants a broadcast's id to prove it; what it asks to sign is short. */
function readChallenge(payload: unknown): ServerMessage | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { nonce } = payload as Record<string, unknown>;
  const isShort = typeof nonce === 'string' && nonce.length <= NONCE_CHARS_MAX;
  return isShort ? { is: 'challenged', nonce } : undefined;
}
