// What PeerJS looks for in its surroundings, for Node. To be called before PeerJS is loaded: it looks once, at once.

import WebSocket from 'ws';

/** A signaling message is far below this; more is a hostile server, bytes. */
const MESSAGE_BYTES_MAX = 256 * 1024;

/** PeerJS doesn't listen for errors, which a browser's socket doesn't mind; the `close` that follows says enough. */
class QuietWebSocket extends WebSocket {
  constructor(address: string) {
    super(address, { maxPayload: MESSAGE_BYTES_MAX });
    this.on('error', () => undefined);
  }
}

/** PeerJS tries whether WebRTC works, by a connection that would ask STUN servers of its own. We never use PeerJS's
 * connections, so this one answers yes and asks nobody. */
class ProbeConnection {
  createDataChannel(): { ordered: true; close(): void } {
    return { ordered: true, close: () => undefined };
  }

  close(): void {
    return undefined;
  }
}

/** Gives PeerJS its surroundings. */
export function prepareForPeerJs(): void {
  Object.assign(globalThis, { WebSocket: QuietWebSocket, RTCPeerConnection: ProbeConnection });
}
