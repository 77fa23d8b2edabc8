// A hostile relay: a seat that claims slots, takes in whoever is passed to it, and feeds them as an honest one would, until the attack
// says otherwise. Every message to a child goes through the attack's hands.

import type { Bytes } from '../../src/base/bytes.ts';
import { decodeMediaMessage, type MediaMessage } from '../../src/feed/media-message.ts';
import { isFreshnessMessage } from '../../src/feed/freshness-message.ts';
import { Freshness } from '../../src/feed/freshness.ts';
import { decodeBeat } from '../../src/feed/beat.ts';
import { nodeVerifier } from '../../src/identity/node-verifier.ts';
import { decodeControl, encodeControl } from '../../src/overlay/control-codec.ts';
import type { ControlMessage, Path, Request, Subscribe, Tip } from '../../src/overlay/message.ts';
import type { Edge } from '../../src/ports.ts';
import { randomBytes } from 'node:crypto';
import { freshId } from './front.ts';
import { answerEdge, takeSeat, type Seat, type Target } from './seat.ts';

const TIP_MS = 50;
const KEPT_MESSAGES_MAX = 6000;

/** A message of the feed as it came, with what it says of itself. */
export interface FeedMessage {
  bytes: Bytes;
  seq: number;
  message: MediaMessage;
}

/** Somebody whom we feed. */
export interface Victim {
  edge: Edge;
  join: string;
  peer: string;
  isOpen: boolean;
  isFed: boolean;
  /** `performance.now()` at which it was first fed. */
  fedMs: number;
}

/** What an attack changes; whatever it leaves out is done as an honest relay does it. */
export interface Manner {
  /** How many children it claims to take. */
  slots?: number;
  /** What goes to a child in place of a message of the feed; none: it is withheld. */
  forward?(feed: FeedMessage, victim: Victim): readonly Bytes[];
  /** What is said in a tip. */
  tip?(tip: Tip): Tip | undefined;
  /** What we claim to stand below; one hop below the root when nothing else is said. */
  paths?(paths: Path[]): Path[];
  /** Whether children's searches for standbys go on to the others. */
  passesSearches?: boolean;
  /** Whether proofs of freshness go on. */
  passesProofs?: boolean;
  /** Whether packets that a child asks for again are sent. */
  answersRequests?: boolean;
  /** A newcomer, or one who looks for a standby, could be taken in here: whether it is. 'silently': we say so, and do nothing. */
  takes?(peer: string): boolean | 'silently';
  /** What is named as the broadcast's key; the true one when nothing else is said. */
  publicKey?: string;
  /** Slots are claimed to be free, however many children there are. */
  isAlwaysRoomy?: boolean;
  closed?(): void;
  /** A child that we fed closed its edge. */
  victimLost?(victim: Victim): void;
}

/** A relay that is nobody's friend. */
export class HostileRelay {
  readonly peer = freshId();
  readonly victims = new Map<string, Victim>();
  readonly #target: Target;
  readonly #manner: Manner;
  readonly #searches = new Map<string, string>();
  readonly #freshness: Freshness;
  #kept: FeedMessage[] = [];
  #groupSeq = 0;
  #newestSeq = 0;
  #seat: Seat | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: Target, manner: Manner) {
    this.#target = target;
    this.#manner = manner;
    this.#freshness = new Freshness({
      sha256: (bytes) => nodeVerifier.sha256(bytes),
      random: (length) => new Uint8Array(randomBytes(length)),
      nowMs: () => performance.now(),
      neighbours: () => ({ parent: 'up', children: this.fed.map(({ join }) => join) }),
      send: (edge, bytes) =>
        void (edge === 'up' ? this.#seat?.edge : this.victims.get(edge)?.edge)?.sendControl(bytes),
    });
  }

  /** Those whom we feed. */
  get fed(): Victim[] {
    return [...this.victims.values()].filter(({ isFed, isOpen }) => isFed && isOpen);
  }

  get seat(): Seat | undefined {
    return this.#seat;
  }

  /** The messages of the feed that are held, oldest first. */
  get kept(): readonly FeedMessage[] {
    return this.#kept;
  }

  /** Takes its seat. Rejects when no parent came forward. */
  async start(): Promise<void> {
    const { slots = 8 } = this.#manner;
    this.#seat = await takeSeat(this.#target, {
      peer: this.peer,
      slots,
      media: (bytes) => this.#receive(bytes),
      control: (message, bytes) => this.#hearParent(message, bytes),
      closed: () => this.#end(),
    });
    this.#timer = setInterval(() => this.#tick(), TIP_MS);
  }

  /** Lets go of everybody. */
  leave(): void {
    this.#seat?.leave();
    this.#end();
  }

  /** Sends any bytes to every victim. */
  sendAll(bytes: Bytes, channel: 'media' | 'control' = 'media'): void {
    for (const { edge } of this.fed) {
      if (channel === 'media') edge.sendMedia(bytes);
      else edge.sendControl(bytes);
    }
  }

  #end(): void {
    clearInterval(this.#timer);
    for (const { edge } of this.victims.values()) edge.close();
    this.#manner.closed?.();
  }

  #receive(bytes: Bytes): void {
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) return;
    const message = decoded.value;
    if (message.type === 'skip') return;
    if (message.type === 'head') this.#noteHead(message);
    const seq = message.type === 'head' ? message.header.seq : message.seq;
    const feed: FeedMessage = { bytes, seq, message };
    this.#kept.push(feed);
    if (this.#kept.length > KEPT_MESSAGES_MAX) this.#kept.splice(1, 1000);
    for (const victim of this.fed) this.#forward(feed, victim);
  }

  #noteHead({ header, first }: MediaMessage & { type: 'head' }): void {
    this.#newestSeq = Math.max(this.#newestSeq, header.seq);
    if (header.isKey) this.#groupSeq = Math.max(this.#groupSeq, header.seq);
    if (header.kind === 'beat' && first) this.#freshness.noteBeat(decodeBeat(first)?.proof);
  }

  #forward(feed: FeedMessage, victim: Victim): void {
    for (const bytes of this.#manner.forward?.(feed, victim) ?? [feed.bytes]) victim.edge.sendMedia(bytes);
  }

  #say(victim: Victim, message: ControlMessage): void {
    victim.edge.sendControl(encodeControl(message));
  }

  #tick(): void {
    const { seat } = this;
    if (!seat?.isOpen) return;
    const honest: Tip = {
      type: 'tip',
      standing: 'live',
      epoch: seat.epoch,
      seq: this.#newestSeq,
      delayMs: 20,
      freeSlots: this.#manner.slots ?? 8,
      dropped: 0,
    };
    const tip = this.#manner.tip ? this.#manner.tip(honest) : honest;
    if (tip) for (const victim of this.victims.values()) if (victim.isOpen) this.#say(victim, tip);
    if (this.#manner.passesProofs !== false) this.#freshness.tick();
    const slots = this.#manner.slots ?? 8;
    const used = this.#manner.isAlwaysRoomy ? 0 : this.victims.size;
    const freeSlots = Math.max(0, slots - used);
    seat.say({
      type: 'counts',
      viewers: 1 + this.victims.size,
      slots,
      freeSlots,
      freeDepth: freeSlots > 0 ? 2 : 255,
    });
  }

  #hearParent(message: ControlMessage | undefined, bytes: Bytes): void {
    if (isFreshnessMessage(bytes)) this.#freshness.receive('up', bytes);
    if (message?.type === 'pass') this.#take(message.join, message.peer, message.sdp, true);
    else if (message?.type === 'find') this.#answerSearch(message.join, message.peer, message.sdp);
    else if (message?.type === 'signal' || message?.type === 'passed') {
      const child = this.#searches.get(message.join);
      const victim = this.victims.get(child ?? message.join);
      if (child && victim) this.#say(victim, message);
      else if (message.type === 'signal' && victim) victim.edge.signal(message.signal);
    }
  }

  #answerSearch(join: string, peer: string, sdp: string): void {
    if (this.#manner.takes?.(peer) === true) this.#take(join, peer, sdp, false);
    else this.#seat?.say({ type: 'passed', join, status: 'refused' });
  }

  #take(join: string, peer: string, sdp: string, isNewcomer: boolean): void {
    const { seat } = this;
    const takes = this.#manner.takes?.(peer) ?? true;
    if (!seat || (isNewcomer && takes === false)) {
      seat?.say({ type: 'passed', join, status: 'refused' });
      return;
    }
    if (isNewcomer) seat.say({ type: 'passed', join, status: 'taken' });
    if (takes === 'silently') return;
    const edge = answerEdge({
      signal: (signal) => seat.say({ type: 'signal', join, peer: this.peer, signal }),
      opened: () => this.#greet(victim),
      media: () => undefined,
      control: (bytes) => this.#hearVictim(victim, bytes),
      drained: () => undefined,
      closed: () => this.#lose(victim),
    });
    const victim: Victim = { edge, join, peer, isOpen: false, isFed: false, fedMs: Infinity };
    this.victims.set(join, victim);
    edge.signal({ type: 'offer', sdp });
  }

  #lose(victim: Victim): void {
    this.victims.delete(victim.join);
    if (victim.isFed) this.#manner.victimLost?.(victim);
  }

  #greet(victim: Victim): void {
    victim.isOpen = true;
    const { seat } = this;
    if (!seat) return;
    const honest: Path[] = [{ mask: 15, depth: 1, ancestors: [seat.parent.peer] }];
    const paths = this.#manner.paths?.(honest) ?? honest;
    const publicKey = this.#manner.publicKey ?? seat.parent.publicKey;
    this.#say(victim, {
      type: 'hello',
      v: 1,
      peer: this.peer,
      paths,
      slots: this.#manner.slots ?? 8,
      epoch: seat.epoch,
      ...(publicKey !== undefined && { publicKey }),
    });
  }

  #hearVictim(victim: Victim, bytes: Bytes): void {
    if (isFreshnessMessage(bytes)) {
      this.#freshness.receive(victim.join, bytes);
      return;
    }
    const decoded = decodeControl(bytes);
    if (!decoded.ok) return;
    const message = decoded.value;
    if (message.type === 'subscribe') this.#feed(victim, message);
    else if (message.type === 'ping')
      this.#say(victim, { type: 'pong', t0Us: message.t0Us, rootUs: Date.now() * 1000 });
    else if (message.type === 'request') this.#serve(victim, message);
    else if (message.type === 'find') this.#passSearch(victim, message);
    else if (message.type === 'signal' && this.#searches.has(message.join)) this.#seat?.say(message);
  }

  #passSearch(victim: Victim, find: ControlMessage & { type: 'find' }): void {
    if (this.#manner.passesSearches === false) {
      this.#say(victim, { type: 'passed', join: find.join, status: 'refused' });
      return;
    }
    this.#searches.set(find.join, victim.join);
    this.#seat?.say({ ...find, hops: Math.max(0, find.hops - 1) });
  }

  #feed(victim: Victim, { mask, from }: Subscribe): void {
    victim.isFed = mask !== 0;
    victim.fedMs = Math.min(victim.fedMs, performance.now());
    if (!victim.isFed) return;
    const fromSeq = from === 'group' ? this.#groupSeq : from;
    for (const feed of this.#kept) {
      const isConfig = feed.message.type === 'head' && feed.message.header.kind === 'config';
      if (isConfig || feed.seq >= fromSeq) this.#forward(feed, victim);
    }
  }

  #serve(victim: Victim, { ranges }: Request): void {
    if (this.#manner.answersRequests === false) return;
    for (const feed of this.#kept)
      if (ranges.some(([first, last]) => feed.seq >= first && feed.seq <= last)) this.#forward(feed, victim);
  }
}
