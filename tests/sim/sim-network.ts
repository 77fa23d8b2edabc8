// The network of a simulated world: how far apart peers are, who can't reach whom, what gets lost, what an uplink carries.

import type { SimEdge } from './sim-edge.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

/** IP, UDP, DTLS and SCTP around each message. */
export const MESSAGE_OVERHEAD_BYTES = 60;
/** Share of pairs that can't connect, as behind two strict NATs. */
const UNREACHABLE_SHARE = 0.05;
/** One way across the map, ms. */
const CROSSING_MS = 60;
/** What the last mile of a peer adds, ms. */
const LAST_MILE_MS = [2, 15] as const;
/** Share of edges with loss, and how much of it. */
const LOSSY_EDGES_SHARE = 0.2;
const LOSS_SHARE_MAX = 0.02;

/** What one path is like, both ways. */
export interface PathShape {
  rttMs: number;
  lossShare: number;
}

/** Payload of one SCTP packet, bytes. */
const SCTP_BYTES = 1150;

/**
 * What SCTP carries over such a path, bits a second: each loss halves its window, each round trip lets it grow by one packet
 * (Mathis and others, 1997).
 */
export function pathBitsPerSecond({ rttMs, lossShare }: PathShape): number {
  return (1.2 * SCTP_BYTES * 8 * 1000) / (rttMs * Math.sqrt(lossShare));
}

/** What one peer can send: everything it says leaves one after the other. */
export class Uplink {
  /** Bytes a millisecond. */
  readonly bytesPerMs: number;
  #freeAtMs = 0;

  constructor(bitsPerSecond: number) {
    this.bytesPerMs = bitsPerSecond / 8000;
  }

  /** How long what is to be sent has to wait. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#freeAtMs - nowMs);
  }

  /** Takes bytes; gives the moment at which the last one has left. */
  send(nowMs: number, bytes: number): number {
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + bytes / this.bytesPerMs;
    return this.#freeAtMs;
  }
}

/** What was handed to one channel and hasn't left yet. */
export class Outbox {
  #bytes = 0;
  #stuckBytes = 0;
  #departMs: number[] = [];
  #sizes: number[] = [];
  #first = 0;

  add(departMs: number, bytes: number): void {
    this.#departMs.push(departMs);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
  }

  /** Bytes that nobody acknowledges, until `release`. */
  stick(bytes: number): void {
    this.#stuckBytes += bytes;
  }

  release(): void {
    this.#stuckBytes = 0;
  }

  bytes(nowMs: number): number {
    while (this.#first < this.#departMs.length && this.#departMs[this.#first]! <= nowMs)
      this.#bytes -= this.#sizes[this.#first++]!;
    if (this.#first === this.#departMs.length && this.#first > 0) {
      this.#departMs = [];
      this.#sizes = [];
      this.#first = 0;
    }
    return this.#bytes + this.#stuckBytes;
  }
}

/** Where a peer is on the map, and its last mile. */
export interface Place {
  x: number;
  y: number;
  lastMileMs: number;
}

/** A lost message comes again after a round trip and SCTP's shortest wait. */
export function retransmitMs(delayMs: number): number {
  return 2 * delayMs + 50;
}

export class SimNetwork {
  readonly #world: World;
  /** Peers on the far side while the network is parted. */
  #farSide: Set<SimPeer> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  place(): Place {
    const { random } = this.#world;
    const lastMileMs = random.between(...LAST_MILE_MS);
    return { x: random.between(0, 1), y: random.between(0, 1), lastMileMs };
  }

  /** Says how far apart the ends of a new edge are. */
  measure(edge: SimEdge, a: SimPeer, b: SimPeer): void {
    const { random, options } = this.#world;
    if (options.paths) {
      edge.shape(options.paths);
      return;
    }
    const distance = Math.hypot(a.place.x - b.place.x, a.place.y - b.place.y);
    edge.delayMs = a.place.lastMileMs + b.place.lastMileMs + CROSSING_MS * distance;
    edge.jitterMs = random.between(1, 20);
    const isLossy = options.hasLoss && random.isLikely(LOSSY_EDGES_SHARE);
    edge.lossShare = isLossy ? random.between(0, LOSS_SHARE_MAX) : 0;
  }

  /** Whether two peers can have an edge. Everybody reaches the broadcaster, as with TURN. */
  canConnect(a: SimPeer, b: SimPeer): boolean {
    if (this.isParted(a, b)) return false;
    if (this.#world.options.isWellConnected === true) return true;
    if (a.state.role === 'root' || b.state.role === 'root') return true;
    const low = Math.min(a.index, b.index);
    const pair =
      Math.imul(low ^ this.#world.options.seed, 0x85ebca6b) ^ Math.imul(a.index + b.index, 0xc2b2ae35);
    return ((pair ^ (pair >>> 15)) >>> 0) / 0x100000000 >= UNREACHABLE_SHARE;
  }

  isParted(a: SimPeer, b: SimPeer): boolean {
    return this.#farSide !== undefined && this.#farSide.has(a) !== this.#farSide.has(b);
  }

  isFar(peer: SimPeer): boolean {
    return this.#farSide?.has(peer) ?? false;
  }

  /** Cuts a set of peers off from the others and from the signaling server. */
  part(farSide: Set<SimPeer>): void {
    this.#farSide = farSide;
    for (const peer of farSide) {
      this.#world.rendezvous.cutOff(peer);
      for (const edge of [...peer.edges.values()]) {
        const other = edge.other(peer);
        if (other && !farSide.has(other)) edge.break();
      }
    }
  }

  heal(): void {
    const { random, queue, rendezvous } = this.#world;
    for (const peer of this.#farSide ?? [])
      queue.after(random.between(0, 2000), () => rendezvous.restore(peer));
    this.#farSide = undefined;
  }
}
