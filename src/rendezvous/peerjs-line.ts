// PeerJS's socket and its heartbeat, nothing else of it: its own handling of messages is taken off, since it would open
// connections for whoever asks.

import { API_KEY } from './client-message.ts';
import type { Address, Line, LineEvents } from './line.ts';
import { Peer } from './peerjs-library.ts';

/** Registers `id` with a server that is mounted at `path`. Throws where the page may not open such a socket. */
export function openPeerLine(
  address: Address,
  path: string,
  id: string,
  token: string,
  events: LineEvents,
): Line {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS types its options as a class
  const peer = new Peer(id, { ...address, path, key: API_KEY, token, config: { iceServers: [] } });
  let isOver = false;
  const failed = () => {
    if (isOver) return;
    isOver = true;
    events.failed();
  };
  peer.on('error', failed);
  peer.on('disconnected', failed);
  peer.socket.removeAllListeners('message');
  peer.socket.on('message', (value: unknown) => {
    if (!isOver) events.message(value);
  });
  return {
    send: (frame) => peer.socket.send(frame),
    close() {
      isOver = true;
      peer.destroy();
    },
  };
}
