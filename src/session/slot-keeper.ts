// Keeps the overlay told how many viewers this peer is willing to feed: none if its device or its owner doesn't want to, else
// what was learned of its uplink, and never more than the page's address allows.

import { FeedRate } from '../feed/feed-rate.ts';
import type { PacketHeader } from '../feed/packet.ts';
import { SlotSizer } from '../overlay/slot-sizer.ts';
import type { Clock, Stop } from '../ports.ts';
import type { FanOut } from './fan-out.ts';

/** How often the slots are looked at, ms: a burst takes about as long. */
const LOOK_MS = 250;

/** What it keeps up to date. */
interface SlotHolder {
  readonly fanOut: FanOut;
  setSlots(slots: number): void;
}

/** The slots of one watching peer. */
export class SlotKeeper {
  readonly #holder: SlotHolder;
  readonly #clock: Clock;
  readonly #slotsMax: number;
  readonly #sizer = new SlotSizer();
  readonly #rate = new FeedRate();
  readonly #stop: Stop;
  #isWilling = true;
  #told: number;

  /** `slotsMax`: never more than these. */
  constructor(holder: SlotHolder, clock: Clock, slotsMax: number) {
    this.#holder = holder;
    this.#clock = clock;
    this.#slotsMax = slotsMax;
    this.#told = firstSlots(slotsMax);
    this.#stop = clock.every(LOOK_MS, () => this.#look());
  }

  /** Whether anything may be passed on at all; takes effect at once. */
  setWilling(isWilling: boolean): void {
    this.#isWilling = isWilling;
    this.#tell();
  }

  /** A packet of the feed. */
  note({ timeUs, length }: PacketHeader): void {
    this.#rate.note(timeUs, length);
  }

  /** Another epoch began: its rate is another one. */
  beginEpoch(): void {
    this.#rate.clear();
  }

  close(): void {
    this.#stop();
  }

  #look(): void {
    const { fanOut } = this.#holder;
    const nowMs = this.#clock.nowMs();
    for (const burst of fanOut.takeBursts()) this.#sizer.burst(burst, nowMs);
    this.#sizer.late(fanOut.takeLate(), nowMs);
    this.#tell();
  }

  #tell(): void {
    const learned = Math.min(this.#slotsMax, this.#sizer.slots(this.#rate.bitsPerSecond));
    const slots = this.#isWilling ? learned : 0;
    if (slots === this.#told) return;
    this.#told = slots;
    this.#holder.setSlots(slots);
  }
}

/** What a peer that hasn't fed anybody is willing to feed, of the most that it may. */
export function firstSlots(slotsMax: number): number {
  return Math.min(slotsMax, new SlotSizer().slots(undefined));
}
