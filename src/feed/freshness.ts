// Proof that what comes is not a recording: signatures alone don't stop a replay of yesterday. A viewer sends a nonce up;
// each hop passes on one hash over its own and its children's; the root signs the top in a beat, and the way from each nonce
// to that top comes down. Whoever finds its nonce under a signed beat knows that the beat was made after the nonce.
//
// Rules: 1 only a beat that the gate has checked proves anything; 2 only a proof that holds is passed on; 3 what neighbours
// make us keep is bounded: one value a child, ROUNDS_MAX rounds, WAITING_MAX proofs.

import { concatBytes, equalBytes, hex, utf8Bytes, type Bytes } from '../base/bytes.ts';
import { FRESHNESS_STEPS_MAX, FRESHNESS_VALUES_MAX, LIVE_PROOF_MS_MAX } from '../base/limits.ts';
import {
  decodeFreshness,
  encodeNonce,
  encodeProof,
  FRESHNESS_VALUE_BYTES,
  type FreshnessStep,
} from './freshness-message.ts';

/** A peer that feeds nobody asks this often, ms. */
const ROUND_MS = 1000;
/** One that has children waits for theirs, and so falls into step with them, but no longer than this, ms. */
const ROUND_MS_MAX = 1500;
/** Nobody asks more often than this, ms: a flood from below would otherwise be a flood at the root. */
const ROUND_MS_MIN = 300;
/** How long the first child's value waits for the others', ms. */
const GATHER_MS = 200;
/** Rounds that a proof may still come for: two minutes of delay can be told in seconds. */
const ROUNDS_MAX = 120;
/** Proofs of checked beats that are remembered, and proofs that came before their beat. */
const BEATS_MAX = 32;
const WAITING_MAX = 4;
/** Proofs taken from a parent at most, ms apart: each costs a hash a hop. */
const PROOF_MS_MIN = 200;
const LABEL = utf8Bytes('lucarne/1/fresh\0');

/**
 * How sure it is that the picture is of now: `live` with a proof under 10 s old; `behind` when proofs come but are older;
 * `checking` at first, and `unconfirmed` when none has come for 10 s.
 */
export interface FreshnessStanding {
  is: 'checking' | 'live' | 'behind' | 'unconfirmed';
  /** Between a nonce and its proof, s, rounded; 0 unless `behind`. */
  behindS: number;
}

/** What it is built from. */
export interface FreshnessParts {
  sha256(bytes: Uint8Array): Promise<Bytes>;
  /** So many random bytes. */
  random(length: number): Bytes;
  nowMs(): number;
  /** The edge that feeds us, and those of the children that we feed. */
  neighbours(): { parent: string | null; children: readonly string[] };
  /** Sends on the control channel of an edge. */
  send(edge: string, bytes: Bytes): void;
}

interface Round {
  atMs: number;
  values: Bytes[];
  /** Whose value each is; null for our own. */
  edges: (string | null)[];
}

interface Waiting {
  root: string;
  round: Round;
  steps: FreshnessStep[];
}

/** One peer's part in it; the root uses `prove`, everybody else `tick`, `receive` and `noteBeat`. */
export class Freshness {
  readonly #parts: FreshnessParts;
  /** By the value that went up, oldest first. */
  readonly #rounds = new Map<string, Round>();
  /** Newest value of each child that hasn't gone up yet. */
  readonly #pending = new Map<string, Bytes>();
  readonly #beats = new Set<string>();
  #waiting: Waiting[] = [];
  #pendingSinceMs = Infinity;
  #sentMs = -Infinity;
  #proofMs = -Infinity;
  #sinceMs: number | undefined;
  #proven: { nonceMs: number; arrivedMs: number } | undefined;

  constructor(parts: FreshnessParts) {
    this.#parts = parts;
  }

  /** How things stand now. */
  get standing(): FreshnessStanding {
    const nowMs = this.#parts.nowMs();
    const proven = this.#proven;
    if (proven && nowMs - proven.nonceMs < LIVE_PROOF_MS_MAX) return { is: 'live', behindS: 0 };
    if (proven && nowMs - proven.arrivedMs < LIVE_PROOF_MS_MAX)
      return { is: 'behind', behindS: Math.round((proven.arrivedMs - proven.nonceMs) / 1000) };
    const isEarly = !proven && nowMs - (this.#sinceMs ?? nowMs) < LIVE_PROOF_MS_MAX;
    return { is: isEarly ? 'checking' : 'unconfirmed', behindS: 0 };
  }

  /** To be called every 50 ms or so. */
  tick(): void {
    const { parent, children } = this.#parts.neighbours();
    for (const edge of this.#pending.keys()) if (!children.includes(edge)) this.#pending.delete(edge);
    if (this.#pending.size === 0) this.#pendingSinceMs = Infinity;
    if (parent === null) return;
    const nowMs = this.#parts.nowMs();
    this.#sinceMs ??= nowMs;
    if (this.#isDue(nowMs, children.length)) void this.#sendUp(parent, nowMs);
  }

  /** A message of a neighbour; false when it is malformed. One that proves nothing is ignored. */
  receive(edge: string, bytes: Bytes): boolean {
    const message = decodeFreshness(bytes);
    if (!message) return false;
    const { parent, children } = this.#parts.neighbours();
    const nowMs = this.#parts.nowMs();
    if (message.type === 'nonce') {
      if (!children.includes(edge)) return true;
      if (this.#pending.size === 0) this.#pendingSinceMs = nowMs;
      this.#pending.set(edge, message.value);
    } else if (edge === parent && nowMs - this.#proofMs >= PROOF_MS_MIN) {
      this.#proofMs = nowMs;
      void this.#check(message.steps);
    }
    return true;
  }

  /** A beat that was checked. */
  noteBeat(proof: Bytes | undefined): void {
    if (!proof) return;
    const root = hex(proof);
    remember(this.#beats, root, BEATS_MAX);
    const [confirmed] = this.#waiting.filter((waiting) => waiting.root === root);
    if (!confirmed) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== confirmed);
    this.#confirm(confirmed);
  }

  /** As the root: the 32 bytes for the next beat, undefined when nobody asks; `tell` is to be called once it is signed. */
  async prove(): Promise<{ proof: Bytes; tell: () => void } | undefined> {
    if (this.#pending.size === 0) return undefined;
    const round = this.#takeRound(this.#parts.nowMs());
    const proof = await this.#hash(round.values);
    return { proof, tell: () => this.#passDown(round, []) };
  }

  #isDue(nowMs: number, children: number): boolean {
    const sinceMs = nowMs - this.#sentMs;
    if (sinceMs >= (children === 0 ? ROUND_MS : ROUND_MS_MAX)) return true;
    const isGathered = this.#pending.size === children || nowMs - this.#pendingSinceMs >= GATHER_MS;
    return sinceMs >= ROUND_MS_MIN && this.#pending.size > 0 && isGathered;
  }

  async #sendUp(parent: string, nowMs: number): Promise<void> {
    this.#sentMs = nowMs;
    const round = this.#takeRound(nowMs);
    const value = (await this.#hash(round.values)).slice(0, FRESHNESS_VALUE_BYTES);
    this.#rounds.set(hex(value), round);
    const [oldest] = this.#rounds.keys();
    if (this.#rounds.size > ROUNDS_MAX && oldest !== undefined) this.#rounds.delete(oldest);
    this.#parts.send(parent, encodeNonce(value));
  }

  #takeRound(nowMs: number): Round {
    const below = [...this.#pending].slice(0, FRESHNESS_VALUES_MAX - 1);
    this.#pending.clear();
    this.#pendingSinceMs = Infinity;
    return {
      atMs: nowMs,
      values: [this.#parts.random(FRESHNESS_VALUE_BYTES), ...below.map(([, value]) => value)],
      edges: [null, ...below.map(([edge]) => edge)],
    };
  }

  /** Follows the steps up from a value of ours; what they lead to counts if a checked beat names it. */
  async #check(steps: FreshnessStep[]): Promise<void> {
    const [first] = steps;
    const start = first?.values[first.index];
    const round = start && this.#rounds.get(hex(start));
    if (!start || !round) return;
    let value: Bytes = start;
    let top: Bytes = start;
    for (const { index, values } of steps) {
      const named = values[index];
      if (!named || !equalBytes(named, value)) return;
      top = await this.#hash(values);
      value = top.slice(0, FRESHNESS_VALUE_BYTES);
    }
    const waiting = { root: hex(top), round, steps };
    if (this.#beats.has(waiting.root)) this.#confirm(waiting);
    else if (this.#waiting.push(waiting) > WAITING_MAX) this.#waiting.shift();
  }

  #confirm({ round, steps }: Waiting): void {
    if (round.atMs > (this.#proven?.nonceMs ?? -Infinity))
      this.#proven = { nonceMs: round.atMs, arrivedMs: this.#parts.nowMs() };
    this.#passDown(round, steps);
  }

  #passDown({ values, edges }: Round, steps: FreshnessStep[]): void {
    const { children } = this.#parts.neighbours();
    if (steps.length >= FRESHNESS_STEPS_MAX) return;
    for (const [index, edge] of edges.entries()) {
      if (edge !== null && children.includes(edge))
        this.#parts.send(edge, encodeProof([{ index, values }, ...steps]));
    }
  }

  #hash(values: readonly Bytes[]): Promise<Bytes> {
    return this.#parts.sha256(concatBytes(LABEL, ...values));
  }
}

function remember(set: Set<string>, item: string, sizeMax: number): void {
  set.add(item);
  const [oldest] = set;
  if (set.size > sizeMax && oldest !== undefined) set.delete(oldest);
}
