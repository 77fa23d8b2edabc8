// One node of the overlay at work: carries out what the overlay decides on real edges, and carries packets through the
// gate, the cache and on to the children. The root and the viewers are both built on it; it never looks into a payload.

import { fullAllowance, take } from '../base/allowance.ts';
import { assert } from '../base/assert.ts';
import { base64Bytes, type Bytes } from '../base/bytes.ts';
import { SEQ_JUMP_MAX } from '../base/limits.ts';
import { GroupCache } from '../feed/group-cache.ts';
import { GroupDigester, type GroupDigest } from '../feed/group-digest.ts';
import { IntegrityGate } from '../feed/integrity-gate.ts';
import { decodeMediaMessage, type SkipMessage } from '../feed/media-message.ts';
import { fragmentCount } from '../feed/packet-codec.ts';
import type { Packet, PacketHeader } from '../feed/packet.ts';
import { decodeBeat } from '../feed/beat.ts';
import { PastEpochs } from '../feed/past-epochs.ts';
import { isRecall } from '../feed/recall-type.ts';
import { isFreshnessMessage } from '../feed/freshness-message.ts';
import { Freshness, type FreshnessStanding } from '../feed/freshness.ts';
import { UplinkBudget } from '../feed/uplink-budget.ts';
import { decodeControl, encodeControl, type ControlCode } from '../overlay/control-codec.ts';
import { evaluate } from '../overlay/evaluate.ts';
import type { OverlayEffect, OverlayEvent } from '../overlay/event.ts';
import type { Hello, SeqRange } from '../overlay/message.ts';
import { isQuality } from '../overlay/quality-type.ts';
import { rootTimeUs } from '../overlay/clock-sync.ts';
import {
  feedingEdges,
  hasLeft,
  overlayStats,
  viewersBelow,
  type OverlayStats,
} from '../overlay/overlay-stats.ts';
import { createOverlay, type OverlayOptions, type OverlayState } from '../overlay/state.ts';
import { CONTROL_BURST_MAX, CONTROL_PER_SECOND_MAX } from '../overlay/timing.ts';
import type { Promoter } from '../overlay/turn.ts';
import type { EdgeEvents, EdgeMaker, Stop } from '../ports.ts';
import { isAct, isRise } from '../room/rise-type.ts';
import { FanOut } from './fan-out.ts';
import { CONTROL_WAITING_MAX, EDGE_EFFECTS, LEAVE_MS_MAX, MEDIA_WAITING_MAX, TICK_MS } from './node-parts.ts';
import type { NodeEdge, NodeEvents, NodeParts } from './node-parts.ts';
import { provenKey } from './proven-key.ts';
import { Registrations } from './registrations.ts';

/** Runs one peer of the overlay until `leave`. */
export class PeerNode {
  readonly cache: GroupCache;
  readonly fanOut: FanOut;
  readonly #parts: NodeParts;
  readonly #events: NodeEvents;
  readonly #overlay: OverlayState;
  readonly #past: PastEpochs;
  readonly #digester: GroupDigester;
  readonly #freshness: Freshness;
  #shownFreshness: FreshnessStanding = { is: 'checking', behindS: 0 };
  readonly #registrations: Registrations;
  readonly #edges = new Map<string, NodeEdge>();
  #edgeMaker: EdgeMaker | undefined;
  /** What is to be done with edges once they can be made. */
  readonly #early: OverlayEffect[] = [];
  #gate: IntegrityGate | undefined;
  #epoch = 0;
  /** Whether the config of this epoch and a packet besides have come, and where the first group of them starts. */
  #hasBegun = false;
  #beginSeq = Infinity;
  #stopTicks: Stop | undefined;
  #promoter: Promoter | undefined;
  #isClosed = false;
  #rejected = 0;
  #bytesReceived = 0;

  constructor(parts: NodeParts, options: OverlayOptions, events: NodeEvents) {
    this.#parts = parts;
    this.#events = events;
    this.#overlay = createOverlay(options);
    this.#registrations = new Registrations(parts, this.#overlay, (event) => this.#tell(event));
    this.cache = new GroupCache(parts.cacheBounds);
    this.#past = new PastEpochs(parts.cacheBounds.bytesMax);
    const { uplinkBitsPerSecond: bound } = parts;
    const budget = bound === undefined ? undefined : new UplinkBudget(bound);
    this.fanOut = new FanOut(parts.clock, this.cache, budget);
    this.#digester = new GroupDigester(this.cache, parts.verifier);
    this.#freshness = new Freshness({
      sha256: (bytes) => parts.verifier.sha256(bytes),
      random: (length) => parts.random.bytes(length),
      nowMs: () => parts.clock.nowMs(),
      neighbours: () => this.neighbours(),
      send: (edge, bytes) => this.sendControl(edge, bytes),
    });
  }

  /** Registers at the signaling server, and as a viewer looks for a parent. Rejects when edges can't be made here. */
  async start(): Promise<void> {
    this.#stopTicks = this.#parts.clock.every(TICK_MS, () => {
      this.#tell({
        type: 'tick',
        blocked: this.fanOut.blocked(),
        slow: this.fanOut.slow(),
        drops: this.fanOut.takeDrops(),
      });
      this.fanOut.pump();
      this.#past.tick(this.#parts.clock.nowMs());
      this.#tickFreshness();
    });
    this.#tell({ type: 'started' });
    const edgeMaker = await this.#parts.edges;
    if (this.#isClosed) return;
    this.#edgeMaker = edgeMaker;
    for (const effect of this.#early.splice(0)) this.#apply(effect);
    this.#parts.loadPromoter?.((promoter) => (this.#promoter = promoter));
  }

  /** The newest complete group; undefined before the first. */
  get group(): GroupDigest | undefined {
    return this.#digester.newest;
  }

  get stats(): OverlayStats & { rejected: number; bytesReceived: number; bytesRelayed: number } {
    return {
      ...overlayStats(this.#overlay),
      rejected: this.#rejected,
      bytesReceived: this.#bytesReceived,
      bytesRelayed: this.fanOut.bytesRelayed,
    };
  }

  /** The root's wall clock at a moment of our own, µs; null before the first measurement. */
  rootTimeUs(nowMs: number): number | null {
    return rootTimeUs(this.#overlay, nowMs);
  }

  /** The edge that feeds us, and those of the children that we feed. */
  neighbours(): ReturnType<typeof feedingEdges> {
    return feedingEdges(this.#overlay);
  }

  /** The broadcast's key; undefined until a parent has named it. */
  get publicKey(): Bytes | undefined {
    const { publicKey } = this.#overlay;
    return publicKey === null ? this.#parts.signer?.publicKey : base64Bytes(publicKey);
  }

  /** How many viewers a child says are below it, itself included. */
  viewersBelow(edge: string): number {
    return viewersBelow(this.#overlay, edge);
  }

  /** Sends a message on the control channel of an edge, if that is there. */
  sendControl(edge: string, bytes: Bytes): void {
    this.#edges.get(edge)?.edge.sendControl(bytes);
  }

  /** Sends a message on the media channel of an edge; false when it isn't there or has no room. */
  sendMedia(edge: string, bytes: Bytes): boolean {
    return this.#edges.get(edge)?.edge.sendMedia(bytes) ?? false;
  }

  /** What the media channel of an edge holds. */
  mediaBufferedBytes(edge: string): number {
    return this.#edges.get(edge)?.edge.mediaBufferedBytes ?? 0;
  }

  /** Whether we pass anything on. */
  get isWilling(): boolean {
    return this.#overlay.slots > 0;
  }

  /** What is held of an epoch, the present one or one that is over, by seq. */
  heldOf(epoch: number): ReadonlyMap<number, Packet> | undefined {
    return epoch === this.#overlay.progress.epoch ? this.cache.packets : this.#past.packetsOf(epoch);
  }

  /** Cuts an edge for what came over it. */
  cut(edge: string): void {
    if (this.#edges.has(edge)) this.#reject(edge);
  }

  /** As the root: a packet made here goes to the cache and to the children. */
  publish(packet: Packet): void {
    this.#keep(packet, null);
    this.fanOut.packet(packet);
  }

  /** As the root: what the next beat proves to those who asked; `tell` is to be called once it is signed. */
  prove(): ReturnType<Freshness['prove']> {
    return this.#freshness.prove();
  }

  /** How many children we are willing to feed from now on; those that are there stay. */
  setSlots(slots: number): void {
    this.#tell({ type: 'slots', slots });
  }

  /** How far playout has come: what lies before `nextSeq` isn't asked for any more. */
  notePlayed(nextSeq: number): void {
    this.#tell({ type: 'played', epoch: this.#epoch, nextSeq });
  }

  /** The broadcaster said `end`. */
  endBroadcast(): void {
    this.#tell({ type: 'ended' });
  }

  /** Tells the neighbours, then lets go of every edge and of the signaling server. */
  async leave(): Promise<void> {
    if (!this.#stopTicks) {
      this.close();
      return;
    }
    this.#tell({ type: 'leaving' });
    const { clock } = this.#parts;
    const deadlineMs = clock.nowMs() + LEAVE_MS_MAX;
    await new Promise<void>((resolve) => {
      const stop = clock.every(TICK_MS, () => {
        if (!hasLeft(this.#overlay) && clock.nowMs() < deadlineMs) return;
        stop();
        resolve();
      });
    });
    this.close();
  }

  /** Lets go of everything at once. */
  close(): void {
    this.#isClosed = true;
    this.#stopTicks?.();
    this.#stopTicks = undefined;
    for (const name of [...this.#edges.keys()]) this.#closeEdge(name);
    this.#registrations.closeAll();
  }

  #tell(event: OverlayEvent): void {
    const { clock, crowdKeeper } = this.#parts;
    const effects = evaluate(this.#overlay, event, clock.nowMs(), this.#promoter, crowdKeeper);
    for (const effect of effects) this.#apply(effect);
  }

  #apply(effect: OverlayEffect): void {
    if (!this.#edgeMaker && EDGE_EFFECTS.has(effect.type)) {
      this.#early.push(effect);
      return;
    }
    switch (effect.type) {
      case 'open-rendezvous':
        void this.#registrations.open();
        return;
      case 'close-rendezvous':
        return this.#registrations.close();
      case 'send-rendezvous':
        this.#registrations.send(effect);
        if (effect.kind === 'offer') this.#events.asked();
        return;
      case 'certify-doors':
        return this.#registrations.certifyDoors(effect.numbers);
      case 'open-door':
        return this.#registrations.openDoor(effect.at);
      case 'close-door':
        return this.#registrations.closeDoor(effect.at);
      case 'offer-edge':
      case 'answer-edge':
        return this.#openEdge(effect.edge, effect.type === 'offer-edge');
      case 'signal-edge':
        return this.#edges.get(effect.edge)?.edge.signal(effect.signal);
      case 'close-edge':
        return this.#closeEdge(effect.edge);
      case 'send':
        return this.sendControl(effect.edge, encodeControl(effect.message));
      case 'feed-child':
        return this.#feedChild(effect);
      case 'stop-child':
        return this.fanOut.remove(effect.edge);
      case 'serve-child':
        return this.#serveChild(effect.edge, effect.ranges);
      case 'left-out':
        return this.#leaveOut(effect.fromSeq, effect.toSeq);
      case 'gave-up':
        return this.#giveUp(effect.fromSeq, effect.toSeq);
      case 'parent-changed':
        return this.#events.parentChanged(effect.edge);
      case 'state-changed':
        return this.#events.stateChanged(effect);
    }
  }

  #tickFreshness(): void {
    this.#freshness.tick();
    const { standing } = this.#freshness;
    const { is, behindS } = this.#shownFreshness;
    if (standing.is === is && standing.behindS === behindS) return;
    this.#shownFreshness = standing;
    this.#events.freshnessChanged(standing);
  }

  #openEdge(name: string, isUpward: boolean): void {
    assert(this.#edgeMaker, 'edges wait for their maker');
    const events: EdgeEvents = {
      signal: (signal) => this.#tell({ type: 'local-signal', edge: name, signal }),
      opened: () => this.#tell({ type: 'edge-opened', edge: name }),
      media: (bytes) => this.#receiveMedia(name, bytes),
      control: (bytes) => this.#receiveControl(name, bytes),
      drained: () => this.fanOut.pump(),
      closed: () => {
        this.fanOut.remove(name);
        if (this.#edges.delete(name)) this.#tell({ type: 'edge-closed', edge: name });
      },
    };
    const edge = isUpward ? this.#edgeMaker.offer(events) : this.#edgeMaker.answer(events);
    const others = fullAllowance(CONTROL_BURST_MAX, this.#parts.clock.nowMs());
    this.#edges.set(name, { edge, isUpward, waiting: null, early: isUpward ? [] : null, others });
  }

  #closeEdge(name: string): void {
    const closing = this.#edges.get(name);
    this.#edges.delete(name);
    this.fanOut.remove(name);
    closing?.edge.close();
  }

  #feedChild({ edge: name, mask, layerMax, from }: Extract<OverlayEffect, { type: 'feed-child' }>): void {
    const child = this.#edges.get(name);
    if (child && mask !== 0) this.fanOut.add(name, child.edge, { mask, layerMax }, from);
    else this.fanOut.remove(name);
  }

  #serveChild(name: string, ranges: readonly SeqRange[]): void {
    const child = this.#edges.get(name);
    if (child) this.fanOut.serve(name, child.edge, ranges);
  }

  #receiveControl(name: string, bytes: Bytes): void {
    const edge = this.#edges.get(name);
    if (!edge) return;
    if (edge.waiting) {
      if (edge.waiting.push(bytes) > CONTROL_WAITING_MAX) this.#reject(name);
      return;
    }
    const decoded = decodeControl(bytes);
    if (!decoded.ok) this.#receiveOther(name, edge, bytes, decoded.code);
    else if (decoded.value.type === 'hello' && edge.early) void this.#greet(name, edge, decoded.value);
    else this.#tell({ type: 'control', edge: name, message: decoded.value });
  }

  /** What is none of the overlay's: of freshness, the room, a recall, or a newer peer's. The overlay counts its own; these are counted here. */
  #receiveOther(name: string, edge: NodeEdge, bytes: Bytes, code: ControlCode): void {
    const nowMs = this.#parts.clock.nowMs();
    if (code !== 'unknown-type' || !take(edge.others, nowMs, CONTROL_PER_SECOND_MAX, CONTROL_BURST_MAX))
      this.#reject(name);
    else if (isFreshnessMessage(bytes)) {
      if (!this.#freshness.receive(name, bytes)) this.#reject(name);
    } else if (isRise(bytes) || isAct(bytes) || isQuality(bytes)) this.#receiveRise(name, edge, bytes);
    else if (!isRecall(bytes)) this.#tell({ type: 'control', edge: name, message: { type: 'other', bytes } });
    else if (this.#events.recall?.(name, bytes) === false) this.#reject(name);
  }

  /** Of children only; what moderators ask comes from whoever has us as a standby, too. */
  #receiveRise(name: string, { isUpward }: NodeEdge, bytes: Bytes): void {
    const isFromBelow = isAct(bytes) ? !isUpward : this.neighbours().children.includes(name);
    if (!isFromBelow) return;
    if (this.#events.rise?.(name, bytes) === false) this.#reject(name);
  }

  /** Whoever is to feed us introduces itself; the first `hello` counts only once its key is the one that the link names. */
  async #greet(name: string, edge: NodeEdge, hello: Hello): Promise<void> {
    edge.waiting = [];
    const key = this.#gate
      ? undefined
      : await provenKey(this.#parts.verifier, this.#overlay.broadcastId, hello);
    if (this.#edges.get(name) !== edge) return;
    if (key) this.#gate ??= this.#openGate(key);
    if (!this.#gate) {
      this.#reject(name);
      return;
    }
    const { waiting, early } = edge;
    edge.waiting = edge.early = null;
    this.#tell({ type: 'control', edge: name, message: hello });
    for (const bytes of waiting) this.#receiveControl(name, bytes);
    for (const bytes of early ?? []) this.#receiveMedia(name, bytes);
  }

  #openGate(publicKey: Bytes): IntegrityGate {
    return new IntegrityGate(this.#parts.verifier, publicKey, {
      head: (header, head) => {
        if (header.epoch > this.#epoch) this.#startEpoch(header.epoch);
        this.#noteArriving(header);
        this.fanOut.head(header, head);
      },
      fragment: (header, index, bytes) => {
        this.#noteArriving(header);
        this.fanOut.fragment(header, index, bytes);
      },
      packet: (packet, edge) => {
        this.#keep(packet, edge);
        this.fanOut.packet(packet);
        if (packet.header.kind === 'beat') this.#freshness.noteBeat(decodeBeat(packet.payload)?.proof);
        this.#events.packet(packet);
      },
      rejected: (edge) => this.#reject(edge),
    });
  }

  #noteArriving({ epoch, seq, length }: PacketHeader): void {
    if (fragmentCount(length) > 1) this.#tell({ type: 'arriving', epoch, seq });
  }

  #startEpoch(epoch: number): void {
    const before = this.#epoch;
    this.#epoch = epoch;
    this.#hasBegun = false;
    this.#beginSeq = Infinity;
    this.#past.keep(before, this.cache.clear(), this.#parts.clock.nowMs());
    this.#digester.clear();
    this.#tell({ type: 'epoch', epoch });
  }

  /** A newcomer begins at a group, with the config that came long before: nothing in between will ever be asked for. */
  #noteBeginning({ kind, epoch, groupSeq }: PacketHeader): void {
    if (kind !== 'config') this.#beginSeq = Math.min(this.#beginSeq, groupSeq);
    if (!this.cache.config || this.#beginSeq === Infinity) return;
    this.#hasBegun = true;
    if (this.#beginSeq === 0) return;
    this.#gate?.forgetBefore(this.#beginSeq);
    this.#tell({ type: 'skipped', epoch, fromSeq: 0, toSeq: this.#beginSeq - 1 });
  }

  #keep(packet: Packet, edge: string | null): void {
    const { epoch, seq, groupSeq, timeUs } = packet.header;
    this.cache.add(packet);
    if (!this.#hasBegun) this.#noteBeginning(packet.header);
    this.#digester.note(packet);
    this.#tell({ type: 'packet', edge, epoch, seq, groupSeq, isNew: true, timeUs });
  }

  #receiveMedia(name: string, bytes: Bytes): void {
    const edge = this.#edges.get(name);
    if (!edge) return;
    if (!edge.isUpward) {
      if (this.#events.recalledMedia?.(name, bytes) === false) this.#reject(name);
      return;
    }
    if (edge.early && edge.early.length < MEDIA_WAITING_MAX) edge.early.push(bytes);
    if (!this.#gate || edge.early) return;
    this.#bytesReceived += bytes.length;
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) return this.#reject(name);
    const message = decoded.value;
    if (message.type !== 'skip') this.#tell({ type: 'brought', edge: name });
    if (message.type === 'head') void this.#gate.acceptHead(message, name);
    else if (message.type === 'fragment') void this.#gate.acceptFragment(message, name);
    else this.#receiveSkip(name, message);
  }

  #receiveSkip(name: string, skip: SkipMessage): void {
    // It is signed by nobody: what lies far beyond all that was proven isn't believed, nor held against one who tells a latecomer the truth.
    if (skip.epoch !== this.#epoch || skip.toSeq > this.cache.newestSeq + SEQ_JUMP_MAX) return;
    this.#tell({ ...skip, type: 'skipped', by: name });
  }

  /** Whoever feeds us leaves these out. */
  #leaveOut(fromSeq: number, toSeq: number): void {
    this.fanOut.skip(this.#epoch, fromSeq, toSeq);
    this.#events.skipped(this.#epoch, fromSeq, toSeq);
  }

  /** Nobody brought these in time: our children may have somebody else to ask. */
  #giveUp(fromSeq: number, toSeq: number): void {
    this.fanOut.skip(this.#epoch, fromSeq, toSeq);
    this.#events.gaveUp(fromSeq, toSeq);
  }

  #reject(name: string): void {
    this.#rejected++;
    this.#tell({ type: 'rejected', edge: name });
  }
}
