// One port for HTTPS and HTTP: the first byte of a connection says which it is.
// So a phone can fetch the authority's certificate before it trusts it, and a mistyped http:// still leads to the app.
import { createServer } from 'node:net';
import type { Server as NetServer, Socket } from 'node:net';
import { HEADERS_MS_MAX } from './limits.ts';

/** The first byte of a TLS handshake record (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;

/** A server that hands each connection to `secure` or `plain`, neither of which listens itself. */
export function createFront(secure: NetServer, plain: NetServer): NetServer {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(HEADERS_MS_MAX, () => socket.destroy());
    socket.once('readable', () => pass(socket, secure, plain));
  });
}

function pass(socket: Socket, secure: NetServer, plain: NetServer): void {
  const first = socket.read() as Buffer | null;
  if (first === null) {
    socket.destroy();
    return;
  }
  socket.setTimeout(0);
  socket.removeAllListeners('timeout');
  socket.unshift(first);
  (first[0] === TLS_HANDSHAKE ? secure : plain).emit('connection', socket);
}
