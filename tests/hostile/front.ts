// A socket at the signaling server, as an attacker holds it: any id that is free, any message, from any address that a trusted proxy
// would name. Speaks the PeerServer protocol (docs/wire-server.md).

import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

/** What another peer sent us through the server. */
export interface FrontMessage {
  type: string;
  src?: string;
  payload?: unknown;
}

/** A registration. */
export interface Front {
  readonly id: string;
  send(type: 'OFFER' | 'ANSWER' | 'CANDIDATE', to: string, payload: unknown): void;
  close(): void;
}

/** A peer or join id: 16 hex characters. */
export function freshId(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Registers at a server (an origin). `address`: what we say to be, heard by servers that trust a proxy. Rejects when the server
 * refuses. Messages before the answer are kept.
 */
export function openFront(
  server: string,
  id: string,
  receive: (message: FrontMessage) => void,
  address?: string,
): Promise<Front> {
  const query = new URLSearchParams({ key: 'peerjs', id, token: freshId(), version: '1.5.5' });
  const url = `${server.replace(/^http/, 'ws')}/peerjs?${query.toString()}`;
  const socket = new WebSocket(url, address ? { headers: { 'x-forwarded-for': address } } : {});
  const front: Front = {
    id,
    send: (type, dst, payload) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type, dst, payload }));
    },
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`The server closed with ${code}`)));
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as FrontMessage;
      if (message.type === 'OPEN') resolve(front);
      else receive(message);
    });
  });
}
