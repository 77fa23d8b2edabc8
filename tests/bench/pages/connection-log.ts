// Put into a page before its own scripts: knows every RTCPeerConnection that the page has made. It changes nothing.

/** Its connections at this moment. */
export interface ConnectionLog {
  /** Connections that aren't closed. */
  open(): number;
  /** Bytes that they sent so far, all layers above UDP included. */
  bytesSent(): Promise<number>;
}

declare global {
  interface Window {
    benchConnections: ConnectionLog;
  }
}

const Direct = RTCPeerConnection;
const made = new Set<RTCPeerConnection>();

window.RTCPeerConnection = class extends Direct {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    made.add(this);
  }
};

function living(): RTCPeerConnection[] {
  for (const connection of made) if (connection.connectionState === 'closed') made.delete(connection);
  return [...made];
}

window.benchConnections = {
  open: () => living().length,

  async bytesSent() {
    let bytes = 0;
    for (const report of await Promise.all(living().map((connection) => connection.getStats()))) {
      report.forEach((entry: RTCStats) => {
        if (entry.type === 'transport') bytes += (entry as RTCTransportStats).bytesSent ?? 0;
      });
    }
    return bytes;
  },
};
