// A simulated world: virtual time, one source of chance, a network, a signaling server, the broadcaster and its viewers.
// What happens to them is decided by the folder `worlds`; what must never happen is watched by the checkers.

import type { OverlayEvent } from '../../src/overlay/event.ts';
import type { ControlMessage } from '../../src/overlay/message.ts';
import { createOverlay, type OverlayOptions } from '../../src/overlay/state.ts';
import type { Clock } from '../../src/ports.ts';
import { Checkers } from './checkers.ts';
import { EventQueue } from './event-queue.ts';
import { LogHash } from './log-hash.ts';
import { isAtTheTop } from './pace.ts';
import { SimEdge } from './sim-edge.ts';
import { CACHE_BOUNDS } from './sim-feed.ts';
import { SimNetwork, type PathShape } from './sim-network.ts';
import { SimPackets, WALL_US } from './sim-packets.ts';
import { SimPeer } from './sim-peer.ts';
import { SimRandom } from './sim-random.ts';
import { SimRendezvous } from './sim-rendezvous.ts';
import { drawSlots, USUAL, type UplinkMix } from './uplinks.ts';

const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';
const PUBLIC_KEY = `${'A'.repeat(43)}=`;
/** Answered offers are looked up for this long at least. */
const SWEEP_MS = 2000;

export interface WorldOptions {
  seed: number;
  uplinks?: UplinkMix;
  /** Whether there is a feed. Without one the world is the control plane alone. */
  hasPackets: boolean;
  /** Whether tips and pings are carried between all peers, or only those of the root. */
  hasLiveness: boolean;
  /** Whether every control message goes through the codec. */
  isWireExact: boolean;
  /** Whether messages get lost on some edges. */
  hasLoss: boolean;
  /** What every path is like, and so what it carries; absent: as the map says, and as much as uplinks send. */
  paths?: PathShape;
  /** How many times as many packets a second there are as usual; absent: as usual. */
  pace?: number;
  /** Ticks of its peers, ms, each of them drawn from these: 50, and more on busy machines. */
  ticksMs: readonly number[];
  /** Whether any two can have an edge; absent: one pair in twenty can't. */
  isWellConnected?: boolean;
}

export class World {
  readonly options: WorldOptions;
  readonly random: SimRandom;
  readonly queue = new EventQueue();
  readonly hash = new LogHash();
  readonly network: SimNetwork;
  readonly checkers: Checkers;
  readonly rendezvous: SimRendezvous;
  readonly packets: SimPackets;
  readonly clock: Clock;
  readonly uplinks: UplinkMix;
  peers: SimPeer[] = [];
  root: SimPeer;
  recoveriesMs: number[] = [];
  /** Control messages to and from the root. */
  rootMessages = 0;
  /** How old packets were when they came, ms, and how many were left out, since they were last forgotten; where paths have a quality of their own. */
  arrivals = { agesMs: [] as number[], leftOut: 0 };
  /** Packets lost by those who are gone. */
  lostByDead = 0;
  /** Moves that promotion made of those who are gone, and below them. */
  movesOfDead = { up: 0, down: 0 };
  /** Whether peers may be given better places. */
  isPromoting = true;
  /** Deliberate faults of our own code, to prove that the checkers see them. */
  plant: ((peer: SimPeer, event: OverlayEvent) => void) | undefined;
  isStarved: ((peer: SimPeer) => boolean) | undefined;
  isLeaky: ((peer: SimPeer) => boolean) | undefined;
  isDeaf: ((peer: SimPeer, seq: number) => boolean) | undefined;
  readsMask: ((mask: number) => number) | undefined;
  isGateOpen = false;
  cacheBounds = CACHE_BOUNDS;
  readonly #edges = new Map<string, SimEdge>();
  #nextIndex = 0;
  #nextEdge = 0;
  #epoch = 0;
  #nextSeq = 0;
  #hasBuried = false;

  constructor(options: WorldOptions) {
    this.options = options;
    this.packets = new SimPackets(options.pace ?? 1);
    this.uplinks = options.uplinks ?? USUAL;
    this.random = new SimRandom(options.seed);
    this.clock = clockOf(this.queue);
    this.network = new SimNetwork(this);
    this.checkers = new Checkers(this);
    this.rendezvous = new SimRendezvous(this);
    this.root = this.startRoot();
    if (options.hasPackets) this.queue.after(0, () => this.#packet());
    this.queue.after(SWEEP_MS, () => this.#sweep());
  }

  /** The broadcaster goes live, or comes back under the same link with the next epoch. */
  startRoot(): SimPeer {
    this.#epoch++;
    this.#nextSeq = 0;
    const { rootSlots: slots } = this.uplinks;
    const about = { publicKey: PUBLIC_KEY, epoch: this.#epoch, clockOffsetUs: WALL_US };
    this.root = this.#add({ role: 'root', slots, ...about });
    return this.root;
  }

  /** `tag`: what signaling calls the address that it comes from; absent: it knows none. */
  startViewer(slots = drawSlots(this.uplinks, this.random), tag?: string): SimPeer {
    return this.#add({ role: 'viewer', slots }, tag);
  }

  viewers(): SimPeer[] {
    return this.peers.filter((peer) => peer.state.role === 'viewer' && peer.status !== 'dead');
  }

  openEdge(peer: SimPeer, id: string): void {
    this.#edges.set(id, new SimEdge(this, id, this.#nextEdge++, peer));
  }

  answerEdge(peer: SimPeer, id: string): void {
    this.#edges.get(id)?.answer(peer);
  }

  noteControl(from: SimPeer, to: SimPeer | undefined): void {
    if (from === this.root || to === this.root) this.rootMessages++;
  }

  /** In a world without signs of life, those of the root alone are carried. */
  isCarried(from: SimPeer, to: SimPeer, { type }: ControlMessage): boolean {
    if (this.options.hasLiveness || (type !== 'tip' && type !== 'ping')) return true;
    return isAtTheTop(from.state) && isAtTheTop(to.state);
  }

  buried(peer: SimPeer): void {
    this.rendezvous.bury(peer);
    this.lostByDead += peer.feed?.lost ?? 0;
    this.movesOfDead.up += peer.promotion.moves.up;
    this.movesOfDead.down += peer.promotion.moves.down;
    this.#hasBuried = true;
  }

  #add(
    options: Pick<OverlayOptions, 'slots'> &
      ({ role: 'viewer' } | Omit<OverlayOptions & { role: 'root' }, 'peer' | 'broadcastId' | 'seed'>),
    tag?: string,
  ): SimPeer {
    const { random } = this;
    const about = { peer: random.id(), broadcastId: BROADCAST_ID, seed: random.bytes(16) };
    const peer = new SimPeer(this, this.#nextIndex++, createOverlay({ ...options, ...about }), tag);
    this.peers.push(peer);
    peer.start();
    return peer;
  }

  #packet(): void {
    const { root, queue, packets } = this;
    if (root.status !== 'dead') {
      if (this.#nextSeq === 0) packets.epochAtMs = queue.nowMs;
      root.feed?.publish(this.#epoch, this.#nextSeq++);
    }
    queue.after(packets.packetMs, () => this.#packet());
  }

  #sweep(): void {
    for (const [id, edge] of this.#edges) if (edge.isAbandoned) this.#edges.delete(id);
    if (this.#hasBuried) this.peers = this.peers.filter((peer) => peer.status !== 'dead');
    this.#hasBuried = false;
    this.queue.after(SWEEP_MS, () => this.#sweep());
  }
}

function clockOf(queue: EventQueue): Clock {
  const neverAsked = () => {
    throw new Error('nothing in a simulated peer sets its own alarms');
  };
  return {
    nowMs: () => queue.nowMs,
    wallUs: () => WALL_US + queue.nowMs * 1000,
    every: neverAsked,
    after: neverAsked,
  };
}
