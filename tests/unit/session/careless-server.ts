// A signaling server that believes everything, as strangers' may.

import { WebSocketServer, type WebSocket } from 'ws';

/** A server that knows no ids but those it is told, asks for no proof, and passes on frames as they are. */
export async function startCareless(): Promise<WebSocketServer> {
  const held = new Map<string, WebSocket>();
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket, { url }) => {
    const id = new URL(url ?? '', 'http://careless.example').searchParams.get('id') ?? '';
    held.set(id, socket);
    socket.on('message', (data) => {
      const frame = JSON.parse((data as Buffer).toString()) as { dst?: string };
      held.get(frame.dst ?? '')?.send(JSON.stringify({ ...frame, src: id }));
    });
    socket.send(JSON.stringify({ type: 'OPEN' }));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}
