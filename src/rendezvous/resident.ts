// A registration at the signaling server that runs in this very process: no socket, so nothing to reconnect.

import type { Rendezvous, RendezvousEvents } from '../ports.ts';
import { frameOf } from './client-message.ts';
import { readServerMessage } from './server-message.ts';

/** How a server of this process lets a peer in (server/signaling.ts). */
export type Enter = (receive: (text: string) => void) => { speak(text: string): void; leave(): void };

/** Takes the id that the server keeps for us. */
export function openResident(enter: Enter, id: string, events: RendezvousEvents): Rendezvous {
  let isClosed = false;
  const resident = enter((text) => {
    if (isClosed) return;
    // What our own server wrote.
    const message = readServerMessage(JSON.parse(text));
    if (message?.is === 'registered') events.opened(id);
    else if (message?.is === 'absent') events.absent(message.to);
    else if (message?.is === 'relayed') events.message(message.from, message.kind, message.payload);
  });
  return {
    send(to, kind, payload) {
      if (isClosed) return false;
      resident.speak(frameOf(to, kind, payload));
      return true;
    },
    close() {
      isClosed = true;
      resident.leave();
    },
  };
}
