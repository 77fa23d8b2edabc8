// What a peer says to a PeerServer, and where, in the words that PeerJS uses.

import type { RendezvousKind } from '../ports.ts';

/** What kinds of message are called there. */
export const TYPES = { offer: 'OFFER', answer: 'ANSWER', candidate: 'CANDIDATE' } as const satisfies Record<
  RendezvousKind,
  string
>;

/** The key that a PeerServer asks for unless told otherwise. */
export const API_KEY = 'peerjs';

/** A message to be passed on, before it is written as JSON. */
export function messageTo(dst: string, kind: RendezvousKind, payload: unknown) {
  return { type: TYPES[kind], dst, payload };
}

/** The same as it goes over the socket. */
export function frameOf(dst: string, kind: RendezvousKind, payload: unknown): string {
  return JSON.stringify(messageTo(dst, kind, payload));
}

/** Where a server's sockets are, if it is mounted where ours is. */
export function socketAddress(server: string, id: string, token: string): string {
  return `${server.replace(/^http/, 'ws')}/peerjs/peerjs?key=${API_KEY}&id=${id}&token=${token}`;
}
