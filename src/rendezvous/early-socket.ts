// A registration at a PeerServer that begins before the app is here, and is handed over to it with all that came in.
// What is said goes out as soon as the socket is open: a server registers a socket before it reads its first frame.

import type { RendezvousKind } from '../ports.ts';
import { frameOf, socketAddress } from './client-message.ts';

/** A socket on its way, for whoever registers the same id at the same server. */
export interface EarlySocket {
  readonly server: string;
  readonly id: string;
  readonly token: string;
  send(to: string, kind: RendezvousKind, payload: unknown): void;
  /** Whether exactly this was said here. */
  hasSaid(to: string, kind: RendezvousKind, payload: unknown): boolean;
  /** The socket and the frames it got so far; undefined when it was closed. */
  take(): TakenSocket | undefined;
}

/** A socket that is open or opening, and what came in over it. */
export interface TakenSocket {
  socket: WebSocket;
  frames: MessageEvent[];
}

/** Opens a socket as PeerJS would; `hear` is told each frame until somebody takes it over. */
export function openEarlySocket(
  server: string,
  id: string,
  token: string,
  hear: (frame: unknown) => void,
): EarlySocket {
  const socket = new WebSocket(socketAddress(server, id, token));
  const frames: MessageEvent[] = [];
  const said: string[] = [];
  const keep = (event: MessageEvent): void => {
    frames.push(event);
    hear(event.data);
  };
  socket.addEventListener('message', keep);
  socket.addEventListener('open', () => {
    for (const frame of said) socket.send(frame);
  });
  return {
    server,
    id,
    token,
    send(to, kind, payload) {
      const frame = frameOf(to, kind, payload);
      said.push(frame);
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    hasSaid: (to, kind, payload) => said.includes(frameOf(to, kind, payload)),
    take() {
      socket.removeEventListener('message', keep);
      return socket.readyState <= WebSocket.OPEN ? { socket, frames } : undefined;
    },
  };
}
