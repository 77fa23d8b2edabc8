// What waits for one child, in our own sorted queue and not in SCTP's, so that a slow child never slows another and
// sound never waits behind a picture. Pure: the caller pumps it, and says how much the channel holds.
//
// Invariants: 1 order of sending is what a newcomer needs first (config, its key chunk), audio, control, key, base, upper;
// within one class by age; 2 of a packet whose head was sent, everything on the child's stripes is sent; 3 what is dropped is
// announced; 4 sound and control packets are never dropped; 5 never more than QUEUE_BYTES_MAX waits; 6 by subscription,
// only the child's stripes are sent, each part once, and nothing is said of packets that have no part on them.

import type { Bytes } from '../base/bytes.ts';
import {
  CHANNEL_BUFFERED_BYTES_MAX,
  MASK_ALL,
  QUEUE_BURST_DROP_MS,
  QUEUE_BURST_MS_MAX,
  QUEUE_BYTES_MAX,
  QUEUE_DROP_ABOVE_BASE_MS,
  QUEUE_DROP_UPPER_MS,
  QUEUE_SKIP_TO_KEY_MS,
  QUEUE_SKIPS_SLOW,
  QUEUE_SKIPS_WINDOW_MS,
  QUEUE_SLOW_MS,
} from '../base/limits.ts';
import {
  encodeFragmentMessage,
  encodeHeadMessage,
  encodeSkipMessage,
  stripedMessagesOf,
} from './media-message.ts';
import type { Packet, PacketHeader } from './packet.ts';
import { SentStripes } from './sent-stripes.ts';
import { fragmentsOn, isOnStripes, isPartOn } from './stripes.ts';

/** In order of sending. */
const RANKS = ['lead', 'audio', 'control', 'key', 'base', 'upper'] as const;
const PICTURE_RANKS = ['key', 'base', 'upper'] as const;
type Rank = (typeof RANKS)[number];

interface Entry {
  header: PacketHeader;
  /** The stripes of it that are to be sent. */
  mask: number;
  messages: Bytes[];
  /** Messages still to come (cut-through). */
  expected: number;
  isStarted: boolean;
  queuedAtMs: number;
  /** Part of the burst that a newcomer gets: its age says nothing about the child's pace. */
  isBurst: boolean;
}

/** The queue of one child. */
export class ForwardQueue {
  readonly #waiting: Record<Rank, Entry[]> = {
    lead: [],
    audio: [],
    control: [],
    key: [],
    base: [],
    upper: [],
  };
  readonly #bySeq = new Map<number, Entry>();
  readonly #mask: number;
  /** What went out on this channel, under this subscription and those before. */
  readonly sent: SentStripes;
  readonly #announcements: Bytes[] = [];
  #bytes = 0;
  #dropped = 0;
  /** Groups up to this one lost a delta on purpose: what hangs on it is of no use to the child. */
  #deadGroupSeq = -1;
  /** When the newcomer's burst was through: before, the age of what waits says nothing about the child's pace. */
  #pacedSinceMs = 0;
  /** Since when a burst has been waiting; null without one. */
  #burstSinceMs: number | null = null;
  /** When it skipped to a key chunk lately. */
  #skipsMs: number[] = [];

  /** `mask`: the stripes that the child asked for. `sent`: what its channel was handed before. */
  constructor(mask = MASK_ALL, sent = new SentStripes()) {
    this.#mask = mask;
    this.sent = sent;
  }

  /** Bytes waiting. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Packets dropped so far because the child couldn't keep up. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether some of the newcomer's burst still waits. */
  get isBursting(): boolean {
    return RANKS.some((rank) => this.#waiting[rank].some(({ isBurst }) => isBurst));
  }

  /** Whether the child should rather be fed by somebody else: it skips again and again, or stands still. */
  isSlow(nowMs: number): boolean {
    this.#skipsMs = this.#skipsMs.filter((atMs) => nowMs - atMs < QUEUE_SKIPS_WINDOW_MS);
    return this.#skipsMs.length >= QUEUE_SKIPS_SLOW || this.#ageMs(nowMs) > QUEUE_SLOW_MS;
  }

  /** A checked head, forwarded before its packet is whole. */
  addHead(header: PacketHeader, head: Bytes, nowMs: number): void {
    const mask = this.#unsent(header);
    if (!isPartOn(header, mask) || this.#bySeq.has(header.seq)) return;
    const expected = fragmentsOn(header, mask).length;
    this.#enqueue({ header, mask, messages: [encodeHeadMessage(head)], expected, queuedAtMs: nowMs });
  }

  /** A checked fragment of a packet begun with `addHead`; others are ignored. */
  addFragment(header: PacketHeader, index: number, bytes: Bytes): void {
    const entry = this.#bySeq.get(header.seq);
    if (!entry || entry.expected === 0 || !isOnStripes(header, index, entry.mask)) return;
    const message = encodeFragmentMessage(header.epoch, header.seq, index, bytes);
    entry.messages.push(message);
    entry.expected--;
    this.#bytes += message.length;
  }

  /** A whole packet, of which the child gets its stripes: in one go where it wasn't begun with `addHead`. */
  addPacket(packet: Packet, nowMs: number, isBurst = false): void {
    const { header } = packet;
    const mask = this.#unsent(header);
    if (this.#bySeq.has(header.seq) || !isPartOn(header, mask)) return;
    const messages = stripedMessagesOf(packet, mask);
    this.#enqueue({ header, mask, messages, expected: 0, queuedAtMs: nowMs, isBurst });
  }

  /** A packet that the child asked for: all of it, whatever its stripes are and whatever was sent before. */
  addRequested(packet: Packet, nowMs: number): void {
    const { header } = packet;
    const waiting = this.#bySeq.get(header.seq);
    if (!waiting) {
      const messages = stripedMessagesOf(packet, MASK_ALL);
      this.#enqueue({ header, mask: MASK_ALL, messages, expected: 0, queuedAtMs: nowMs });
      return;
    }
    const rest = stripedMessagesOf(packet, MASK_ALL & ~waiting.mask);
    waiting.messages.push(...rest);
    waiting.mask = MASK_ALL;
    for (const message of rest) this.#bytes += message.length;
  }

  /** Says that one packet isn't sent, if it has a part on the child's stripes. */
  leaveOut(header: PacketHeader): void {
    if (isPartOn(header, this.#unsent(header))) this.announce(header.epoch, header.seq, header.seq);
  }

  /** A hole that our own parent announced. */
  announce(epoch: number, fromSeq: number, toSeq: number): void {
    this.#announcements.push(encodeSkipMessage(epoch, fromSeq, toSeq));
  }

  /** Sends what fits: `bufferedBytes` is what the channel holds, `send` returns false when the edge is gone. */
  pump(bufferedBytes: number, nowMs: number, send: (message: Bytes) => boolean): void {
    this.#pace(nowMs);
    this.#relieve(nowMs);
    let room = CHANNEL_BUFFERED_BYTES_MAX - bufferedBytes;
    while (room > 0) {
      const message = this.#next();
      if (!message) return;
      if (!send(message)) return;
      room -= message.length;
    }
  }

  #unsent(header: PacketHeader): number {
    return this.#mask & ~this.sent.of(header);
  }

  #enqueue(added: Omit<Entry, 'isStarted' | 'isBurst'> & { isBurst?: boolean }): void {
    const { header, messages } = added;
    const isDead = header.kind === 'video' && !header.isKey && header.groupSeq <= this.#deadGroupSeq;
    if (isDead) return this.announce(header.epoch, header.seq, header.seq);
    const entry: Entry = { isBurst: false, ...added, isStarted: false };
    this.#waiting[rankOf(entry)].push(entry);
    this.#bySeq.set(header.seq, entry);
    for (const message of messages) this.#bytes += message.length;
  }

  #next(): Bytes | undefined {
    const announcement = this.#announcements.shift();
    if (announcement) return announcement;
    for (const rank of RANKS) {
      for (const entry of this.#waiting[rank]) {
        const message = entry.messages.shift();
        if (!message) continue;
        entry.isStarted = true;
        this.#bytes -= message.length;
        if (entry.messages.length === 0 && entry.expected === 0) {
          this.#remove(rank, entry);
          this.sent.note(entry.header, entry.mask);
        }
        return message;
      }
    }
    return undefined;
  }

  /** A burst is given its time, in which nothing is late. It loses its upper layers when that isn't enough. */
  #pace(nowMs: number): void {
    this.#burstSinceMs = this.isBursting ? (this.#burstSinceMs ?? nowMs) : null;
    if (this.#burstSinceMs === null) return;
    const burstMs = nowMs - this.#burstSinceMs;
    if (burstMs <= QUEUE_BURST_MS_MAX) this.#pacedSinceMs = nowMs;
    if (burstMs > QUEUE_BURST_DROP_MS) this.#dropWhere(({ header }) => header.layer > 0);
  }

  /** Drops what a child that can't keep up has no use for, and says so. */
  #relieve(nowMs: number): void {
    const ageMs = this.#ageMs(nowMs);
    if (ageMs > QUEUE_DROP_UPPER_MS) this.#dropWhere(({ header }) => header.layer > 1);
    if (ageMs > QUEUE_DROP_ABOVE_BASE_MS || (ageMs > QUEUE_DROP_UPPER_MS && !this.#hasManyLayers())) {
      this.#dropWhere(({ header }) => header.layer > 0);
    }
    if (ageMs <= QUEUE_SKIP_TO_KEY_MS && this.#bytes <= QUEUE_BYTES_MAX) return;
    // What is cleared at once counts once, however often the group's later deltas are left out.
    const lastMs = this.#skipsMs.at(-1) ?? -Infinity;
    if (this.#skipToNewestKey() && nowMs - lastMs > QUEUE_SKIP_TO_KEY_MS) this.#skipsMs.push(nowMs);
  }

  #ageMs(nowMs: number): number {
    const waiting = PICTURE_RANKS.flatMap((rank) => this.#waiting[rank].slice(0, 1));
    const oldestMs = Math.min(nowMs, ...waiting.map(({ queuedAtMs }) => queuedAtMs));
    return nowMs - Math.max(oldestMs, this.#pacedSinceMs);
  }

  #hasManyLayers(): boolean {
    return this.#waiting.upper.some(({ header }) => header.layer > 1);
  }

  /** Drops everything older than the newest key packet that waits; without one, everything up to the next. Whether it dropped anything. */
  #skipToNewestKey(): boolean {
    const newestKeySeq = this.#waiting.key.findLast(({ isStarted }) => !isStarted)?.header.seq ?? Infinity;
    return this.#dropWhere(({ header }) => header.seq < newestKeySeq);
  }

  /** Drops video packets that aren't begun. */
  #dropWhere(isDropped: (entry: Entry) => boolean): boolean {
    let hasDropped = false;
    for (const rank of PICTURE_RANKS) {
      for (const entry of this.#waiting[rank].filter((entry) => !entry.isStarted && isDropped(entry))) {
        for (const message of entry.messages) this.#bytes -= message.length;
        this.#remove(rank, entry);
        this.#dropped++;
        const { epoch, seq, layer, groupSeq } = entry.header;
        // What one of two leaves out, the child gets from the other.
        if (layer === 0 && this.#mask === MASK_ALL)
          this.#deadGroupSeq = Math.max(this.#deadGroupSeq, groupSeq);
        this.announce(epoch, seq, seq);
        hasDropped = true;
      }
    }
    return hasDropped;
  }

  #remove(rank: Rank, entry: Entry): void {
    const waiting = this.#waiting[rank];
    waiting.splice(waiting.indexOf(entry), 1);
    this.#bySeq.delete(entry.header.seq);
  }
}

function rankOf({ header, isBurst }: Entry): Rank {
  if (header.kind === 'config' || (isBurst && header.isKey)) return 'lead';
  if (header.kind === 'audio') return 'audio';
  if (header.kind !== 'video') return 'control';
  if (header.isKey) return 'key';
  return header.layer === 0 ? 'base' : 'upper';
}
