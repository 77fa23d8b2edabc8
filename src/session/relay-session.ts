// A peer that passes a broadcast on and shows nothing: a watch without a picture, as large as its owner allows.

import { SLOTS_MAX } from '../base/limits.ts';
import type { StateReason } from '../overlay/event.ts';
import type { Stop } from '../ports.ts';
import { BlindPlayer } from './blind-player.ts';
import type { NodeParts } from './node-parts.ts';
import { LucarneSessionChanged, type LockReason, type WatchState, type WatchStats } from './session-api.ts';
import type { LoadRecall } from './recall-door.ts';
import type { LoadRoom } from './room-door.ts';
import type { LoadSealed } from './sealed-door.ts';
import { LiveWatch } from './watch-session.ts';

/** What a feed is taken to need before it was measured, bit/s: 720p. */
const FEED_BITS_ASSUMED = 2_500_000;
const SLOTS_MS = 1000;

/** What a relay is built from. `uplinkBitsPerSecond` bounds its children too. */
export interface RelayParts extends NodeParts {
  broadcastId: string;
  /** Viewers to feed at most. */
  children: number;
  loadRoom: LoadRoom;
  loadRecall: LoadRecall;
  loadSealed: LoadSealed;
}

/** Passes one broadcast on, from the constructor to `leave`. */
export class LiveRelay extends EventTarget {
  readonly #watch: LiveWatch;
  readonly #parts: RelayParts;
  #player: BlindPlayer | undefined;
  readonly #stopSlots: Stop;

  constructor(parts: RelayParts) {
    super();
    this.#parts = parts;
    this.#watch = new LiveWatch({
      ...parts,
      slots: this.#slots(),
      showsNothing: true,
      openedAtMs: parts.clock.nowMs(),
      openPlayer: (events) => (this.#player = new BlindPlayer(parts.clock, events)),
    });
    this.#watch.addEventListener(LucarneSessionChanged.type, () =>
      this.dispatchEvent(new LucarneSessionChanged()),
    );
    this.#stopSlots = parts.clock.every(SLOTS_MS, () => this.#watch.setSlots(this.#slots()));
  }

  get state(): WatchState {
    return this.#watch.state;
  }

  get reason(): StateReason {
    return this.#watch.reason;
  }

  get waitingBehind(): number | undefined {
    return this.#watch.waitingBehind;
  }

  /** Why nothing of it can be read here. */
  get lock(): LockReason | undefined {
    return this.#watch.lock;
  }

  get title(): string {
    return this.#watch.title;
  }

  getStats(): Promise<WatchStats> {
    return this.#watch.getStats();
  }

  /** Says `bye` to everybody and lets go. */
  async leave(): Promise<void> {
    this.#stopSlots();
    await this.#watch.leave();
  }

  /** As many as were asked for, and as the bound of the uplink carries at the rate of the feed. */
  #slots(): number {
    const { children, uplinkBitsPerSecond } = this.#parts;
    const wished = Math.min(children, SLOTS_MAX);
    if (uplinkBitsPerSecond === undefined) return wished;
    const feed = this.#player?.rate.bitsPerSecond ?? FEED_BITS_ASSUMED;
    return Math.min(wished, Math.floor(uplinkBitsPerSecond / feed));
  }
}
