// A tree of viewers that carry the picture's quality up, on a virtual clock: the real hops and the real bytes. Edges are ordered, as the
// control channel is, and take EDGE_MS. Viewers move with all below them, and die. One seed, one run.

import {
  createQuality,
  hearQuality,
  noteSpell,
  rowsOf,
  SPELL_MS,
  tickQuality,
  type QualityRow,
  type QualityState,
  type Spell,
} from '../../src/overlay/quality.ts';
import { decodeQuality, encodeQuality } from '../../src/overlay/quality-message.ts';

const TICK_MS = 250;
const EDGE_MS = 30;

export interface QualityPeer {
  name: string;
  parent: QualityPeer | null;
  /** Those that the peer itself knows of as fed by it: the word of a new one takes its time. */
  children: Set<QualityPeer>;
  state: QualityState;
  /** When its next spell ends, ms. */
  spellAtMs: number;
  isDead: boolean;
}

/** Peers by breadth below a root with `fanOut` children at most each. */
export class QualityTree {
  nowMs = 0;
  readonly root: QualityPeer;
  readonly peers: QualityPeer[] = [];
  /** All that was ever watched, whoever knows of it. */
  readonly watched = createQuality();
  /** Messages and bytes that came to the root. */
  arrived = 0;
  arrivedBytes = 0;
  isWatching = true;
  readonly #queue = new Map<number, (() => void)[]>();
  readonly #random: () => number;

  constructor(size: number, fanOut: number, seed: number) {
    let state = seed;
    this.#random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    this.root = this.#peer('root', null);
    const open = [this.root];
    while (this.peers.length < size) {
      const parent = open[0]!;
      const peer = this.#peer(`p${this.peers.length}`, parent);
      parent.children.add(peer);
      this.peers.push(peer);
      open.push(peer);
      if (parent.children.size === fanOut) open.shift();
    }
  }

  get counted(): QualityRow[] {
    return rowsOf(this.root.state.sums);
  }

  get expected(): QualityRow[] {
    return rowsOf(this.watched.sums);
  }

  /** Lets time pass; `each` is called four times a second. */
  run(forMs: number, each: () => void = () => undefined): void {
    const untilMs = this.nowMs + forMs;
    while (this.nowMs < untilMs) {
      this.nowMs += 10;
      for (const due of this.#queue.get(this.nowMs) ?? []) due();
      this.#queue.delete(this.nowMs);
      if (this.nowMs % TICK_MS !== 0) continue;
      each();
      for (const peer of this.peers) if (!peer.isDead) this.#tick(peer);
      tickQuality(this.root.state, neighboursOf(this.root), this.nowMs);
    }
  }

  /** In [0, 1), from the seed. */
  chance(): number {
    return this.#random();
  }

  /** One of those that live. */
  anyone(): QualityPeer {
    const alive = this.peers.filter(({ isDead }) => !isDead);
    return alive[Math.floor(this.#random() * alive.length)]!;
  }

  /** Moves with its subtree to any other parent: asks there, then says goodbye here, as `subscribe` does. */
  move(peer: QualityPeer): void {
    const to = this.#random() < 0.1 ? this.root : this.anyone();
    if (to === peer.parent || this.#isAbove(peer, to)) return;
    const from = peer.parent!;
    peer.parent = to;
    this.#later(() => to.children.add(peer));
    this.#later(() => from.children.delete(peer));
  }

  /** Dies without a word; its children find other parents. */
  kill(peer: QualityPeer): void {
    peer.isDead = true;
    const from = peer.parent!;
    from.children.delete(peer);
    for (const orphan of this.peers) {
      if (orphan.parent !== peer) continue;
      orphan.parent = from;
      this.#later(() => from.children.add(orphan));
    }
  }

  /** Whatever a hostile peer says to its parent. */
  say(peer: QualityPeer, rows: readonly QualityRow[]): void {
    this.#send(peer, encodeQuality(rows));
  }

  depthOf(peer: QualityPeer): number {
    return peer.parent ? this.depthOf(peer.parent) + 1 : 0;
  }

  #peer(name: string, parent: QualityPeer | null): QualityPeer {
    const spellAtMs = TICK_MS * Math.ceil((SPELL_MS / TICK_MS) * (1 + this.#random()));
    return {
      ...{ name, parent, children: new Set(), state: createQuality() },
      ...{ spellAtMs, isDead: false },
    };
  }

  #tick(peer: QualityPeer): void {
    if (this.isWatching && this.nowMs >= peer.spellAtMs) this.#watch(peer);
    const rows = tickQuality(peer.state, neighboursOf(peer), this.nowMs);
    if (rows) this.#send(peer, encodeQuality(rows));
  }

  #watch(peer: QualityPeer): void {
    peer.spellAtMs += SPELL_MS;
    const whole = (most: number): number => Math.floor(this.#random() * most);
    const spell: Spell = {
      latencyMs: this.#random() < 0.1 ? null : 200 + whole(400),
      ...{ stalls: whole(3), stallMs: whole(500), moves: whole(2) },
    };
    const depth = this.depthOf(peer);
    noteSpell(peer.state, depth, spell);
    noteSpell(this.watched, depth, spell);
  }

  #send(peer: QualityPeer, bytes: Uint8Array): void {
    const to = peer.parent!;
    this.#later(() => {
      const decoded = decodeQuality(bytes);
      if (!decoded.ok) throw new Error(decoded.code);
      if (to.isDead || !to.children.has(peer)) return;
      if (to === this.root) {
        this.arrived++;
        this.arrivedBytes += bytes.length;
      }
      hearQuality(to.state, peer.name, decoded.value, this.#sizeOf(peer), this.nowMs);
    });
  }

  #sizeOf(peer: QualityPeer): number {
    return [...peer.children].reduce((sum, child) => sum + this.#sizeOf(child), 1);
  }

  #isAbove(peer: QualityPeer, of: QualityPeer | null): boolean {
    return of !== null && (of === peer || this.#isAbove(peer, of.parent));
  }

  #later(run: () => void): void {
    const atMs = this.nowMs + EDGE_MS;
    this.#queue.set(atMs, [...(this.#queue.get(atMs) ?? []), run]);
  }
}

function neighboursOf({ parent, children }: QualityPeer): { parent: string | null; children: string[] } {
  return { parent: parent && parent.name, children: [...children].map(({ name }) => name) };
}
