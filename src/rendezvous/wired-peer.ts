// A Peer of PeerJS that has no socket: what it says goes where it is told, and it hears what it is told. So it makes the calls, while
// registering, coming back and looking at what strangers send stay where they are done for everything else.

import type { Peer as PeerClass } from 'peerjs';
import { Peer } from './peerjs-library.ts';

/** A frame of the PeerServer protocol. */
export interface Frame {
  type: string;
  payload: object;
  /** Whom it is for, and whom it is from. */
  dst?: string;
  src?: string;
}

/** A Peer and what lets it hear. */
export interface WiredPeer {
  peer: PeerClass;
  hear: (frame: Frame) => void;
}

/** What PeerJS keeps to itself: where it opens its socket, and where it hears. */
interface Inner {
  _createServerConnection(): object;
  _handleMessage(frame: Frame): void;
}

const Base = Peer as unknown as new (id: string, options: object) => Inner;

/** Makes one; `send` gets what it says. */
export function wiredPeer(id: string, config: RTCConfiguration, send: (frame: Frame) => void): WiredPeer {
  const nothing = () => undefined;
  const socket = { send, start: nothing, close: nothing, removeAllListeners: nothing };
  class SocketlessPeer extends Base {
    override _createServerConnection(): object {
      return socket;
    }
  }
  const peer = new SocketlessPeer(id, { config, token: id });
  return { peer: peer as unknown as PeerClass, hear: (frame) => peer._handleMessage(frame) };
}
