// Reads what a signaling server sent: a peer's message that it passes on, or its own word. Servers may lie and peers may
// send anything, so only known shapes come through; the payload stays what its sender chose.

import type { RendezvousKind } from '../ports.ts';

/** What a frame of the PeerServer protocol means to a registration. */
export type ServerMessage =
  | { is: 'registered' | 'taken' | 'refused' }
  | { is: 'absent'; to: string }
  | { is: 'relayed'; from: string; kind: RendezvousKind; payload: unknown };

const KINDS: ReadonlyMap<unknown, RendezvousKind> = new Map([
  ['OFFER', 'offer'],
  ['ANSWER', 'answer'],
  ['CANDIDATE', 'candidate'],
]);

/** The meaning of a parsed frame, or undefined when it has none. */
export function readServerMessage(value: unknown): ServerMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, src, payload } = value as Record<string, unknown>;
  if (type === 'OPEN') return { is: 'registered' };
  if (type === 'ID-TAKEN') return { is: 'taken' };
  if (type === 'ERROR' || type === 'INVALID-KEY') return { is: 'refused' };
  if (typeof src !== 'string') return undefined;
  // LEAVE: the server found the addressee's socket dead while passing a message on.
  if (type === 'EXPIRE' || type === 'LEAVE') return { is: 'absent', to: src };
  const kind = KINDS.get(type);
  return kind && { is: 'relayed', from: src, kind, payload };
}
