// The signaling servers that a rendezvous must get along with, each startable again on the port it had.

import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PeerServer } from 'peer';
import { startServer } from '../../src/server/server.ts';

/** A running signaling server. */
export interface SignalingServer {
  origin: string;
  port: number;
  /** Ends it with every connection, as a crash would. */
  close(): Promise<void>;
}

/** Our own. */
export async function startOurs(port = 0): Promise<SignalingServer> {
  const { origin, port: actual, close } = await startServer({ port });
  return { origin, port: actual, close: () => close() };
}

/** The stock one, mounted at `path`. */
export async function startStock(path: string, port = 0): Promise<SignalingServer> {
  const sockets = new Set<Socket>();
  const server = await new Promise<Server>((resolve) => {
    const app = PeerServer({ port, path, host: '127.0.0.1' }, (server) => resolve(server));
    // Without a listener it ends the process on a malformed frame.
    app.on('error', () => undefined);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const actual = (server.address() as AddressInfo).port;
  return {
    origin: `http://127.0.0.1:${actual}`,
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
