// Whether what comes is of now: proofs up and down a chain of peers, and a relay that plays yesterday's broadcast again.

import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { hex } from '../../../src/base/bytes.ts';
import {
  decodeFreshness,
  encodeNonce,
  encodeProof,
  isFreshnessMessage,
} from '../../../src/feed/freshness-message.ts';
import { Freshness } from '../../../src/feed/freshness.ts';
import { payloadOf, verifier } from './samples.ts';

const TICK_MS = 50;

interface Peer {
  freshness: Freshness;
  parent: string | null;
  children: string[];
}

/** Peers by name; an edge is called by the child's name. What travels takes one tick; beats take `delayMs`. */
class Tree {
  nowMs = 1000;
  readonly peers = new Map<string, Peer>();
  /** Proofs as the root signed them, with the time. */
  readonly beats: { atMs: number; proof: Bytes }[] = [];
  /** May hold back or change what a parent sends on an edge. */
  down: (edge: string, bytes: Bytes) => Bytes | undefined = (_edge, bytes) => bytes;
  readonly #later: { atMs: number; run: () => void }[] = [];

  add(name: string, parent: string | null): Peer {
    const peer: Peer = { parent: parent === null ? null : name, children: [], freshness: undefined! };
    peer.freshness = new Freshness({
      sha256: (bytes) => verifier.sha256(bytes),
      random: (length) => new Uint8Array(randomBytes(length)),
      nowMs: () => this.nowMs,
      neighbours: () => peer,
      send: (edge, bytes) => this.#carry(name, parent, edge, bytes),
    });
    this.peers.set(name, peer);
    if (parent !== null) this.peers.get(parent)!.children.push(name);
    return peer;
  }

  /** Lets time pass; the root of the tree, if it lives, proves once a second. */
  async run(forMs: number, deliver: (proof: Bytes) => void): Promise<void> {
    for (let passed = 0; passed < forMs; passed += TICK_MS) {
      this.nowMs += TICK_MS;
      for (const { run } of this.#due()) run();
      for (const [name, { freshness }] of this.peers) {
        if (name !== 'root') freshness.tick();
        else if (this.nowMs % 1000 === 0) {
          freshness.tick();
          const proven = await freshness.prove();
          if (!proven) continue;
          this.beats.push({ atMs: this.nowMs, proof: proven.proof });
          deliver(proven.proof);
          proven.tell();
        }
      }
      await new Promise(setImmediate);
    }
  }

  after(delayMs: number, run: () => void): void {
    this.#later.push({ atMs: this.nowMs + delayMs, run });
  }

  standing(name: string) {
    return this.peers.get(name)!.freshness.standing;
  }

  /** A beat reaches everybody. */
  readonly toAll = (proof: Bytes): void => {
    for (const { freshness } of this.peers.values()) freshness.noteBeat(proof);
  };

  #due() {
    const due = this.#later.filter(({ atMs }) => atMs <= this.nowMs);
    for (const one of due) this.#later.splice(this.#later.indexOf(one), 1);
    return due;
  }

  #carry(from: string, parent: string | null, edge: string, bytes: Bytes): void {
    const isUp = edge === from && parent !== null;
    const receiver = isUp ? parent : edge;
    const sent = isUp ? bytes : this.down(edge, bytes);
    if (sent) this.after(TICK_MS, () => this.peers.get(receiver)?.freshness.receive(edge, sent));
  }
}

let tree: Tree;

beforeEach(() => {
  tree = new Tree();
  tree.add('root', null);
  tree.add('a', 'root');
  tree.add('b', 'a');
  tree.add('c', 'b');
  tree.add('d', 'b');
});

describe('a proof of freshness', () => {
  it('reaches every depth within seconds, and not before it was made', async () => {
    expect(tree.standing('d').is).toBe('checking');
    await tree.run(4000, tree.toAll);
    for (const name of ['a', 'b', 'c', 'd']) expect(tree.standing(name).is).toBe('live');
  });

  it('holds for a deep chain and in the long run', async () => {
    let parent = 'd';
    for (let depth = 0; depth < 12; depth++) {
      tree.add(`deep${depth}`, parent);
      parent = `deep${depth}`;
    }
    await tree.run(6000, tree.toAll);
    for (let second = 0; second < 20; second++) {
      await tree.run(1000, tree.toAll);
      expect(tree.standing(parent).is).toBe('live');
    }
  });

  it('counts also when it comes before its beat', async () => {
    await tree.run(4000, (proof) => tree.after(300, () => tree.toAll(proof)));
    expect(tree.standing('d').is).toBe('live');
  });

  it('grows old: without new ones nobody is told that this is live', async () => {
    await tree.run(4000, tree.toAll);
    tree.down = () => undefined;
    await tree.run(8000, tree.toAll);
    expect(tree.standing('a').is).toBe('live');
    await tree.run(4000, tree.toAll);
    expect(tree.standing('a').is).toBe('unconfirmed');
  });

  it('that comes late tells how late the picture is', async () => {
    const delayMs = 30_000;
    tree.down = (edge, bytes) => {
      if (edge !== 'a') return bytes;
      tree.after(delayMs, () => tree.peers.get('a')!.freshness.receive('a', bytes));
      return undefined;
    };
    await tree.run(45_000, (proof) => tree.after(delayMs, () => tree.toAll(proof)));
    for (const name of ['a', 'd']) {
      expect(tree.standing(name).is).toBe('behind');
      expect(tree.standing(name).behindS).toBeGreaterThanOrEqual(30);
      expect(tree.standing(name).behindS).toBeLessThanOrEqual(34);
    }
  });

  it('is worth nothing when a bit of it was changed', async () => {
    tree.down = (_edge, bytes) => {
      const changed = bytes.slice();
      changed[bytes.length - 1]! ^= 1;
      return changed;
    };
    await tree.run(12_000, tree.toAll);
    expect(tree.standing('a').is).toBe('unconfirmed');
  });

  it('is asked of the root once a second by each child, whatever stands below it', async () => {
    for (let i = 0; i < 6; i++) tree.add(`wide${i}`, 'd');
    let asked = 0;
    const root = tree.peers.get('root')!.freshness;
    const receive = root.receive.bind(root);
    root.receive = (edge, bytes) => (asked++, receive(edge, bytes));
    await tree.run(10_000, tree.toAll);
    expect(asked).toBeGreaterThan(8);
    expect(asked).toBeLessThanOrEqual(20);
  });
});

describe("yesterday's broadcast, played again", () => {
  /** Yesterday's beats, and what its relay `b` sent down to a viewer. */
  async function recordYesterday(): Promise<{ beats: Tree['beats']; proofs: Bytes[] }> {
    const proofs: Bytes[] = [];
    tree.down = (edge, bytes) => {
      if (edge === 'c') proofs.push(bytes);
      return bytes;
    };
    await tree.run(10_000, tree.toAll);
    return { beats: tree.beats, proofs };
  }

  it('is never called live, though every beat is genuine and every old proof holds', async () => {
    const { beats, proofs } = await recordYesterday();
    expect(proofs.length).toBeGreaterThan(5);
    // A liar in the place of the parent: it has all that was said yesterday, and today's nonces.
    const today = new Tree();
    today.nowMs = tree.nowMs + 86_400_000;
    const nonces: Bytes[] = [];
    today.add('liar', null).freshness.receive = (_edge, bytes) => nonces.push(bytes.slice(1)) > 0;
    const { freshness } = today.add('victim', 'liar');
    const seen = new Set<string>();
    for (const [i, { proof }] of [...beats, ...beats, ...beats].entries()) {
      await today.run(1000, () => undefined);
      freshness.noteBeat(proof);
      freshness.receive('victim', proofs[i % proofs.length]!);
      await today.run(250, () => undefined);
      // Made up: the victim's own value beside values of yesterday.
      const old = proof.slice(0, 16);
      const made = [
        { index: 0, values: [nonces.at(-1)!] },
        { index: 1, values: [old, old] },
      ];
      freshness.receive('victim', encodeProof(made));
      await today.run(250, () => undefined);
      // Begun with the victim's own value, and gone on with yesterday's way to the top, which leads elsewhere.
      const yesterday = decodeFreshness(proofs[i % proofs.length]!);
      const way = yesterday?.type === 'proof' ? yesterday.steps : [];
      freshness.receive('victim', encodeProof([{ index: 0, values: [nonces.at(-1)!] }, ...way]));
      await today.run(250, () => undefined);
      seen.add(freshness.standing.is);
    }
    expect(nonces.length).toBeGreaterThan(10);
    expect([...seen].sort()).toEqual(['checking', 'unconfirmed']);
  });
});

describe('the messages of freshness', () => {
  const steps = fc.array(
    fc
      .array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { minLength: 1, maxLength: 11 })
      .chain((values) =>
        fc.record({
          index: fc.nat(values.length - 1),
          values: fc.constant(values.map((value) => Uint8Array.from(value))),
        }),
      ),
    { minLength: 1, maxLength: 64 },
  );

  it('come out as they went in', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const bytes = encodeProof(steps);
        expect(bytes.length).toBeLessThanOrEqual(16_384);
        expect(decodeFreshness(bytes)).toEqual({ type: 'proof', steps });
      }),
    );
    const value = payloadOf(16, 3);
    expect(decodeFreshness(encodeNonce(value))).toEqual({ type: 'nonce', value });
  });

  it('are refused when cut, lengthened, or pointing beyond their values', () => {
    const bytes = encodeProof([{ index: 1, values: [payloadOf(16, 1), payloadOf(16, 2)] }]);
    for (let length = 0; length < bytes.length; length++)
      expect(decodeFreshness(bytes.slice(0, length))).toBeUndefined();
    expect(decodeFreshness(Uint8Array.from([...bytes, 0]))).toBeUndefined();
    expect(decodeFreshness(bytes.with(2, 2))).toBeUndefined();
    expect(decodeFreshness(bytes.with(1, 0))).toBeUndefined();
    expect(decodeFreshness(encodeNonce(payloadOf(15)))).toBeUndefined();
    expect(isFreshnessMessage(Uint8Array.of(1))).toBe(false);
  });

  it('are as the vectors say', () => {
    const vectors = JSON.parse(readFileSync('tests/vectors/freshness-1.json', 'utf8')) as Record<
      string,
      string
    >;
    expect(hex(encodeNonce(payloadOf(16, 1)))).toBe(vectors['nonce']);
    expect(hex(encodeProof([{ index: 1, values: [payloadOf(16, 1), payloadOf(16, 2)] }]))).toBe(
      vectors['proof'],
    );
  });
});
