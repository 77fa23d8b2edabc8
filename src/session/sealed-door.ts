// Stands where the code that opens a private broadcast will be once a first sealed packet comes.

import type { Packet } from '../feed/packet.ts';
import type { Player } from '../ports.ts';
import type { SealedEvents, SealedFeed } from './sealed-feed.ts';
import type { LockReason } from './session-api.ts';

/** Fetches that code. */
export type LoadSealed = () => Promise<(events: SealedEvents) => SealedFeed>;

/** What a session hears of a private broadcast. */
interface DoorEvents extends SealedEvents {
  /** The code couldn't be had. */
  failed(error: unknown): void;
}

/** Loads it once. */
export class SealedDoor {
  /** Why it can't be opened here; undefined while it can, or isn't private. */
  lock: LockReason | undefined;
  /** Counts, while it is locked. */
  blind: Player | undefined;
  readonly #load: LoadSealed | undefined;
  readonly #events: DoorEvents;
  #feed: Promise<SealedFeed> | undefined;

  constructor(load: LoadSealed | undefined, events: DoorEvents) {
    this.#load = load;
    this.#events = events;
  }

  /** Takes a checked packet, unless none was sealed so far. */
  receive(packet: Packet): boolean {
    if (packet.header.isSealed) this.#feed ??= this.#open();
    void this.#feed
      ?.then((feed) => feed.receive(packet))
      .catch((error: unknown) => this.#events.failed(error));
    return this.#feed !== undefined;
  }

  async #open(): Promise<SealedFeed> {
    const open = await this.#load?.();
    if (!open) throw new Error('Broken invariant: nothing here opens private broadcasts');
    const feed: SealedFeed = open({
      ...this.#events,
      locked: (why) => {
        if (why === this.lock) return;
        this.lock = why;
        this.blind = feed.openPlayer();
        this.#events.locked(why);
      },
    });
    return feed;
  }
}
