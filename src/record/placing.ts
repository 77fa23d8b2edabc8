// Which packets of a recording belong into its file, and at what time. Export and verification both ask here, so that
// they can't disagree on what a whole file holds. Its rule: packets come in order of the feed, and come out in order per track.

import type { PacketHeader } from '../feed/packet.ts';
import { Timeline, type Placed } from './timeline.ts';

/** Sound held until the first picture, packets: 4 s, far more than any encoder takes for a picture. */
const HELD_PACKETS_MAX = 100;

/** Something of a packet (whole, or its head alone) and its place in the file. */
export interface PlacedPacket<Item> extends Placed {
  item: Item;
}

/** Places the packets of one file. */
export class Placing<Item extends { header: PacketHeader }> {
  readonly #hasVideo: boolean;
  readonly #timeline: Timeline;
  #held: Item[] = [];

  constructor(hasVideo: boolean) {
    this.#hasVideo = hasVideo;
    this.#timeline = new Timeline(hasVideo);
  }

  /** Whether any packet has found a place. */
  get hasBegun(): boolean {
    return this.#timeline.hasBegun;
  }

  /** Where something that isn't picture or sound belongs, integer µs: at the start before that. */
  timeOf(header: PacketHeader): number {
    return this.#timeline.timeOf(header) ?? 0;
  }

  /** Packets are missing here, or a new epoch begins. */
  breakOff(): void {
    this.#timeline.breakOff();
  }

  /** What has a place now: the packet itself, sound held for it as well, or nothing. */
  add(item: Item): PlacedPacket<Item>[] {
    const { kind, isKey } = item.header;
    if (!this.hasBegun && this.#hasVideo && kind === 'audio') return this.#hold(item);
    const placed = this.#place(item);
    return this.hasBegun && isKey ? [...placed, ...this.#release()] : placed;
  }

  /** Sound is encoded faster than a first picture: what was captured with it comes before it in the feed. */
  #hold(item: Item): [] {
    this.#held.push(item);
    if (this.#held.length > HELD_PACKETS_MAX) this.#held.shift();
    return [];
  }

  #release(): PlacedPacket<Item>[] {
    const held = this.#held;
    this.#held = [];
    return held.flatMap((item) => this.#place(item));
  }

  #place(item: Item): PlacedPacket<Item>[] {
    const placed = this.#timeline.place(item.header);
    return placed ? [{ ...placed, item }] : [];
  }
}
