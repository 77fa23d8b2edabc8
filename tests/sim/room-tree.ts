// A tree of peers that carry a room, on a virtual clock: the real hops and the real desk, without cryptography and without video.
// What goes over an edge takes EDGE_MS. One seed, one run.

import type { SignedSaid } from '../../src/room/comment-codec.ts';
import { createDesk, type DeskState } from '../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../../src/room/desk.ts';
import { createHop, evaluateHop, OWN, takeAll, type HopEvent, type HopState } from '../../src/room/hop.ts';
import { encodeRise, type Rise } from '../../src/room/rise-message.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../src/room/room-packet.ts';
import { RoomView } from '../../src/room/room-view.ts';

export const EPOCH = 3;
const TICK_MS = 50;
const EDGE_MS = 30;
const GROUP_MS = 2000;

export interface RoomPeer {
  name: string;
  parent: RoomPeer | null;
  children: RoomPeer[];
  depth: number;
  hop: HopState;
  view: RoomView;
  /** Viewers below and itself; what it says of that. */
  viewers: number;
  /** Bytes and messages that it has sent up. */
  sentBytes: number;
  sentMessages: number;
}

/** Peers by breadth, each with at most `fanOut` children. */
export class RoomTree {
  nowMs = 0;
  readonly root: RoomPeer;
  readonly peers: RoomPeer[] = [];
  readonly desk: DeskState;
  /** Edges that were cut. */
  readonly cut: string[] = [];
  /** Messages that reached the root. */
  arrived = 0;
  /** Called with every packet of the desk. */
  published: (packet: RoomPacket) => void = () => undefined;
  readonly #queue = new Map<number, (() => void)[]>();
  readonly #random: () => number;

  constructor(size: number, fanOut: number, seed: number) {
    let state = seed;
    this.#random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    this.root = this.#peer('root', null);
    this.desk = createDesk(this.#random);
    const open = [this.root];
    while (this.peers.length < size) {
      const [parent] = open;
      const peer = this.#peer(`p${this.peers.length}`, parent!);
      parent!.children.push(peer);
      this.peers.push(peer);
      open.push(peer);
      if (parent!.children.length === fanOut) open.shift();
    }
    for (const peer of [...this.peers].reverse()) peer.parent!.viewers += peer.viewers;
  }

  /** In [0, 1), from the seed. */
  chance(): number {
    return this.#random();
  }

  /** Lets time pass. */
  run(forMs: number, each: () => void = () => undefined): void {
    for (let passed = 0; passed < forMs; passed += TICK_MS) {
      for (let i = 0; i < TICK_MS; i += 10) {
        this.nowMs += 10;
        for (const due of this.#queue.get(this.nowMs) ?? []) due();
        this.#queue.delete(this.nowMs);
      }
      each();
      for (const peer of this.peers) this.#tick(peer);
      this.#tickRoot();
    }
  }

  /** A viewer says something; `said` names what is special about it. */
  say(peer: RoomPeer, said: Partial<SignedSaid> & { author: string; counter: number; text: string }): void {
    this.#tell(peer, { type: 'checked', edge: OWN, said: whole(said) });
  }

  heart(peer: RoomPeer): void {
    this.#tell(peer, { type: 'heart' });
  }

  /** Whatever a hostile peer sends to its parent. */
  shout(peer: RoomPeer, rise: Rise): void {
    this.#later(() => this.#arrive(peer, rise));
  }

  act(event: DeskEvent): void {
    for (const effect of evaluateDesk(this.desk, event, this.nowMs)) {
      if (effect.type !== 'publish') continue;
      const decoded = decodeRoomPacket(encodeRoomPacket(effect.packet));
      if (!decoded.ok) throw new Error(decoded.code);
      this.published(decoded.value);
      for (const child of this.root.children) this.#later(() => this.#show(child, decoded.value));
    }
  }

  #peer(name: string, parent: RoomPeer | null): RoomPeer {
    const peer = {
      ...{ name, parent, children: [], depth: parent ? parent.depth + 1 : 0, viewers: 1 },
      ...{ hop: createHop(() => this.#random()), view: new RoomView(), sentBytes: 0, sentMessages: 0 },
    };
    evaluateHop(peer.hop, { type: 'rules', epoch: EPOCH, mode: 'open', muted: new Set() }, 0);
    return peer;
  }

  #later(run: () => void): void {
    const atMs = Math.ceil((this.nowMs + EDGE_MS) / 10) * 10;
    this.#queue.set(atMs, [...(this.#queue.get(atMs) ?? []), run]);
  }

  #show(peer: RoomPeer, packet: RoomPacket): void {
    peer.view.apply(packet);
    const { mode, muted } = peer.view;
    evaluateHop(peer.hop, { type: 'rules', epoch: EPOCH, mode, muted }, this.nowMs);
    for (const child of peer.children) this.#later(() => this.#show(child, packet));
  }

  #tick(peer: RoomPeer): void {
    const children = peer.children.map(({ name }) => name);
    this.#tell(peer, { type: 'tick', parent: peer.parent!.name, children });
  }

  #tickRoot(): void {
    const { hop } = this.root;
    const { mode, muted } = this.desk;
    this.#tell(this.root, { type: 'rules', epoch: EPOCH, mode, muted: new Set(muted.keys()) });
    this.#tell(this.root, {
      type: 'tick',
      parent: null,
      children: this.root.children.map(({ name }) => name),
    });
    for (const said of takeAll(hop)) this.act({ type: 'said', said });
    this.act({ type: 'sums', hearts: hop.hearts, leftOut: hop.leftOut });
    this.act({ type: 'tick' });
    if (this.nowMs % GROUP_MS === 0) this.act({ type: 'group' });
  }

  #tell(peer: RoomPeer, event: HopEvent): void {
    for (const effect of evaluateHop(peer.hop, event, this.nowMs)) {
      if (effect.type === 'cut') this.#drop(peer, effect.edge);
      else if (effect.type === 'check') this.#tell(peer, { ...effect, type: 'checked' });
      else {
        peer.sentMessages++;
        peer.sentBytes += encodeRise(effect.rise).length;
        this.#later(() => this.#arrive(peer, effect.rise));
      }
    }
  }

  #drop(peer: RoomPeer, edge: string): void {
    this.cut.push(edge);
    peer.children = peer.children.filter(({ name }) => name !== edge);
  }

  #arrive(from: RoomPeer, rise: Rise): void {
    const parent = from.parent!;
    if (!parent.children.includes(from)) return;
    if (parent === this.root) this.arrived++;
    this.#tell(parent, { type: 'rise', edge: from.name, rise, viewers: from.viewers });
  }
}

/** Complete but for what the test cares about. */
export function whole(
  said: Partial<SignedSaid> & { author: string; counter: number; text: string },
): SignedSaid {
  return {
    ...{ kind: 'comment', epoch: EPOCH, target: 0, name: '', publicKey: new Uint8Array(32) },
    // Each at an address of its own.
    tag: `f${said.author.slice(1)}`,
    ...{ body: new Uint8Array(), signature: new Uint8Array(64), bytes: new Uint8Array(150) },
    ...said,
  };
}
