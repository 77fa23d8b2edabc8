// One registration at the several signaling servers that a link names. The broadcaster stands at all of them; a newcomer asks
// the first, and the next ones as soon as that is slow, down, or doesn't know the broadcaster. One rule: this layer only
// chooses servers; reconnecting to each is its adapter's, asking again is the overlay's.

import { RENDEZVOUS_HEDGE_MS } from '../base/limits.ts';
import type { Clock, OpenRendezvous, Rendezvous, RendezvousEvents, RendezvousKind, Stop } from '../ports.ts';

/** What happens at the servers together; `at` is the origin of the one where a message came in. */
export interface FrontDoorEvents extends Omit<RendezvousEvents, 'message'> {
  message(from: string, kind: RendezvousKind, payload: unknown, at: string, tag?: string): void;
}

/** A registration under one id. */
export interface FrontDoor {
  /** Sends by the server named, or by all that are open; false, and nothing sent, when none is. */
  send(to: string, kind: RendezvousKind, payload: unknown, at?: string): boolean;
  close(): void;
}

/** Where one server stands. */
type Standing = 'opening' | 'open' | 'lost' | 'taken';

interface Post {
  server: string;
  rendezvous: Rendezvous;
  standing: Standing;
  /** It said that nobody answers to what was asked last. */
  isAbsent: boolean;
}

/** Stands at every server, for as long as it takes to reach each. */
export function standEverywhere(
  open: OpenRendezvous,
  servers: readonly string[],
  id: string,
  events: FrontDoorEvents,
): FrontDoor {
  const door = new Posts(open, id, events);
  for (const server of servers) door.add(server);
  return door;
}

/** Asks at the first server, and at one more each time that the ones before leave it waiting for RENDEZVOUS_HEDGE_MS. */
export function askInTurn(
  open: OpenRendezvous,
  clock: Pick<Clock, 'after'>,
  servers: readonly string[],
  id: string,
  events: FrontDoorEvents,
): FrontDoor {
  return new Inquiry(open, clock, servers, id, events);
}

/** Registrations at several servers, told of as one. */
class Posts implements FrontDoor {
  readonly posts: Post[] = [];
  readonly #open: OpenRendezvous;
  readonly #id: string;
  readonly #events: FrontDoorEvents;
  #isLost = false;

  constructor(open: OpenRendezvous, id: string, events: FrontDoorEvents) {
    this.#open = open;
    this.#id = id;
    this.#events = events;
  }

  add(server: string): void {
    const { prove } = this.#events;
    const rendezvous = this.#open(server, this.#id, {
      opened: (id) => this.opened(post, id),
      message: (from, kind, payload, tag) => this.message(post, from, kind, payload, tag),
      absent: (to) => this.absent(post, to),
      lost: () => this.left(post, 'lost'),
      taken: () => this.left(post, 'taken'),
      contested: () => this.#events.contested?.(),
      ...(prove && { prove: (host: string, nonce: string) => prove(host, nonce) }),
    });
    const post: Post = { server, rendezvous, standing: 'opening', isAbsent: false };
    this.posts.push(post);
  }

  send(to: string, kind: RendezvousKind, payload: unknown, at?: string): boolean {
    const there = this.posts.filter(({ server }) => at === undefined || server === at);
    return there.filter(({ rendezvous }) => rendezvous.send(to, kind, payload)).length > 0;
  }

  close(): void {
    for (const { rendezvous } of this.posts) rendezvous.close();
  }

  opened(post: Post, id: string): void {
    const isFirst = !this.isSomewhereOpen;
    post.standing = 'open';
    this.#isLost = false;
    if (isFirst) this.#events.opened(id);
  }

  message(post: Post, from: string, kind: RendezvousKind, payload: unknown, tag?: string): void {
    this.#events.message(from, kind, payload, post.server, tag);
  }

  absent(_post: Post, to: string): void {
    this.#events.absent(to);
  }

  /** Nobody is told before the last server is gone; one that keeps our id from us counts as gone. */
  left(post: Post, standing: 'lost' | 'taken'): void {
    post.standing = standing;
    if (this.posts.some((other) => other.standing === 'open' || other.standing === 'opening')) return;
    if (this.posts.every((other) => other.standing === 'taken')) {
      this.close();
      this.#events.taken();
    } else if (!this.#isLost) {
      this.#isLost = true;
      this.#events.lost();
    }
  }

  protected get isSomewhereOpen(): boolean {
    return this.posts.some(({ standing }) => standing === 'open');
  }

  protected tellAbsent(to: string): void {
    this.#events.absent(to);
  }
}

/** A newcomer's: what was asked is asked again at each server that comes to be open before there is an answer. */
class Inquiry extends Posts {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #left: string[];
  /** What was said since the last offer; empty once that was answered. */
  #said: [to: string, kind: RendezvousKind, payload: unknown][] = [];
  #stopWaiting: Stop | undefined;

  constructor(
    open: OpenRendezvous,
    clock: Pick<Clock, 'after'>,
    servers: readonly string[],
    id: string,
    events: FrontDoorEvents,
  ) {
    super(open, id, events);
    this.#clock = clock;
    this.#left = [...servers];
    this.#askNext();
  }

  override send(to: string, kind: RendezvousKind, payload: unknown, at?: string): boolean {
    if (kind === 'offer') {
      this.#said = [];
      for (const post of this.posts) post.isAbsent = false;
      this.#wait();
    }
    if (kind === 'offer' || this.#said.length > 0) this.#said.push([to, kind, payload]);
    return super.send(to, kind, payload, at);
  }

  override close(): void {
    this.#stopWaiting?.();
    super.close();
  }

  override opened(post: Post, id: string): void {
    const isFirst = !this.isSomewhereOpen;
    super.opened(post, id);
    if (!isFirst) for (const [to, kind, payload] of this.#said) post.rendezvous.send(to, kind, payload);
    this.#wait();
  }

  override message(post: Post, from: string, kind: RendezvousKind, payload: unknown): void {
    this.#stopWaiting?.();
    this.#said = [];
    super.message(post, from, kind, payload);
  }

  /** Only when nobody who can be reached knows the broadcaster is it absent. */
  override absent(post: Post, to: string): void {
    if (this.#said[0]?.[0] !== to) return;
    post.isAbsent = true;
    this.#askNext();
    this.#settle(to);
  }

  override left(post: Post, standing: 'lost' | 'taken'): void {
    post.isAbsent = false;
    const asked = this.#said[0]?.[0];
    if (this.#left.length > 0) {
      post.standing = standing;
      this.#askNext();
      return;
    }
    super.left(post, standing);
    if (asked !== undefined) this.#settle(asked);
  }

  #settle(to: string): void {
    const open = this.posts.filter(({ standing }) => standing === 'open');
    const isUndecided = this.#left.length > 0 || this.posts.some(({ standing }) => standing === 'opening');
    if (isUndecided || open.length === 0 || !open.every(({ isAbsent }) => isAbsent)) return;
    this.#said = [];
    this.tellAbsent(to);
  }

  #askNext(): void {
    const server = this.#left.shift();
    if (server === undefined) return;
    this.add(server);
    this.#wait();
  }

  #wait(): void {
    this.#stopWaiting?.();
    if (this.#left.length > 0)
      this.#stopWaiting = this.#clock.after(RENDEZVOUS_HEDGE_MS, () => this.#askNext());
  }
}
