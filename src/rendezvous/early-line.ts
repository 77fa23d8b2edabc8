// The line of whoever follows a link: the socket that the document opened. PeerJS isn't needed for it, and most viewers,
// who leave the server as soon as they are fed, never load it.

import { HEARTBEAT_MS } from '../base/limits.ts';
import type { Clock } from '../ports.ts';
import type { TakenSocket } from './early-socket.ts';
import type { Line, LineEvents } from './line.ts';

/** Goes on with a socket; what it got so far comes first. */
export function takeLine({ socket, frames }: TakenSocket, clock: Clock, events: LineEvents): Line {
  let isOver = false;
  const receive = ({ data }: MessageEvent<unknown>) => {
    const value = parsed(data);
    if (!isOver && value !== undefined) events.message(value);
  };
  const failed = () => {
    if (isOver) return;
    stop();
    events.failed();
  };
  const stopBeating = clock.every(HEARTBEAT_MS, () => {
    if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"HEARTBEAT"}');
  });
  const stop = () => {
    isOver = true;
    stopBeating();
    socket.close();
  };
  queueMicrotask(() => {
    for (const frame of frames) receive(frame);
    socket.addEventListener('message', receive);
    socket.addEventListener('close', failed);
    if (socket.readyState > WebSocket.OPEN) failed();
  });
  return { send: (frame) => socket.send(JSON.stringify(frame)), close: stop };
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}
