// One edge of a simulated world: an offerer and whoever answered it first (a join that was passed on twice is answered
// twice), ordered control, unordered media, both reliable (what is lost on the way comes
// late), and the ways an edge dies: closed (the other side sees it soon), broken (both see it late), or its peer killed.

import { decodeControl, encodeControl } from '../../src/overlay/control-codec.ts';
import type { ControlMessage } from '../../src/overlay/message.ts';
import type { EdgeSignal } from '../../src/ports.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { Actor } from './event-queue.ts';
import type { Hole } from './sim-feed.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';
import {
  MESSAGE_OVERHEAD_BYTES,
  Outbox,
  pathBitsPerSecond,
  retransmitMs,
  Uplink,
  type PathShape,
} from './sim-network.ts';

/** Time until a vanished peer is noticed by ICE. */
const NOTICE_MS = [7500, 17_500] as const;
/** An offer may stand this long before anybody answers. */
const UNANSWERED_MS = 60_000;

const CONTROL = 0;
const MEDIA = 1;
const CLOSED = 2;
const OPENED = 3;
const DESCRIBED = 4;
const CANDIDATE = 5;
/** The value of an entry: which end it is for, and for media what it is about above that. */
const ENDS_MAX = 32;
/** The offering end; answering ones follow. */
const OFFERER = 0;

interface End {
  readonly peer: SimPeer;
  /** When the last control message sent towards this end arrives: the order is kept. */
  lastArrivalMs: number;
  outbox: Outbox | null;
  /** What the path takes from this end; null for as much as is sent. */
  path: Uplink | null;
}

export class SimEdge implements Actor {
  readonly id: string;
  readonly serial: number;
  readonly bornMs: number;
  isOpen = false;
  /** Nothing passes any more, and nobody has been told. */
  isBroken = false;
  /** One way, ms; known once both ends are. */
  delayMs = 0;
  jitterMs = 0;
  lossShare = 0;
  readonly #world: World;
  readonly #ends: End[] = [];
  /** The answering end whose answer was taken. */
  #answerer = 1;

  constructor(world: World, id: string, serial: number, offerer: SimPeer) {
    this.#world = world;
    this.id = id;
    this.serial = serial;
    this.bornMs = world.queue.nowMs;
    this.#join(offerer, 'offer');
  }

  /** An answering side. */
  answer(peer: SimPeer): void {
    if (this.#ends.length < ENDS_MAX && !this.#ends.some((end) => end.peer === peer))
      this.#join(peer, 'answer');
  }

  signal(peer: SimPeer, signal: EdgeSignal): void {
    const at = this.#ends.findIndex((end) => end.peer === peer);
    if (at < 0) return;
    if (signal.type === 'offer') this.#describe(at, 'answer');
    else if (signal.type === 'answer')
      this.#connect(Number(signal.sdp.slice(ANSWER.length, ANSWER.length + 2)));
  }

  send(from: SimPeer, message: ControlMessage): void {
    const to = this.#towards(from);
    const end = this.#ends[to];
    const world = this.#world;
    world.noteControl(from, end?.peer);
    if (!this.isOpen || this.isBroken || !end || !world.isCarried(from, end.peer, message)) return;
    const sent = world.options.isWireExact ? encodeControl(message) : message;
    const bytes = sent instanceof Uint8Array ? sent.length : lengthOf(message);
    const departMs = from.uplink.send(world.queue.nowMs, bytes + MESSAGE_OVERHEAD_BYTES);
    end.lastArrivalMs = Math.max(end.lastArrivalMs, departMs + this.#travelMs());
    world.queue.post(end.lastArrivalMs - world.queue.nowMs, this, CONTROL, sent, to);
  }

  /** Gives the path a quality of its own: what it carries then follows from that. Control messages are few, and not counted. */
  shape(shape: PathShape): void {
    this.delayMs = shape.rttMs / 2;
    this.jitterMs = 10;
    this.lossShare = shape.lossShare;
    for (const end of this.#ends) end.path = new Uplink(pathBitsPerSecond(shape));
  }

  /** Hands media bytes to the channel, about a packet of an epoch or a hole; false when the edge isn't open. */
  sendMedia(from: SimPeer, bytes: number, about: number | Hole, value: number): boolean {
    const to = this.#towards(from);
    const end = this.#ends[to];
    if (!this.isOpen || !end) return false;
    const { queue } = this.#world;
    const own = this.#ends[to === OFFERER ? this.#answerer : OFFERER]!;
    const leftMs = from.uplink.send(queue.nowMs, bytes + MESSAGE_OVERHEAD_BYTES);
    const departMs = own.path?.send(leftMs, bytes + MESSAGE_OVERHEAD_BYTES) ?? leftMs;
    const outbox = (own.outbox ??= new Outbox());
    if (this.isBroken || end.peer.status !== 'alive') outbox.stick(bytes);
    else outbox.add(departMs, bytes);
    if (this.isBroken) return true;
    queue.post(departMs - queue.nowMs + this.#travelMs(), this, MEDIA, about, value * ENDS_MAX + to);
    return true;
  }

  /** Media bytes that this side handed over and that haven't left. */
  bufferedBytes(from: SimPeer): number {
    return this.#ends.find((end) => end.peer === from)?.outbox?.bytes(this.#world.queue.nowMs) ?? 0;
  }

  /** A peer woke: what waited for its acknowledgement drains. */
  woke(peer: SimPeer): void {
    for (const end of this.#ends) if (end.peer !== peer) end.outbox?.release();
  }

  /** One side hangs up; the other sees it soon, unless the way between them is gone. */
  close(by: SimPeer): void {
    by.dropEdge(this.id);
    const to = this.#towards(by);
    if (!this.#ends[to] || !this.#isBound(by)) return;
    const { random, queue } = this.#world;
    const [min, max] = this.isBroken ? NOTICE_MS : [this.delayMs, this.delayMs + 60];
    queue.post(random.between(min, max), this, CLOSED, null, to);
  }

  /** Nothing passes any more; both sides learn it when ICE gives up. */
  break(): void {
    if (this.isBroken) return;
    this.isBroken = true;
    for (let to = 0; to < this.#ends.length; to++)
      this.#world.queue.post(this.#world.random.between(...NOTICE_MS), this, CLOSED, null, to);
  }

  /** Neither side holds it any more, or nobody ever answered. */
  get isAbandoned(): boolean {
    if (this.isOpen || this.isBroken) return true;
    const isHeld = this.#ends.some(({ peer }) => peer.edges.get(this.id) === this);
    return !isHeld || this.#world.queue.nowMs - this.bornMs > UNANSWERED_MS;
  }

  other(peer: SimPeer): SimPeer | undefined {
    return this.#isBound(peer) ? this.#ends[this.#towards(peer)]?.peer : undefined;
  }

  happen(kind: number, data: unknown, value: number): void {
    const to = value % ENDS_MAX;
    const { peer } = this.#ends[to]!;
    if (kind === CONTROL) this.#arrive(peer, data as ControlMessage | Bytes);
    else if (kind === MEDIA) {
      if (!this.isBroken && peer.edges.has(this.id))
        peer.receiveMedia(this, data as number | Hole, (value - to) / ENDS_MAX);
    } else if (kind === CLOSED) peer.edgeClosed(this);
    else if (kind === OPENED) this.#open();
    else if (peer.edges.has(this.id)) this.#produce(kind, peer, data as 'offer' | 'answer', to);
  }

  /** The end opposite to this peer's. */
  #towards(from: SimPeer): number {
    return this.#ends[OFFERER]?.peer === from ? this.#answerer : OFFERER;
  }

  /** Whether it is one of the two that the edge is between; others answered in vain. */
  #isBound(peer: SimPeer): boolean {
    return this.#ends[OFFERER]?.peer === peer || this.#ends[this.#answerer]?.peer === peer;
  }

  #arrive(peer: SimPeer, sent: ControlMessage | Bytes): void {
    if (this.isBroken || !peer.edges.has(this.id)) return;
    if (!(sent instanceof Uint8Array)) {
      peer.receiveControl(this, sent);
      return;
    }
    const decoded = decodeControl(sent);
    if (decoded.ok) peer.receiveControl(this, decoded.value);
    else if (decoded.code === 'unknown-type') peer.receiveControl(this, { type: 'other', bytes: sent });
    else throw new Error(`undecodable control message: ${decoded.code}`);
  }

  #travelMs(): number {
    const { random } = this.#world;
    const lateMs = random.isLikely(this.lossShare) ? retransmitMs(this.delayMs) : 0;
    return this.delayMs + random.between(0, this.jitterMs) + lateMs;
  }

  #join(peer: SimPeer, type: 'offer' | 'answer'): void {
    this.#ends.push({ peer, lastArrivalMs: 0, outbox: null, path: null });
    peer.edges.set(this.id, this);
    if (type === 'offer') this.#describe(OFFERER, type);
  }

  #describe(to: number, type: 'offer' | 'answer'): void {
    this.#world.queue.post(this.#world.random.between(20, 60), this, DESCRIBED, type, to);
  }

  /** Our own description is ready, then a candidate that took longer. */
  #produce(kind: number, peer: SimPeer, type: 'offer' | 'answer', to: number): void {
    const edge = this.id;
    if (kind === DESCRIBED) {
      peer.tell({ type: 'local-signal', edge, signal: { type, sdp: sdpOf(type, to) } });
      this.#world.queue.post(this.#world.random.between(0, 200), this, CANDIDATE, type, to);
    } else {
      const candidate = `candidate:1 1 udp 1 ${peer.state.peer}.local 50000 typ host`;
      const signal = { type: 'candidate', candidate, sdpMid: '0', sdpMLineIndex: 0 } as const;
      peer.tell({ type: 'local-signal', edge, signal });
    }
  }

  /** ICE, DTLS and SCTP: six ways there and back at most. */
  #connect(answerer: number): void {
    const [offerer] = this.#ends;
    const end = this.#ends[answerer];
    if (!offerer || !end || this.isOpen) return;
    this.#answerer = answerer;
    this.#world.network.measure(this, offerer.peer, end.peer);
    if (!this.#world.network.canConnect(offerer.peer, end.peer)) this.break();
    else this.#world.queue.post(6 * this.delayMs, this, OPENED, null, OFFERER);
  }

  #open(): void {
    const bound = this.#ends.filter(({ peer }) => this.#isBound(peer));
    if (this.isBroken || !bound.every(({ peer }) => peer.status !== 'dead' && peer.edges.has(this.id)))
      return;
    this.isOpen = true;
    for (const { peer } of bound) peer.tell({ type: 'edge-opened', edge: this.id });
  }
}

const ANSWER = 'v=0 answer ';

/** A packed description is about 200 bytes long; it says which end made it. */
function sdpOf(type: string, end: number): string {
  return `v=0 ${type} ${String(end).padStart(2, '0')}`.padEnd(200, '.');
}

/** About as long as its bytes would be, where no bytes are made. */
function lengthOf(message: ControlMessage): number {
  switch (message.type) {
    case 'hello':
    case 'path':
      return 100 + message.paths.reduce((sum, { ancestors }) => sum + 19 * ancestors.length, 0);
    case 'pass':
      return 100 + message.sdp.length;
    case 'signal':
      return 330;
    default:
      return 60;
  }
}
