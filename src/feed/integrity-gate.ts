// Nothing passes that the broadcaster did not sign: a relay forwards, a player plays and a recorder stores only what
// came out here. Heads are checked by signature, fragments by the digests in a checked head, each as it arrives
// (cut-through), so that a large packet costs a hop the time of one fragment.
//
// Invariants: 1 no byte leaves before its check; 2 each packet completes at most once; 3 what is held for unfinished
// packets is bounded in packets and bytes, per gate; 4 bytes that fail a check are charged to the edge they came by,
// and never spoil the same packet coming by another edge.

import { equalBytes, type Bytes } from '../base/bytes.ts';
import { ASSEMBLY_BYTES_MAX, ASSEMBLY_PACKETS_MAX, HEAD_CHECKS_MAX } from '../base/limits.ts';
import type { Verifier } from '../ports.ts';
import type { FragmentMessage, HeadMessage } from './media-message.ts';
import { DIGEST_BYTES, fragmentCount, fragmentLength } from './packet-codec.ts';
import type { Packet, PacketHeader } from './packet.ts';
import { SeenSeqs } from './seen-seqs.ts';

/** Why bytes were refused. */
export type GateCode = 'signature' | 'digest' | 'fragment-length';

/** What comes out. `edge` is whatever name the caller gave the source. */
export interface GateEvents {
  /** A head whose signature holds: it may be forwarded now. */
  head(header: PacketHeader, head: Bytes, edge: string): void;
  /** A fragment that its head vouches for: it may be forwarded now. */
  fragment(header: PacketHeader, index: number, bytes: Bytes, edge: string): void;
  /** Every fragment is there. */
  packet(packet: Packet, edge: string): void;
  /** The edge sent something false. */
  rejected(edge: string, code: GateCode): void;
}

interface Assembly {
  header: PacketHeader;
  head: Bytes;
  payload: Bytes;
  count: number;
  /** Fragments handed in, checked or not, and those that passed. */
  handed: Set<number>;
  arrived: Set<number>;
}

const NO_BYTES = new Uint8Array(0);

interface Pending {
  edge: string;
  message: FragmentMessage;
}

/** Checks the packets of one broadcast, from any number of edges. */
export class IntegrityGate {
  readonly #verifier: Verifier;
  readonly #publicKey: Bytes;
  readonly #events: GateEvents;
  readonly #assemblies = new Map<number, Assembly>();
  /** Fragments whose head has not been checked yet, by epoch and seq. */
  readonly #waiting = new Map<string, Pending[]>();
  /** Heads whose signature is being checked, by seq, to check equal ones once. */
  readonly #checking = new Map<number, { edge: string; head: Bytes }[]>();
  #pendingChecks = 0;
  #heldBytes = 0;
  #epoch = 0;
  #seen = new SeenSeqs();

  constructor(verifier: Verifier, publicKey: Bytes, events: GateEvents) {
    this.#verifier = verifier;
    this.#publicKey = publicKey;
    this.#events = events;
  }

  /** The newest epoch that a signed head named; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Bytes held for packets that aren't complete. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Seqs that will never be needed: up to and including `seq`. */
  forgetBefore(seq: number): void {
    this.#seen.raiseFloor(seq);
    for (const [held] of this.#assemblies) if (held < seq) this.#drop(held);
    for (const [key, pending] of this.#waiting)
      if (pending.some(({ message }) => message.seq < seq)) this.#dropWaiting(key);
  }

  /** A head arrived. Resolves when it was dealt with. */
  async acceptHead(message: HeadMessage, edge: string): Promise<void> {
    const { header } = message;
    if (header.epoch < this.#epoch) return;
    const isCurrent = header.epoch === this.#epoch;
    if (isCurrent) {
      // However far ahead: whoever comes late, or slept, has an old config or packet, and the next thing it is given is of now.
      const assembly = this.#assemblies.get(header.seq);
      const isKnown = this.#seen.has(header.seq) || (assembly && equalBytes(assembly.head, message.head));
      if (isKnown) return assembly && this.#acceptFirst(message, edge);
      const twin = this.#checking.get(header.seq)?.find(({ head }) => equalBytes(head, message.head));
      if (twin && twin.edge !== edge) return this.#acceptFirst(message, edge);
    }
    if (this.#pendingChecks >= HEAD_CHECKS_MAX) return;
    this.#pendingChecks++;
    const checking = { edge, head: message.head };
    if (isCurrent) this.#checking.set(header.seq, [...(this.#checking.get(header.seq) ?? []), checking]);
    const isGenuine = await this.#verifier.verify(
      'packet',
      this.#publicKey,
      message.signed,
      message.signature,
    );
    this.#pendingChecks--;
    this.#settleCheck(header.seq, checking);
    if (!isGenuine) {
      this.#events.rejected(edge, 'signature');
      return;
    }
    if (header.epoch < this.#epoch) return;
    if (header.epoch > this.#epoch) this.#startEpoch(header.epoch);
    if (this.#seen.has(header.seq) || this.#assemblies.has(header.seq)) return;
    await this.#open(message, edge);
  }

  /** A fragment arrived. Resolves when it was dealt with. */
  async acceptFragment(message: FragmentMessage, edge: string): Promise<void> {
    if (message.epoch < this.#epoch) return;
    if (message.epoch === this.#epoch) {
      if (this.#seen.has(message.seq)) return;
      const assembly = this.#assemblies.get(message.seq);
      if (assembly) return this.#check(assembly, message, edge);
    }
    if (!this.#makeRoom(message.bytes.length)) return;
    this.#heldBytes += message.bytes.length;
    const key = keyOf(message);
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.push({ edge, message });
    else this.#waiting.set(key, [{ edge, message }]);
  }

  #settleCheck(seq: number, checking: { edge: string; head: Bytes }): void {
    const left = this.#checking.get(seq)?.filter((other) => other !== checking) ?? [];
    if (left.length > 0) this.#checking.set(seq, left);
    else this.#checking.delete(seq);
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#seen = new SeenSeqs();
    this.#checking.clear();
    for (const seq of this.#assemblies.keys()) this.#drop(seq);
    for (const [key, pending] of this.#waiting)
      if (pending.some(({ message }) => message.epoch < epoch)) this.#dropWaiting(key);
  }

  async #open(message: HeadMessage, edge: string): Promise<void> {
    const { header, head } = message;
    if (!this.#makeRoom(header.length)) return;
    const count = fragmentCount(header.length);
    const assembly = {
      header,
      head: head.slice(),
      payload: new Uint8Array(header.length),
      count,
      handed: new Set<number>(),
      arrived: new Set<number>(),
    };
    this.#assemblies.set(header.seq, assembly);
    this.#heldBytes += header.length;
    this.#events.head(header, assembly.head, edge);
    if (count === 0) {
      this.#complete(assembly, edge);
      return;
    }
    const key = keyOf(header);
    const waiting = this.#waiting.get(key) ?? [];
    this.#dropWaiting(key);
    const checks = waiting.map((pending) => this.#check(assembly, pending.message, pending.edge));
    await Promise.all([this.#acceptFirst(message, edge), ...checks]);
  }

  /** The fragment that came along with a head, if one did. */
  async #acceptFirst({ header, first }: HeadMessage, edge: string): Promise<void> {
    const { epoch, seq } = header;
    if (first) await this.acceptFragment({ type: 'fragment', epoch, seq, index: 0, bytes: first }, edge);
  }

  async #check(assembly: Assembly, message: FragmentMessage, edge: string): Promise<void> {
    const { header } = assembly;
    const { index, bytes } = message;
    const isFitting = index < assembly.count && bytes.length === fragmentLength(header.length, index);
    if (!isFitting) {
      this.#events.rejected(edge, 'fragment-length');
      return;
    }
    if (assembly.arrived.has(index)) return;
    assembly.handed.add(index);
    const digest = await this.#verifier.sha256(bytes);
    if (this.#assemblies.get(header.seq) !== assembly || assembly.arrived.has(index)) return;
    if (!equalBytes(digest.subarray(0, DIGEST_BYTES), header.digests[index] ?? NO_BYTES)) {
      assembly.handed.delete(index);
      this.#events.rejected(edge, 'digest');
      return;
    }
    assembly.arrived.add(index);
    assembly.payload.set(bytes, index * fragmentLength(header.length, 0));
    this.#events.fragment(header, index, bytes, edge);
    if (assembly.arrived.size === assembly.count) this.#complete(assembly, edge);
  }

  #complete(assembly: Assembly, edge: string): void {
    const { header, head, payload } = assembly;
    this.#drop(header.seq);
    this.#seen.add(header.seq);
    this.#events.packet({ header, head, payload }, edge);
  }

  /** Frees the oldest packets that still lack bytes until `bytes` more fit; false when they don't. */
  #makeRoom(bytes: number): boolean {
    const isFull = () =>
      this.#heldBytes + bytes > ASSEMBLY_BYTES_MAX ||
      this.#assemblies.size + this.#waiting.size >= ASSEMBLY_PACKETS_MAX;
    for (const key of this.#waiting.keys()) if (isFull()) this.#dropWaiting(key);
    // A packet whose bytes are all here only waits for its checks: it is never the one to go.
    for (const [seq, { handed, count }] of this.#assemblies)
      if (handed.size < count && isFull()) this.#drop(seq);
    return !isFull();
  }

  #drop(seq: number): void {
    const assembly = this.#assemblies.get(seq);
    if (!assembly) return;
    this.#heldBytes -= assembly.header.length;
    this.#assemblies.delete(seq);
  }

  #dropWaiting(key: string): void {
    for (const { message } of this.#waiting.get(key) ?? []) this.#heldBytes -= message.bytes.length;
    this.#waiting.delete(key);
  }
}

function keyOf({ epoch, seq }: { epoch: number; seq: number }): string {
  return `${epoch}:${seq}`;
}
