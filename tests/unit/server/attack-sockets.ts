// Sockets of attackers and of honest crowds, each from an address of its own: the server under test trusts one proxy, and these
// say what a proxy would. They speak the wire and nothing of ours.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { addressFor } from './client.ts';

/** The `n`th of 16 million addresses. */
export function addressNumber(n: number): string {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}

/** A socket that registers as `id`, from the `n`th address. Its errors are for whoever looks at its end. */
export function socketFrom(n: number, port: number, id: string): WebSocket {
  const socket = new WebSocket(addressFor(port, id), {
    headers: { 'X-Forwarded-For': addressNumber(n) },
    perMessageDeflate: false,
  });
  socket.on('error', () => undefined);
  return socket;
}

/** The same, registered; rejects when it is refused. */
export async function registeredFrom(n: number, port: number, id: string): Promise<WebSocket> {
  const socket = socketFrom(n, port, id);
  await untilMessage(socket, ({ type }) => type === 'OPEN');
  return socket;
}

/** Waits for a message; rejects when the socket closes before. */
export function untilMessage(
  socket: WebSocket,
  isIt: (message: { type: string; src?: string; payload?: unknown }) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (data: WebSocket.RawData): void => {
      if (!isIt(JSON.parse((data as Buffer).toString()) as { type: string })) return;
      socket.off('message', hear);
      resolve();
    };
    socket.on('message', hear);
    socket.once('close', (code) => reject(new Error(`the socket closed with ${code}`)));
  });
}

/** Waits until the server has read what was sent before: what a socket says to itself comes back after it. */
export async function untilRead(socket: WebSocket, id: string): Promise<void> {
  const heard = untilMessage(socket, ({ type, src, payload }) => {
    return type === 'CANDIDATE' && src === id && payload === 'echo';
  });
  socket.send(JSON.stringify({ type: 'CANDIDATE', dst: id, payload: 'echo' }));
  await heard;
}

/** Ends a socket and waits for that. */
export async function hangUp(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = once(socket, 'close');
  socket.terminate();
  await closed;
}

/** Does `work` for 0 to `count` - 1, so many at a time. */
export async function each(count: number, atOnce: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}
