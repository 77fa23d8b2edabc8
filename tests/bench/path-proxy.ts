// Paths of a chosen quality for WebRTC on one machine: a UDP proxy that candidates are rewritten to (pages/detour.ts).
// Rewriting happens where the browser takes a description, so that every edge is impaired, whoever signalled it. All
// peers of a tree must be attached, else two of them find a way around.

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { Lane } from './lane.ts';
import type { LaneShape } from './lane.ts';
import type { Place } from './pages/rewrite-candidates.ts';

/** What both directions of a path are like: `down` is towards a lower peer. */
export interface PathShape {
  down: LaneShape;
  up: LaneShape;
}

/** One peer's access to the others. */
export interface Attachment {
  /** The place that stands for a remote candidate (IPv4) of this peer from now on. */
  detour(address: string, port: number): Promise<Place>;
  /** From now on nothing reaches this peer and nothing leaves it. */
  cut(): void;
  heal(): void;
}

/** Carries all packets of the connections between attached peers. */
export interface PathProxy {
  /** `side` says which way `down` is: the broadcaster is an upper peer, viewers are lower ones. */
  attach(side: 'upper' | 'lower'): Attachment;
  /** All paths have this shape from now on; what is travelling arrives as planned. */
  reshape(shape: PathShape): void;
  /** Packets delivered and packets lost so far. */
  counts(): { carried: number; lost: number };
  close(): void;
}

/** The same both ways. */
export function symmetric(shape: LaneShape): PathShape {
  return { down: shape, up: shape };
}

/** Half of a round trip each way, and this loss each way. */
export function lossyPath(lossShare: number, rttMs: number): PathShape {
  return symmetric({ lossShare, delayMs: rttMs / 2 });
}

interface Peer {
  side: 'upper' | 'lower';
  isCut: boolean;
  /** The places its packets were seen to come from. */
  places: Set<string>;
}

function nameOf(address: string, port: number): string {
  return `${address}:${port}`;
}

async function bind(): Promise<Socket> {
  const socket = createSocket('udp4');
  // A port that nobody listens on any more answers with an error: as on a network, nobody hears of it.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  return socket;
}

/** Starts a proxy; equal seeds give equal fates to the packets of the same lane. */
export function openPathProxy(initialShape: PathShape, seed = 1): PathProxy {
  let shape = initialShape;
  let lanes = 0;
  let isClosed = false;
  const peers: Peer[] = [];
  const stops: (() => void)[] = [];
  const counts = { carried: 0, lost: 0 };

  const openSocket = async (): Promise<Socket> => {
    const socket = await bind();
    if (isClosed) socket.close();
    else stops.push(() => socket.close());
    return socket;
  };

  /** A way for packets; `isCut` is asked for each. */
  const openLane = (
    way: keyof PathShape,
    isCut: () => boolean,
    send: (packet: Buffer) => void,
  ): ((packet: Buffer) => void) => {
    const lane = new Lane(
      seed * 1000 + lanes++,
      (packet) => {
        if (isClosed) return;
        counts.carried++;
        send(packet);
      },
      () => counts.lost++,
    );
    stops.push(() => lane.stop());
    return (packet) => {
      if (isCut()) counts.lost++;
      else lane.push(packet, shape[way]);
    };
  };

  /** A port that stands for a place; each sender to it gets a port of its own on the far side, as behind a NAT. */
  const openFront = async (peer: Peer, { address, port }: Place): Promise<number> => {
    const front = await openSocket();
    const target = nameOf(address, port);
    const isCut = (): boolean => peer.isCut || peers.some((other) => other.isCut && other.places.has(target));
    const [away, back] = peer.side === 'upper' ? (['down', 'up'] as const) : (['up', 'down'] as const);
    const ways = new Map<string, Promise<(packet: Buffer) => void>>();
    const openWay = async (sender: Place): Promise<(packet: Buffer) => void> => {
      const far = await openSocket();
      const returning = openLane(back, isCut, (packet) => front.send(packet, sender.port, sender.address));
      far.on('message', returning);
      return openLane(away, isCut, (packet) => far.send(packet, port, address));
    };
    front.on('message', (packet, sender) => {
      const name = nameOf(sender.address, sender.port);
      peer.places.add(name);
      let way = ways.get(name);
      if (!way) ways.set(name, (way = openWay(sender)));
      void way.then((carry) => carry(packet));
    });
    return front.address().port;
  };

  return {
    attach(side) {
      const peer: Peer = { side, isCut: false, places: new Set() };
      const fronts = new Map<string, Promise<number>>();
      peers.push(peer);
      return {
        async detour(address, port) {
          const name = nameOf(address, port);
          let front = fronts.get(name);
          if (!front) fronts.set(name, (front = openFront(peer, { address, port })));
          return { address, port: await front };
        },
        cut: () => void (peer.isCut = true),
        heal: () => void (peer.isCut = false),
      };
    },
    reshape: (next) => void (shape = next),
    counts: () => ({ ...counts }),
    close() {
      isClosed = true;
      for (const stop of stops) stop();
    },
  };
}
