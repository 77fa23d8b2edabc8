// Put into pages: a plain connection between two of them, which says when the browser itself notices that the other
// side is gone.

/** What the browser said of the connection, and when: ms of the wall clock. */
export type EdgeEvent = [state: RTCPeerConnectionState, atMs: number];

interface PlainEdge {
  events: EdgeEvent[];
  /** The description of a new connection, candidates included. */
  offer(): Promise<string>;
  answer(sdp: string): Promise<string>;
  accept(sdp: string): Promise<void>;
}

declare global {
  interface Window {
    benchEdge: PlainEdge;
  }
}

let connection: RTCPeerConnection | undefined;

function open(): RTCPeerConnection {
  const opened = new RTCPeerConnection();
  connection = opened;
  window.benchEdge.events.length = 0;
  opened.onconnectionstatechange = () =>
    window.benchEdge.events.push([opened.connectionState, performance.timeOrigin + performance.now()]);
  // As an edge of a relay would, it carries something.
  opened.ondatachannel = ({ channel }) => {
    setInterval(() => channel.readyState === 'open' && channel.send('still here'), 100);
  };
  return opened;
}

async function described(opened: RTCPeerConnection): Promise<string> {
  await opened.setLocalDescription();
  while (opened.iceGatheringState !== 'complete') {
    await new Promise((resolve) =>
      opened.addEventListener('icegatheringstatechange', resolve, { once: true }),
    );
  }
  return opened.localDescription!.sdp;
}

window.benchEdge = {
  events: [],

  offer() {
    const opened = open();
    opened.createDataChannel('plain');
    return described(opened);
  },

  async answer(sdp) {
    const opened = open();
    await opened.setRemoteDescription({ type: 'offer', sdp });
    return described(opened);
  },

  async accept(sdp) {
    await connection!.setRemoteDescription({ type: 'answer', sdp });
  },
};
