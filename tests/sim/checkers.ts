// Watches a world from outside and writes down what must never be. Each check here has a planted fault in
// checkers.test.ts that it catches.

import { freeSlots } from '../../src/overlay/counts.ts';
import { hasLeft, overlayStats } from '../../src/overlay/overlay-stats.ts';
import { GUEST_MS_MAX } from '../../src/overlay/timing.ts';
import { findOverfull } from './bounds-check.ts';
import { findLoops } from './loop-check.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

const LOOP_MS_MAX = 1000;
const FRESH_MS = 2000;
/** An edge that nobody's state knows may linger this long: it is being closed. */
const LEAK_MS_MAX = 1000;
/** A guest goes at the tick after its time. */
const GUEST_SLACK_MS = 200;
/** Whoever has been a parent or standby, awake, and held a packet for this long could have been asked twice, and have sent it. */
const ASKABLE_MS = 1000;
/** Whoever has so much to send, ms, can't be blamed for what doesn't come. */
const CONGESTED_MS = 500;
const VIOLATIONS_MAX = 20;

export type Check =
  'loop' | 'unfed' | 'slots' | 'counts' | 'bounds' | 'edges' | 'late-words' | 'lost' | 'unverified';

export interface Violation {
  check: Check;
  atMs: number;
  what: string;
}

export class Checkers {
  readonly violations: Violation[] = [];
  /** Loops that were seen, however short. */
  loops = 0;
  readonly #world: World;
  readonly #loopSince = new Map<SimPeer, number>();
  readonly #unknownSince = new Map<string, number>();
  /** Peers that something happened to since the last look, in a world where to most of them nothing does. */
  readonly #stirred = new Set<SimPeer>();

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on, looks at everything every so often. */
  watchEvery(periodMs: number): void {
    this.#world.queue.after(periodMs, () => {
      this.watch();
      this.watchEvery(periodMs);
    });
  }

  /** Something happened to this peer: it is looked at next time. Where signs of life are exchanged everybody is, each time. */
  stir(peer: SimPeer): void {
    if (!this.#world.options.hasLiveness) this.#stirred.add(peer);
  }

  /** What must hold at every moment. What held at the last look holds of those that nothing has happened to since. */
  watch(): void {
    const peers = this.#world.options.hasLiveness ? this.#world.peers : [...this.#stirred];
    this.#stirred.clear();
    this.#watchLoops(peers);
    for (const peer of peers) {
      if (peer.status !== 'alive') continue;
      this.#watchSlots(peer);
      for (const what of findOverfull(peer, this.#world.packets.packetMs))
        this.#violate('bounds', `peer ${peer.index} ${what}`);
      this.#watchEdges(peer);
    }
  }

  /** Whether everybody is fed or rightly waits, and the root counts them. */
  isWhole(): boolean {
    const viewers = this.#world.viewers();
    if (viewers.some((peer) => !this.#isFed(peer) && !this.#mayWait(peer))) return false;
    return overlayStats(this.#world.root.state).viewers === this.#attached(viewers);
  }

  /** What must hold once the faults have stopped and the world has had time to heal. */
  settle(): void {
    const viewers = this.#world.viewers();
    for (const peer of viewers) if (!this.#isFed(peer) && !this.#mayWait(peer)) this.#unfed(peer);
    const fed = this.#attached(viewers);
    const counted = overlayStats(this.#world.root.state).viewers;
    if (counted !== fed) this.#violate('counts', `the root counts ${counted} viewers, ${fed} are there`);
  }

  saidTooLate(peer: SimPeer, edge: string, message: string): void {
    this.#violate('late-words', `peer ${peer.index} says ${message} on ${edge}, which it had given up`);
  }

  /** A packet was given up. Nobody that could have been asked in time may hold it. */
  packetLost(peer: SimPeer, seq: number): void {
    if (this.#sleptLately(peer)) return;
    const holder = this.#askedPeers(peer).find((one) => this.#hasLongHeld(one, seq));
    if (holder)
      this.#violate('lost', `peer ${peer.index} gave up packet ${seq}, which ${holder.index} holds`);
  }

  /** A packet neither came nor was given up. */
  packetForgotten(peer: SimPeer, seq: number): void {
    this.#violate('lost', `peer ${peer.index} forgot packet ${seq}`);
  }

  forwardedForged(peer: SimPeer, seq: number): void {
    this.#violate('unverified', `peer ${peer.index} passes on packet ${seq}, which is forged`);
  }

  /** Whether a chain of parents leads from this peer to the root. */
  isAttached(peer: SimPeer): boolean {
    let at: SimPeer | undefined = peer;
    for (let hops = 0; at && hops <= this.#world.peers.length; hops++) {
      if (at === this.#world.root) return true;
      at = parentOf(at);
    }
    return false;
  }

  #attached(viewers: readonly SimPeer[]): number {
    return viewers.filter((peer) => this.isAttached(peer)).length;
  }

  #isFed(peer: SimPeer): boolean {
    if (!peer.feed) return this.isAttached(peer);
    return (
      this.#world.queue.nowMs - peer.feed.lastPacketAtMs <= FRESH_MS && peer.state.shown.state === 'live'
    );
  }

  /** Only when it knows that it waits, and nobody has a slot left that it could be given. */
  #mayWait(peer: SimPeer): boolean {
    if (this.#isBelowWaiting(peer)) return true;
    return peer.state.shown.reason === 'full' && !this.#hasFreeSlotFor(peer);
  }

  #isBelowWaiting(peer: SimPeer): boolean {
    const parent = parentOf(peer);
    return parent !== undefined && parent.state.role === 'viewer' && this.#mayWait(parent);
  }

  #hasFreeSlotFor(peer: SimPeer): boolean {
    const { peers, network } = this.#world;
    const isOpen = (one: SimPeer) =>
      !one.isHostile && freeSlots(one.state) > 0 && network.canConnect(one, peer);
    return peers.some((one) => isOpen(one) && this.isAttached(one));
  }

  #unfed(peer: SimPeer): void {
    const { shown, seeking, parent, rendezvous } = peer.state;
    const sinceMs = this.#world.queue.nowMs - (peer.feed?.lastPacketAtMs ?? peer.startedAtMs);
    const detail = { shown, seeking: seeking.phase, parent: parent?.peer, rendezvous, sinceMs };
    this.#violate('unfed', `peer ${peer.index} isn't fed: ${JSON.stringify(detail)}`);
  }

  /** Parent and standbys that have been there for a while, awake and within reach. */
  #askedPeers(peer: SimPeer): SimPeer[] {
    const { parent, standbys } = peer.state;
    const sinceMs = this.#world.queue.nowMs + peer.skewMs - ASKABLE_MS;
    const steady = [...(parent ? [parent] : []), ...standbys.values()].filter(
      (one) => one.sinceMs <= sinceMs,
    );
    return steady.flatMap(({ edge: name }) => {
      const edge = peer.edges.get(name);
      const other = edge?.other(peer);
      const isAsked =
        other?.state.children.has(name) === true && other.status === 'alive' && !other.isHostile;
      return isAsked && edge?.isBroken === false ? [other] : [];
    });
  }

  #hasLongHeld(peer: SimPeer, seq: number): boolean {
    if (this.#sleptLately(peer) || peer.feed?.has(seq) !== true) return false;
    const { nowMs } = this.#world.queue;
    return nowMs - peer.feed.cameAtMs(seq) >= ASKABLE_MS && peer.uplink.waitMs(nowMs) < CONGESTED_MS;
  }

  #sleptLately({ thawedAtMs }: SimPeer): boolean {
    return this.#world.queue.nowMs - thawedAtMs < ASKABLE_MS;
  }

  #watchLoops(peers: readonly SimPeer[]): void {
    const looping = findLoops(this.#world, peers);
    for (const peer of this.#loopSince.keys()) if (!looping.has(peer)) this.#loopSince.delete(peer);
    for (const peer of looping) {
      this.stir(peer);
      if (!this.#loopSince.has(peer)) this.loops++;
      if (this.#lasts(this.#loopSince, peer, LOOP_MS_MAX))
        this.#violate('loop', `peer ${peer.index} has been below itself`);
    }
  }

  /** Whoever is sent anything holds a slot, but for one guest for a while. */
  #watchSlots(peer: SimPeer): void {
    // One who leaves feeds whom it fed until they have gone.
    if (peer.state.isLeaving) return;
    const nowMs = this.#world.queue.nowMs + peer.skewMs;
    let held = 0;
    let guests = 0;
    for (const { mask, guestSinceMs } of peer.state.children.values()) {
      if (mask !== 0) held++;
      if (guestSinceMs !== null) this.stir(peer);
      if (guestSinceMs !== null && nowMs - guestSinceMs <= GUEST_MS_MAX + GUEST_SLACK_MS) guests = 1;
    }
    const fed = peer.feed?.masks.size ?? 0;
    if (Math.max(fed, held) > peer.slots + guests)
      this.#violate(
        'slots',
        `peer ${peer.index} feeds ${fed} and holds ${held} children with ${peer.slots} slots`,
      );
  }

  #watchEdges(peer: SimPeer): void {
    if (hasLeft(peer.state)) return;
    for (const edge of peer.edges.keys()) {
      const isKnownHere = isKnown(peer, edge);
      if (isKnownHere && this.#unknownSince.size === 0) continue;
      const key = `${peer.index} ${edge}`;
      if (isKnownHere) this.#unknownSince.delete(key);
      else if (this.#lasts(this.#unknownSince, key, LEAK_MS_MAX))
        this.#violate('edges', `peer ${peer.index} keeps edge ${edge}, which it has given up`);
      if (!isKnownHere) this.stir(peer);
    }
  }

  /** Whether something that is so now has been so for longer than it may. */
  #lasts<K>(since: Map<K, number>, what: K, msMax: number): boolean {
    const { nowMs } = this.#world.queue;
    const sinceMs = since.get(what);
    if (sinceMs === undefined) since.set(what, nowMs);
    return sinceMs !== undefined && nowMs - sinceMs > msMax;
  }

  #violate(check: Check, what: string): void {
    if (this.violations.length < VIOLATIONS_MAX)
      this.violations.push({ check, atMs: this.#world.queue.nowMs, what });
  }
}

/** The living peer at the other end of the edge that feeds this one, if it agrees. */
export function parentOf(peer: SimPeer): SimPeer | undefined {
  const edge = peer.state.parent?.edge;
  const parent = edge === undefined ? undefined : peer.edges.get(edge)?.other(peer);
  return parent && parent.status !== 'dead' && edge !== undefined && parent.state.children.has(edge)
    ? parent
    : undefined;
}

/** Whether somebody it could be fed by at once lives. */
export function hasLivingFeeder(peer: SimPeer): boolean {
  return upwardPeers(peer).some(({ status }) => status === 'alive');
}

/** Whom a packet can be asked of: the parent and the standbys, where they agree. */
function upwardPeers(peer: SimPeer): SimPeer[] {
  const parent = parentOf(peer);
  const standbys = [...peer.state.standbys.keys()].flatMap((edge) => {
    const standby = peer.edges.get(edge)?.other(peer);
    return standby?.state.children.has(edge) ? [standby] : [];
  });
  return parent ? [parent, ...standbys] : standbys;
}

function isKnown({ state }: SimPeer, edge: string): boolean {
  return (
    state.children.has(edge) ||
    state.closing.has(edge) ||
    state.parent?.edge === edge ||
    state.standbys.has(edge) ||
    state.search.edge === edge ||
    state.seeking.edge === edge
  );
}
