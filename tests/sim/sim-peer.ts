// One peer of a simulated world: the very overlay of the browser, on a virtual clock, with the feed around it where the
// world has one.

import { CROWD_KEEPER } from '../../src/overlay/crowd.ts';
import { evaluate } from '../../src/overlay/evaluate.ts';
import type { OverlayEffect, OverlayEvent } from '../../src/overlay/event.ts';
import type { ControlMessage } from '../../src/overlay/message.ts';
import { Promotion } from '../../src/overlay/promotion.ts';
import type { OverlayState } from '../../src/overlay/state.ts';
import { NEVER_MS } from '../../src/overlay/timing.ts';
import { hasLeft } from '../../src/overlay/overlay-stats.ts';
import type { Actor } from './event-queue.ts';
import { dueMs, isAtTheTop, hasPassed, isNews, TICK_MS } from './pace.ts';
import type { SimEdge } from './sim-edge.ts';
import { MESSAGE_CODES } from './sim-codes.ts';
import { goToRest, wakeUp } from './rest.ts';
import { SimFeed, type Hole } from './sim-feed.ts';
import { Uplink, type Place } from './sim-network.ts';
import type { World } from './world.ts';

const TICK = 0;
/** A peer with so long until its next tick is at rest, ms. */
const REST_MS = 10_000;
/** What an uplink carries beyond its slots, bits a second: acknowledgements, control, signaling. */
const UPLINK_SPARE = 64_000;
/** Of an uplink, this share may be given to children. */
const UPLINK_SHARE = 0.7;

export class SimPeer implements Actor {
  readonly index: number;
  readonly state: OverlayState;
  readonly promotion = new Promotion();
  readonly slots: number;
  /** What signaling calls the address that it comes from; undefined: it knows none. */
  readonly tag: string | undefined;
  /** What its own clock shows at time 0, ms. */
  readonly skewMs: number;
  readonly place: Place;
  readonly uplink: Uplink;
  readonly edges = new Map<string, SimEdge>();
  readonly feed: SimFeed | null;
  readonly startedAtMs: number;
  status: 'alive' | 'frozen' | 'dead' = 'alive';
  /** A relay that alters what it forwards. */
  isHostile = false;
  wantsRendezvous = false;
  /** When it first had a parent. */
  placedAtMs: number | null = null;
  lostParentAtMs: number | null = null;
  /** When it last woke. */
  thawedAtMs = -Infinity;
  readonly #world: World;
  readonly #tickMs: number;
  /** When the next tick is due, and its number: an earlier one replaces it. */
  #tickAtMs = Infinity;
  #tickSerial = 0;
  /** Media that overtook the `hello` of whoever is to feed us. */
  readonly #early: (() => void)[] = [];
  /** When it last ticked, and when something last happened to it or was done by it, on its own clock. */
  #tickedMs = 0;
  #stirredMs = 0;
  /** Nothing of its own is under way: it takes up as little room as it can. */
  #isAtRest = false;
  /** What happens while it is frozen. */
  #asleep: (() => void)[] = [];

  constructor(world: World, index: number, state: OverlayState, tag?: string) {
    this.#world = world;
    this.index = index;
    this.state = state;
    this.slots = state.slots;
    this.tag = tag;
    this.place = world.network.place();
    this.skewMs = state.role === 'root' ? 0 : Math.round(world.random.between(0, 1e6)) | 0;
    this.uplink = new Uplink((world.packets.bitsPerSecond * this.slots) / UPLINK_SHARE + UPLINK_SPARE);
    this.feed = world.options.hasPackets ? new SimFeed(world, this) : null;
    this.startedAtMs = world.queue.nowMs;
    this.#tickMs = world.random.pick(world.options.ticksMs) ?? TICK_MS;
  }

  start(): void {
    this.tell({ type: 'started' });
    this.#tickIn(this.#world.random.between(1, this.#tickMs));
  }

  /** From start to what counts as having joined: the first packet, or a parent where there are none. */
  get joinMs(): number | null {
    const atMs = this.feed ? this.feed.firstPacketAtMs : this.placedAtMs;
    return atMs === null ? null : atMs - this.startedAtMs;
  }

  /** Lets an event happen, now or when it wakes. */
  tell(event: OverlayEvent): void {
    if (this.status === 'dead') return;
    if (this.status === 'frozen') {
      this.#asleep.push(() => this.tell(event));
      return;
    }
    const { queue } = this.#world;
    const nowMs = queue.nowMs + this.skewMs;
    if (this.#isAtRest) {
      wakeUp(this.state);
      this.#isAtRest = false;
    }
    const crowdKeeper = this.state.role === 'root' ? CROWD_KEEPER : undefined;
    const promoter = this.#world.isPromoting ? this.promotion : undefined;
    const effects = evaluate(this.state, event, nowMs, promoter, crowdKeeper);
    for (const effect of effects) this.#apply(effect);
    this.#world.plant?.(this, event);
    this.#pace(event, effects);
    if (hasLeft(this.state)) this.kill();
  }

  receiveControl(edge: SimEdge, message: ControlMessage): void {
    const { hash, queue } = this.#world;
    hash.add(queue.nowMs, this.index, MESSAGE_CODES[message.type], edge.serial);
    this.tell({ type: 'control', edge: edge.id, message });
    for (const receive of this.#early.splice(0)) if (this.edges.has(edge.id)) receive();
  }

  /** `value` is twice the seq, and one more where the packet was altered. */
  receiveMedia(edge: SimEdge, about: number | Hole, value: number): void {
    if (this.status === 'dead') return;
    if (this.status === 'frozen') {
      this.#asleep.push(() => this.receiveMedia(edge, about, value));
      return;
    }
    if (this.state.seeking.edge === edge.id) {
      this.#early.push(() => this.receiveMedia(edge, about, value));
      return;
    }
    const { hash, queue } = this.#world;
    hash.add(queue.nowMs, this.index, 0, value);
    if (typeof about !== 'number') this.feed?.skip(edge, about);
    else this.feed?.receive(edge, about, value >> 1, (value & 1) === 1);
  }

  edgeClosed(edge: SimEdge): void {
    if (this.status === 'dead' || this.edges.get(edge.id) !== edge) return;
    if (this.status === 'frozen') {
      this.#asleep.push(() => this.edgeClosed(edge));
      return;
    }
    this.#world.hash.add(this.#world.queue.nowMs, this.index, 1, edge.serial);
    this.dropEdge(edge.id);
    this.tell({ type: 'edge-closed', edge: edge.id });
  }

  dropEdge(id: string): void {
    this.edges.delete(id);
    this.feed?.stopChild(id);
  }

  /** A packet came after a parent was lost. */
  recovered(): void {
    if (this.lostParentAtMs === null || !this.state.parent) return;
    this.#world.recoveriesMs.push(this.#world.queue.nowMs - this.lostParentAtMs);
    this.lostParentAtMs = null;
  }

  /** Stopped, as by SIGSTOP: what comes in waits. */
  freeze(): void {
    if (this.status === 'alive') this.status = 'frozen';
  }

  thaw(): void {
    if (this.status !== 'frozen') return;
    this.status = 'alive';
    this.thawedAtMs = this.#world.queue.nowMs;
    for (const edge of this.edges.values()) edge.woke(this);
    const missed = this.#asleep;
    this.#asleep = [];
    for (const run of missed) run();
  }

  /** Gone without a word. */
  kill(): void {
    if (this.status === 'dead') return;
    this.status = 'dead';
    this.#world.hash.add(this.#world.queue.nowMs, this.index, 2, 0);
    this.#world.buried(this);
    for (const edge of this.edges.values()) edge.break();
    this.edges.clear();
    this.feed?.masks.clear();
    this.#asleep = [];
  }

  happen(_kind: number, _data: unknown, serial: number): void {
    if (serial !== this.#tickSerial || this.status === 'dead') return;
    this.#tickAtMs = Infinity;
    if (this.status === 'alive') {
      // Without liveness traffic silence means nothing: the overlay forgives it to one who wakes from sleep.
      if (!this.#world.options.hasLiveness) this.state.tickedMs = NEVER_MS;
      const fanOut = this.feed?.fanOut;
      this.tell(
        fanOut
          ? { type: 'tick', blocked: fanOut.blocked(), slow: fanOut.slow(), drops: fanOut.takeDrops() }
          : { type: 'tick' },
      );
      this.feed?.fanOut.pump();
    }
    const untilMs = this.#untilTickMs();
    if (untilMs >= REST_MS) {
      goToRest(this.state);
      this.#isAtRest = true;
    }
    this.#tickIn(untilMs);
  }

  /** In a world without signs of life ticks on which nothing can happen are left out. */
  #untilTickMs(): number {
    if (this.#world.options.hasLiveness || isAtTheTop(this.state)) return this.#tickMs;
    const nowMs = this.#world.queue.nowMs + this.skewMs;
    const lately = { nowMs, tickedMs: this.#tickedMs, stirredMs: this.#stirredMs };
    return Math.max(TICK_MS, dueMs(this.state, this.promotion, lately) - nowMs);
  }

  #tickIn(delayMs: number): void {
    const { queue } = this.#world;
    this.#tickAtMs = queue.nowMs + Math.ceil(delayMs);
    if (delayMs === Infinity) return;
    queue.post(delayMs, this, TICK, null, ++this.#tickSerial);
  }

  /** Something happened: in a world without signs of life the next tick comes soon where that can matter. */
  #pace(event: OverlayEvent, effects: readonly OverlayEffect[]): void {
    const { options, queue, checkers } = this.#world;
    if (options.hasLiveness) return;
    checkers.stir(this);
    if (event.type === 'tick') {
      this.#tickedMs = queue.nowMs + this.skewMs;
      if (effects.some(isDeed)) this.#stirredMs = queue.nowMs + this.skewMs;
      return;
    }
    const hasJustPassed = hasPassed(event, effects, this.state);
    // Also in the millisecond of a tick: after it.
    if (!hasJustPassed) this.#stirredMs = Math.max(queue.nowMs + this.skewMs, this.#tickedMs + 1);
    const hasTime = hasJustPassed || isNews(event, this.state, this.promotion);
    const untilMs = hasTime ? this.#untilTickMs() : TICK_MS;
    if (this.#tickAtMs - queue.nowMs > untilMs) this.#tickIn(untilMs);
  }

  #apply(effect: OverlayEffect): void {
    const world = this.#world;
    switch (effect.type) {
      case 'open-rendezvous':
        return world.rendezvous.register(this);
      case 'close-rendezvous':
        return world.rendezvous.unregister(this);
      case 'send-rendezvous':
        return world.rendezvous.send(this, effect.to, effect.kind, effect.payload, effect.at);
      case 'certify-doors':
        return world.rendezvous.certifyDoors(this, effect.numbers);
      case 'open-door':
        return world.rendezvous.openDoor(this, effect.at);
      case 'close-door':
        return world.rendezvous.closeDoor(this, effect.at);
      case 'offer-edge':
        return world.openEdge(this, effect.edge);
      case 'answer-edge':
        return world.answerEdge(this, effect.edge);
      case 'signal-edge':
        return this.edges.get(effect.edge)?.signal(this, effect.signal);
      case 'close-edge':
        if (!world.isLeaky?.(this)) this.edges.get(effect.edge)?.close(this);
        return;
      case 'send': {
        const edge = this.edges.get(effect.edge);
        if (edge) edge.send(this, effect.message);
        else world.checkers.saidTooLate(this, effect.edge, effect.message.type);
        return;
      }
      case 'feed-child':
        return this.feed?.feedChild(effect);
      case 'stop-child':
        return this.feed?.stopChild(effect.edge);
      case 'serve-child':
        return this.feed?.serveChild(effect);
      case 'left-out':
        return this.feed?.leaveOut(effect.fromSeq, effect.toSeq);
      case 'gave-up':
        return this.feed?.giveUp(effect.fromSeq, effect.toSeq);
      case 'parent-changed':
        if (effect.edge !== null) this.placedAtMs ??= world.queue.nowMs;
        else if (!this.state.isLeaving) this.lostParentAtMs ??= world.queue.nowMs;
        return;
      case 'state-changed':
        return;
    }
  }
}

/** Whether more than signs of life follows from a tick. */
function isDeed(effect: OverlayEffect): boolean {
  return effect.type !== 'send' || (effect.message.type !== 'tip' && effect.message.type !== 'ping');
}
