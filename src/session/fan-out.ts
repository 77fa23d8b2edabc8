// Sends the feed on to children: each has its queue, and no child waits for another. The root and every relay use it.
// Knows nothing of who should be a child: the overlay decides that.

import type { Bytes } from '../base/bytes.ts';
import { CHANNEL_BUFFERED_BYTES_MAX, MASK_ALL } from '../base/limits.ts';
import { ForwardQueue } from '../feed/forward-queue.ts';
import type { GroupCache } from '../feed/group-cache.ts';
import { fragmentCount } from '../feed/packet-codec.ts';
import type { Packet, PacketHeader } from '../feed/packet.ts';
import type { UplinkBudget } from '../feed/uplink-budget.ts';
import type { Burst } from '../overlay/slot-sizer.ts';
import type { Clock, Edge } from '../ports.ts';

/** A channel that sent nothing for this long is blocked, ms: longer than a retransmission takes, well below CHILD_DOZE_MS. */
const BLOCKED_MS = 500;

/** A child that left off longer ago than this, µs of the feed, begins at the newest group: a viewer jumps at half of it. */
const REJOIN_US_MAX = 3_000_000;

/** What a child asked for. */
interface Wish {
  /** The stripes, bit i for stripe i. */
  mask: number;
  /** The highest temporal layer. */
  layerMax: number;
}

const EVERYTHING: Wish = { mask: MASK_ALL, layerMax: Infinity };

interface Receiver {
  edge: Edge;
  queue: ForwardQueue;
  layerMax: number;
  /** Whether it gets the feed, or only what it asks for. */
  isFed: boolean;
  /** Bytes that its channel held at the last look, and since when that hasn't gone down. */
  bufferedBytes: number;
  stuckSinceMs: number;
  /** While its first burst is under way: since when, and what had gone out and been dropped before. */
  burst: { sinceMs: number; bytes: number; dropped: number } | undefined;
  /** What its queue had dropped at the last look, and when it was last told of. */
  dropped: number;
  toldDropped: number;
}

/** The children that are being fed. */
export class FanOut {
  readonly #clock: Clock;
  readonly #cache: GroupCache;
  readonly #budget: UplinkBudget | undefined;
  readonly #receivers = new Map<string, Receiver>();
  #isPumpDue = false;
  #bytesRelayed = 0;
  #bursts: Burst[] = [];

  /** `budget`: what all children together may cost; absent: whatever the channels take. */
  constructor(clock: Clock, cache: GroupCache, budget?: UplinkBudget) {
    this.#clock = clock;
    this.#cache = cache;
    this.#budget = budget;
  }

  /** Media bytes handed to children so far. */
  get bytesRelayed(): number {
    return this.#bytesRelayed;
  }

  /** Bytes that wait for the slowest child. */
  get waitingBytesMax(): number {
    let most = 0;
    for (const { queue } of this.#receivers.values()) most = Math.max(most, queue.bytes);
    return most;
  }

  /**
   * Feeds a child its stripes and layers from a seq on, or from the newest group. One who is fed already keeps what its channel was
   * handed: what it wants besides is sent. One who was away for longer than playout has a use for goes on
   * at the newest group. What lies before the first packet that it gets is announced as a hole; inner holes are not:
   * others may have what we miss, and the child asks them.
   */
  add(name: string, edge: Edge, wish: Wish, from: number | 'group'): void {
    const nowMs = this.#clock.nowMs();
    const receiver = this.#open(name, edge, wish, true);
    const { config, newestGroupSeq } = this.#cache;
    if (config) receiver.queue.addPacket(config, nowMs, true);
    const isLeap = from === 'group' || this.#isLongAgo(from);
    const fromSeq = isLeap ? newestGroupSeq : from;
    let isFirst = from !== 'group';
    for (const packet of fromSeq >= 0 ? this.#cache.from(fromSeq) : []) {
      const { epoch, seq } = packet.header;
      if (isFirst && from !== 'group' && seq > from) receiver.queue.announce(epoch, from, seq - 1);
      isFirst = false;
      this.#offer(receiver, packet, nowMs, true);
    }
    this.#schedulePump();
  }

  /** Sends what was asked for and is held, also to one that isn't fed. */
  serve(name: string, edge: Edge, ranges: readonly (readonly [fromSeq: number, toSeq: number])[]): void {
    const receiver = this.#receivers.get(name) ?? this.#open(name, edge, EVERYTHING, false);
    const nowMs = this.#clock.nowMs();
    for (const [fromSeq, toSeq] of ranges) {
      for (let seq = fromSeq; seq <= toSeq; seq++) {
        const packet = this.#cache.get(seq);
        if (packet) receiver.queue.addRequested(packet, nowMs);
      }
    }
    this.#schedulePump();
  }

  remove(name: string): void {
    this.#receivers.delete(name);
  }

  /** A whole packet: all that was not begun with `head` goes now. */
  packet(packet: Packet): void {
    const nowMs = this.#clock.nowMs();
    for (const receiver of this.#fed()) this.#offer(receiver, packet, nowMs, false);
    this.#schedulePump();
  }

  /** The checked head of a packet in several fragments. One that fits a single fragment waits and goes whole. */
  head(header: PacketHeader, head: Bytes): void {
    if (fragmentCount(header.length) < 2) return;
    const nowMs = this.#clock.nowMs();
    for (const { queue, layerMax } of this.#fed()) {
      if (isWanted(header, layerMax)) queue.addHead(header, head, nowMs);
    }
    this.#schedulePump();
  }

  /** A checked fragment. */
  fragment(header: PacketHeader, index: number, bytes: Bytes): void {
    for (const { queue } of this.#fed()) queue.addFragment(header, index, bytes);
    this.#schedulePump();
  }

  /** A hole that our own parent announced. */
  skip(epoch: number, fromSeq: number, toSeq: number): void {
    for (const { queue } of this.#fed()) queue.announce(epoch, fromSeq, toSeq);
    this.#schedulePump();
  }

  /** The bursts that went through since the last call. */
  takeBursts(): Burst[] {
    return this.#bursts.splice(0);
  }

  /** How many children are fed. */
  get fedCount(): number {
    return [...this.#fed()].length;
  }

  /** How many children had something dropped since the last call, because they are late. */
  takeLate(): number {
    let late = 0;
    for (const receiver of this.#fed()) {
      if (receiver.queue.dropped > receiver.dropped) late++;
      receiver.dropped = receiver.queue.dropped;
    }
    return late;
  }

  /** Packets that were left out since the last call because they waited too long, by child. */
  takeDrops(): Map<string, number> {
    const drops = new Map<string, number>();
    for (const [name, receiver] of this.#receivers) {
      const fresh = receiver.queue.dropped - receiver.toldDropped;
      if (fresh > 0) drops.set(name, fresh);
      receiver.toldDropped = receiver.queue.dropped;
    }
    return drops;
  }

  /** Edges whose channel holds bytes and has sent none for a while: nobody acknowledges them. */
  blocked(): string[] {
    const nowMs = this.#clock.nowMs();
    const blocked: string[] = [];
    for (const [name, receiver] of this.#receivers) {
      const { mediaBufferedBytes } = receiver.edge;
      if (mediaBufferedBytes === 0 || mediaBufferedBytes < receiver.bufferedBytes)
        receiver.stuckSinceMs = nowMs;
      receiver.bufferedBytes = mediaBufferedBytes;
      if (nowMs - receiver.stuckSinceMs >= BLOCKED_MS) blocked.push(name);
    }
    return blocked;
  }

  /** Children that we are too slow for, or whose path is. */
  slow(): string[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#receivers].filter(([, { queue }]) => queue.isSlow(nowMs)).map(([name]) => name);
  }

  /** Sends what the channels have room for. To be called on ticks and when a channel drained. */
  pump(): void {
    const nowMs = this.#clock.nowMs();
    for (const receiver of this.#receivers.values()) {
      this.#pumpOne(receiver, nowMs);
      this.#noteBurst(receiver, nowMs);
    }
    // With a budget the first one has the first pick: next time it's another one.
    const [first] = this.#receivers;
    if (!this.#budget || !first || this.#receivers.size < 2) return;
    this.#receivers.delete(first[0]);
    this.#receivers.set(...first);
  }

  #pumpOne({ edge, queue }: Receiver, nowMs: number): void {
    const leftBytes = this.#budget?.leftBytes(nowMs) ?? Infinity;
    const takenBytes = Math.max(edge.mediaBufferedBytes, CHANNEL_BUFFERED_BYTES_MAX - leftBytes);
    queue.pump(takenBytes, nowMs, (message) => {
      const isSent = edge.sendMedia(message);
      if (!isSent) return false;
      this.#bytesRelayed += message.length;
      this.#budget?.spend(message.length);
      return true;
    });
  }

  /** Notes a burst that has left the channel too. */
  #noteBurst(receiver: Receiver, nowMs: number): void {
    const { burst, queue, edge } = receiver;
    if (!burst || queue.isBursting || edge.mediaBufferedBytes > 0) return;
    receiver.burst = undefined;
    this.#bursts.push({
      bytes: this.#bytesRelayed - burst.bytes,
      durationMs: nowMs - burst.sinceMs,
      isClean: this.#droppedInAll() <= burst.dropped,
    });
  }

  #droppedInAll(): number {
    let dropped = 0;
    for (const { queue } of this.#receivers.values()) dropped += queue.dropped;
    return dropped;
  }

  /** Whether so much has been made since that a viewer would only jump over it, and a newer group is here. */
  #isLongAgo(seq: number): boolean {
    const { newestGroupSeq, newestSeq } = this.#cache;
    if (newestGroupSeq <= seq) return false;
    const [oldest] = this.#cache.from(seq);
    const newest = this.#cache.get(newestSeq);
    if (!oldest || !newest) return false;
    return newest.header.timeUs - oldest.header.timeUs > REJOIN_US_MAX;
  }

  #open(name: string, edge: Edge, { mask, layerMax }: Wish, isFed: boolean): Receiver {
    const stuckSinceMs = this.#clock.nowMs();
    const before = this.#receivers.get(name);
    // Who was fed before is no newcomer: what it gets now says nothing about the uplink.
    const burst =
      isFed && !before?.isFed
        ? { sinceMs: stuckSinceMs, bytes: this.#bytesRelayed, dropped: this.#droppedInAll() }
        : undefined;
    const queue = new ForwardQueue(mask, before?.queue.sent);
    const receiver = {
      edge,
      queue,
      layerMax,
      isFed,
      bufferedBytes: 0,
      stuckSinceMs,
      burst,
      dropped: 0,
      toldDropped: 0,
    };
    this.#receivers.set(name, receiver);
    return receiver;
  }

  *#fed(): Generator<Receiver> {
    for (const receiver of this.#receivers.values()) if (receiver.isFed) yield receiver;
  }

  #offer({ queue, layerMax }: Receiver, packet: Packet, nowMs: number, isBurst: boolean): void {
    const { header } = packet;
    if (isWanted(header, layerMax)) queue.addPacket(packet, nowMs, isBurst);
    else queue.leaveOut(header);
  }

  /** After the present turn: a packet's last fragment and the packet itself arrive in one, and must meet in the queue. */
  #schedulePump(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      this.pump();
    });
  }
}

function isWanted(header: PacketHeader, layerMax: number): boolean {
  return header.kind !== 'video' || header.layer <= layerMax;
}
