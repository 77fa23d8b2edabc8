// A broadcast's place in the public list: while the broadcaster wants it, an entry is said again and again, with a still of what is on
// air; when not, it is taken back. Off until it is asked for. docs/wire-list.md is the law.

import { concatBytes, hex, type Bytes } from '../base/bytes.ts';
import { encodeEntry, encodeStatement, type Place } from '../guide/entry.ts';
import {
  LISTING_INTERVAL_MS,
  LISTING_RETRY_MS,
  STILL_BYTES_MAX,
  STILL_INTERVAL_MS,
} from '../guide/guide-limits.ts';
import { listedTitle } from '../guide/listed-title.ts';
import type {
  Clock,
  ListingAnswer,
  PostListing,
  Signer,
  Stop,
  TakeStill,
  Verifier,
  VideoFormat,
} from '../ports.ts';
import type { Listing, ListingState } from './session-api.ts';

/** What a listing is built from. */
export interface ListingParts {
  clock: Clock;
  signer: Signer;
  verifier: Verifier;
  /** Signaling servers, as origins. */
  servers: Promise<readonly string[]>;
  post: PostListing;
  takeStill: TakeStill;
}

/** What it says besides. */
interface ListingFacts {
  title: () => string;
  viewers: () => number;
  /** Unix ms; undefined before it is on air, when nothing is said. */
  startedAtMs: () => number | undefined;
  changed: () => void;
}

interface Still {
  bytes: Bytes;
  digest: string;
  takenMs: number;
}

/** How good an answer is, worst first: the best of all servers is what the broadcaster reads. */
const BY_WORTH: readonly ListingAnswer['is'][] = [
  ...(['unreachable', 'absent', 'clock', 'refused', 'full', 'blocked', 'taken'] as const),
];

/** Says and takes back. */
export class LiveListing implements Listing {
  readonly #parts: ListingParts;
  readonly #facts: ListingFacts;
  #state: ListingState = 'off';
  #place: Place | undefined;
  #picture: { format: VideoFormat; keyChunk: Bytes } | undefined;
  #still: Still | undefined;
  #stop: Stop | undefined;
  #saidMs = 0;
  /** Of each server, ms: how far its clock is from ours. */
  readonly #clockOffsets = new Map<string, number>();
  /** Servers that may hold an entry. */
  readonly #told = new Set<string>();

  constructor(parts: ListingParts, facts: ListingFacts) {
    this.#parts = parts;
    this.#facts = facts;
  }

  get state(): ListingState {
    return this.#state;
  }

  get place(): Place | undefined {
    return this.#place;
  }

  show(isWanted: boolean): void {
    if (isWanted === (this.#state !== 'off')) return;
    this.#become(isWanted ? 'asking' : 'off');
    if (isWanted) void this.#sayAgain();
    else void this.#takeBack();
  }

  setPlace(place: Place | undefined): void {
    this.#place = place;
    this.#facts.changed();
    this.renew();
  }

  /** What it says has changed: it is said again now if it is said at all. */
  renew(): void {
    if (this.#state !== 'off') void this.#sayAgain();
  }

  /** The newest picture that can be decoded by itself. */
  notePicture(format: VideoFormat, keyChunk: Bytes): void {
    this.#picture = { format, keyChunk };
  }

  /** The broadcast is over: takes it from the list; resolves when the servers have heard it, or don't answer. */
  async close(): Promise<void> {
    this.#become('off');
    await this.#takeBack();
  }

  async #sayAgain(): Promise<void> {
    this.#stop?.();
    await this.#takeStill();
    const servers = await this.#parts.servers;
    const answers = await Promise.all(servers.map((server) => this.#say(server)));
    if (this.#state === 'off') return;
    const best = answers.sort((a, b) => BY_WORTH.indexOf(b) - BY_WORTH.indexOf(a))[0] ?? 'absent';
    this.#become(best === 'taken' ? 'listed' : best === 'clock' ? 'refused' : best);
    const delayMs = best === 'taken' ? LISTING_INTERVAL_MS : LISTING_RETRY_MS;
    this.#stop?.();
    // Who has no list, or doesn't want this broadcast in it, isn't asked again unless the broadcaster does.
    if (best === 'taken' || best === 'full' || best === 'unreachable')
      this.#stop = this.#parts.clock.after(delayMs, () => void this.#sayAgain());
  }

  async #say(server: string): Promise<ListingAnswer['is']> {
    const startedAtMs = this.#facts.startedAtMs();
    if (startedAtMs === undefined || this.#state === 'off') return 'unreachable';
    this.#told.add(server);
    const answer = await this.#post(server, true, startedAtMs);
    if (answer.is !== 'clock') return answer.is;
    this.#clockOffsets.set(server, answer.nowMs - this.#parts.clock.wallUs() / 1000);
    return this.#isOff() ? 'refused' : (await this.#post(server, true, startedAtMs)).is;
  }

  #isOff(): boolean {
    return this.#state === 'off';
  }

  async #takeBack(): Promise<void> {
    this.#stop?.();
    const told = [...this.#told];
    this.#told.clear();
    const startedAtMs = this.#facts.startedAtMs() ?? 0;
    await Promise.all(told.map((server) => this.#post(server, false, startedAtMs)));
  }

  async #post(server: string, isOnAir: boolean, startedAtMs: number): Promise<ListingAnswer> {
    const { clock, signer, post } = this.#parts;
    const offsetMs = this.#clockOffsets.get(server) ?? 0;
    const atMs = Math.max(this.#saidMs + 1, Math.floor(clock.wallUs() / 1000 + offsetMs));
    this.#saidMs = atMs;
    const still = isOnAir ? this.#still : undefined;
    const statement = encodeStatement({
      ...{ isOnAir, atMs, startedAtMs: Math.min(atMs, Math.floor(startedAtMs + offsetMs)) },
      ...{ viewers: this.#facts.viewers(), title: listedTitle(this.#facts.title()) },
      host: new URL(server).host,
      ...(isOnAir && this.#place && { place: this.#place }),
      ...(still && { still: still.digest }),
    });
    const entry = encodeEntry(signer.publicKey, await signer.sign('list', statement), statement);
    return post(server, concatBytes([entry.length >> 8, entry.length & 0xff], entry, still?.bytes ?? []));
  }

  /** A new still when the last one is old; without a picture that can be decoded here there is none. */
  async #takeStill(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    if (!this.#picture || (this.#still && nowMs - this.#still.takenMs < STILL_INTERVAL_MS)) return;
    const { format, keyChunk } = this.#picture;
    const picture = await this.#parts.takeStill(format, keyChunk, STILL_BYTES_MAX);
    if (!picture) return;
    const bytes = new Uint8Array(await picture.arrayBuffer());
    this.#still = { bytes, digest: hex(await this.#parts.verifier.sha256(bytes)), takenMs: nowMs };
  }

  #become(state: ListingState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#facts.changed();
  }
}
