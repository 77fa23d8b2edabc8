// Runs in a real browser: registrations that the test drives by number through `window.rendezvousTest`.

import { openClock } from '../../../src/platform/clock.ts';
import { random } from '../../../src/platform/random.ts';
import { openEarlySocket, type EarlySocket } from '../../../src/rendezvous/early-socket.ts';
import { openRendezvousWith } from '../../../src/rendezvous/rendezvous.ts';
import type { Random, Rendezvous, RendezvousKind } from '../../../src/ports.ts';

type Happening = readonly [what: string, ...details: unknown[]];

interface Registration {
  rendezvous: Rendezvous;
  log: Happening[];
}

const registrations: Registration[] = [];
const clock = openClock();
let wake: (() => void)[] = [];

/** Connections that anything in this page opens from now on. */
let connections = 0;
const { RTCPeerConnection } = window;
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(config?: RTCConfiguration) {
    super(config);
    connections++;
  }
};

/** Every byte of the token is zero. */
const known: Random = { bytes: (length) => new Uint8Array(length), fraction: () => 0.5 };

let early: EarlySocket | undefined;

/** Opens a socket that the next registration of the id goes on with, and says something over it. */
function begin(server: string, id: string, to: string, payload: unknown): void {
  early = openEarlySocket(server, id, 'token', () => undefined);
  early.send(to, 'offer', payload);
}

/** Registers; gives the registration's number. */
function open(server: string, id: string, token: 'known' | 'random' = 'random'): number {
  const log: Happening[] = [];
  const note = (...happening: Happening) => {
    log.push(happening);
    const woken = wake;
    wake = [];
    for (const resolve of woken) resolve();
  };
  const rendezvous = openRendezvousWith(clock, token === 'known' ? known : random, () => early)(server, id, {
    opened: (id) => note('opened', id),
    message: (from, kind, payload) => note('message', from, kind, payload),
    absent: (to) => note('absent', to),
    lost: () => note('lost'),
    taken: () => note('taken'),
  });
  return registrations.push({ rendezvous, log }) - 1;
}

/** Waits until something happened so many times, and gives all that happened. */
async function happened(which: number, what: string, times = 1): Promise<Happening[]> {
  const { log } = registrations[which]!;
  while (log.filter(([name]) => name === what).length < times)
    await new Promise<void>((resolve) => wake.push(resolve));
  return log;
}

const rendezvousTest = {
  begin,
  open,
  happened,
  log: (which: number) => registrations[which]!.log,
  send: (which: number, to: string, kind: RendezvousKind, payload: unknown) =>
    registrations[which]!.rendezvous.send(to, kind, payload),
  close: (which: number) => registrations[which]!.rendezvous.close(),
  connections: () => connections,
};

declare global {
  interface Window {
    rendezvousTest: typeof rendezvousTest;
  }
}
window.rendezvousTest = rendezvousTest;
