// The feed's half of a simulated peer: the product's cache, memory of what came, and forward queues, around packets that the
// whole world shares. What the integrity gate would find out is written on the message: nothing is signed here.

import type { Bytes } from '../../src/base/bytes.ts';
import { GroupCache } from '../../src/feed/group-cache.ts';
import { SeenSeqs } from '../../src/feed/seen-seqs.ts';
import type { OverlayEffect } from '../../src/overlay/event.ts';
import type { Edge } from '../../src/ports.ts';
import { FanOut } from '../../src/session/fan-out.ts';
import { GROUP_PACKETS, PACKET_MS, WALL_US } from './sim-packets.ts';
import type { SimEdge } from './sim-edge.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

export const CACHE_BOUNDS = { bytesMax: 4 * 1024 * 1024, secondsMax: 30 };
/** A hole that was neither filled nor given up for this long under one parent was forgotten. */
const FORGOTTEN_MS = 10_000;
/** When packets came is remembered of the newest ones: longer than any cache. */
const ARRIVALS_KEPT = 512;
/** A shorter pause is no stall. */
export const STALL_MS_LEAST = 300;
/** Where a head's epoch and seq stand in its message, and those of an announced hole. */
const HEAD_TYPE = 1;
const SKIP_TYPE = 3;

export interface Hole {
  epoch: number;
  fromSeq: number;
  toSeq: number;
}

export class SimFeed {
  readonly cache: GroupCache;
  readonly fanOut: FanOut;
  epoch = 0;
  /** The seq up to which everything is here, or was announced as left out. */
  frontier = -1;
  firstPacketAtMs: number | null = null;
  lastPacketAtMs = -Infinity;
  #frontierAtMs = -Infinity;
  #stallMs = 0;
  #stallEndedAtMs = -Infinity;
  /** Packets given up so far. */
  lost = 0;
  /** By edge: which stripes are sent there. */
  readonly masks = new Map<string, number>();
  readonly #world: World;
  readonly #peer: SimPeer;
  #seen: SeenSeqs | null = null;
  /** When packets came, by seq modulo ARRIVALS_KEPT. */
  readonly #cameAtMs: number[] = [];
  readonly #leftOut = new Set<number>();
  /** Since when there are holes below a packet. */
  #hole = { sinceMs: 0, newestSeq: -1 };
  /** Packets that a gate which is open (a planted fault) let through. */
  readonly #forged = new Set<number>();

  constructor(world: World, peer: SimPeer) {
    this.#world = world;
    this.#peer = peer;
    this.cache = new GroupCache(world.cacheBounds);
    this.fanOut = new FanOut(world.clock, this.cache);
  }

  /** Our own: the root made a packet. */
  publish(epoch: number, seq: number): void {
    if (epoch > this.epoch) this.#beginEpoch(epoch);
    this.#keep(null, seq);
  }

  /** A packet came in on an edge. */
  receive(edge: SimEdge, epoch: number, seq: number, isForged: boolean): void {
    if (isForged && !this.#world.isGateOpen) {
      this.#peer.tell({ type: 'rejected', edge: edge.id });
      return;
    }
    if (isForged) this.#forged.add(seq);
    if (epoch < this.epoch || this.#world.isStarved?.(this.#peer)) return;
    if (this.#world.isDeaf?.(this.#peer, seq)) return;
    if (epoch > this.epoch) this.#beginEpoch(epoch);
    this.#keep(edge.id, seq);
  }

  /** Somebody leaves something out. */
  skip(edge: SimEdge, { epoch, fromSeq, toSeq }: Hole): void {
    if (epoch === this.epoch) this.#peer.tell({ type: 'skipped', epoch, fromSeq, toSeq, by: edge.id });
  }

  /** Whoever feeds us leaves something out. */
  leaveOut(fromSeq: number, toSeq: number): void {
    for (let seq = fromSeq; seq <= toSeq; seq++) if (!this.has(seq)) this.#world.arrivals.leftOut++;
    this.#leaveOut(fromSeq, toSeq);
    this.fanOut.skip(this.epoch, fromSeq, toSeq);
    this.fanOut.pump();
  }

  feedChild({ edge: name, mask, layerMax, from }: Extract<OverlayEffect, { type: 'feed-child' }>): void {
    const edge = this.#peer.edges.get(name);
    if (!edge || mask === 0) {
      this.stopChild(name);
      return;
    }
    this.masks.set(name, mask);
    const read = this.#world.readsMask?.(mask) ?? mask;
    this.fanOut.add(name, this.#channel(edge), { mask: read, layerMax }, from);
    this.fanOut.pump();
  }

  stopChild(name: string): void {
    this.masks.delete(name);
    this.fanOut.remove(name);
  }

  serveChild({ edge: name, ranges }: Extract<OverlayEffect, { type: 'serve-child' }>): void {
    const edge = this.#peer.edges.get(name);
    if (!edge) return;
    this.fanOut.serve(name, this.#channel(edge), ranges);
    this.fanOut.pump();
  }

  /** What nobody brought in time. */
  giveUp(fromSeq: number, toSeq: number): void {
    for (let seq = Math.max(fromSeq, this.frontier + 1); seq <= toSeq; seq++) {
      if (this.has(seq) || this.#leftOut.has(seq)) continue;
      this.lost++;
      this.#world.checkers.packetLost(this.#peer, seq);
    }
    this.#leaveOut(fromSeq, toSeq);
    this.fanOut.skip(this.epoch, fromSeq, toSeq);
    this.fanOut.pump();
  }

  /** When a packet that is here came. */
  cameAtMs(seq: number): number {
    return this.#cameAtMs[seq % ARRIVALS_KEPT] ?? Infinity;
  }

  /** Whether a packet of the present epoch is here. */
  has(seq: number): boolean {
    return this.cache.get(seq) !== undefined;
  }

  forgetStalls(): void {
    this.#stallMs = 0;
    this.#stallEndedAtMs = -Infinity;
  }

  /** The longest time without progress, less the usual interval, since they were forgotten; one going on counts. */
  stallSoFarMs(): number {
    return Math.max(this.#stallMs, this.#world.queue.nowMs - this.#frontierAtMs - PACKET_MS);
  }

  /** When the last stall ended; now, if one is going on. */
  stalledUntilMs(): number {
    const { nowMs } = this.#world.queue;
    return nowMs - this.#frontierAtMs - PACKET_MS > STALL_MS_LEAST ? nowMs : this.#stallEndedAtMs;
  }

  #beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.cache.clear();
    this.#seen = null;
    this.#leftOut.clear();
    this.frontier = -1;
    this.#hole = { sinceMs: 0, newestSeq: -1 };
    this.#peer.tell({ type: 'epoch', epoch });
  }

  #keep(edge: string | null, seq: number): void {
    const { nowMs } = this.#world.queue;
    const groupSeq = seq - (seq % GROUP_PACKETS);
    this.#seen ??= this.#begin(groupSeq);
    const isNew = !this.#seen.has(seq);
    this.#seen.add(seq);
    const timeUs = this.#world.packets.timeUs(seq);
    // Holes are being filled: a burst, or repair.
    if (isNew && seq < this.cache.newestSeq) this.#hole.sinceMs = nowMs;
    if (isNew) this.cache.add(this.#world.packets.get(this.epoch, seq));
    if (isNew) this.#cameAtMs[seq % ARRIVALS_KEPT] = nowMs;
    this.#peer.tell({ type: 'packet', edge, epoch: this.epoch, seq, groupSeq, isNew, timeUs });
    if (!isNew) return;
    this.firstPacketAtMs ??= nowMs;
    this.lastPacketAtMs = nowMs;
    if (this.#world.options.paths) this.#world.arrivals.agesMs.push(nowMs - (timeUs - WALL_US) / 1000);
    this.#peer.recovered();
    this.#advance();
    this.fanOut.packet(this.#world.packets.get(this.epoch, seq));
    this.fanOut.pump();
  }

  /** A newcomer begins at a group: nothing before it will ever be asked for. */
  #begin(groupSeq: number): SeenSeqs {
    const seen = new SeenSeqs();
    seen.raiseFloor(groupSeq);
    this.frontier = groupSeq - 1;
    this.#frontierAtMs = this.#world.queue.nowMs;
    if (groupSeq > 0)
      this.#peer.tell({ type: 'skipped', epoch: this.epoch, fromSeq: 0, toSeq: groupSeq - 1 });
    return seen;
  }

  #leaveOut(fromSeq: number, toSeq: number): void {
    for (let seq = Math.max(fromSeq, this.frontier + 1); seq <= toSeq; seq++) this.#leftOut.add(seq);
    this.#advance();
  }

  #advance(): void {
    const before = this.frontier;
    const { nowMs } = this.#world.queue;
    const { newestSeq } = this.cache;
    for (let seq = before + 1; ; seq++) {
      if (!this.has(seq) && !this.#leftOut.delete(seq)) {
        if (seq > newestSeq || !this.#isForgotten(seq)) break;
        this.#world.checkers.packetForgotten(this.#peer, seq);
      }
      this.frontier = seq;
    }
    if (this.frontier === before) return;
    const stallMs = nowMs - this.#frontierAtMs - PACKET_MS;
    this.#stallMs = Math.max(this.#stallMs, stallMs);
    if (stallMs > STALL_MS_LEAST) this.#stallEndedAtMs = nowMs;
    this.#frontierAtMs = nowMs;
  }

  /** Whether this hole, or one that was found together with it, has stood for too long. */
  #isForgotten(seq: number): boolean {
    const { nowMs } = this.#world.queue;
    if (seq > this.#hole.newestSeq) this.#hole = { sinceMs: nowMs, newestSeq: this.cache.newestSeq };
    const parentSinceMs = (this.#peer.state.parent?.sinceMs ?? Infinity) - this.#peer.skewMs;
    const sinceMs = Math.max(this.#hole.sinceMs, parentSinceMs, this.#peer.thawedAtMs);
    return nowMs - sinceMs > FORGOTTEN_MS;
  }

  /** What a forward queue sees of an edge. */
  #channel(edge: SimEdge): Edge {
    const peer = this.#peer;
    return {
      signal: () => undefined,
      sendControl: () => false,
      sendMedia: (bytes) => this.#send(edge, bytes),
      get mediaBufferedBytes() {
        return edge.bufferedBytes(peer);
      },
      close: () => undefined,
    };
  }

  #send(edge: SimEdge, bytes: Bytes): boolean {
    if (bytes[0] === SKIP_TYPE) {
      const hole = { epoch: uint32(bytes, 4), fromSeq: uint32(bytes, 8), toSeq: uint32(bytes, 12) };
      return edge.sendMedia(this.#peer, bytes.length, hole, 0);
    }
    if (bytes[0] !== HEAD_TYPE) throw new Error('packets of this world fit one message');
    const seq = uint32(bytes, 9);
    const { isHostile } = this.#peer;
    const isForged = this.#forged.has(seq) || (isHostile && this.#world.random.isLikely(0.2));
    if (isForged && !isHostile) this.#world.checkers.forwardedForged(this.#peer, seq);
    return edge.sendMedia(this.#peer, bytes.length, uint32(bytes, 5), 2 * seq + (isForged ? 1 : 0));
  }
}

function uint32(bytes: Bytes, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
