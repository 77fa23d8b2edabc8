// Where one track of the programme is read from. Its one rule: the feed before is read until the new one delivers, so that a
// change of device leaves no hole.

import type { StopReading } from './capture-streams.ts';

/** Reads a stream, giving each item to `take`, and says when it has ended by itself. */
type Read<Feed, Taken extends unknown[]> = (
  feed: Feed,
  take: (...taken: Taken) => void,
  ended: () => void,
) => StopReading;

/** One reader at a time, but for the moment of a change. */
export class FeedSeat {
  readonly #attached: () => void;
  readonly #lost: () => void;
  #reading: { stop: StopReading } | undefined;

  /** `attached`: the newest feed delivers and is the only one read. `lost`: it has ended by itself. */
  constructor(attached: () => void, lost: () => void) {
    this.#attached = attached;
    this.#lost = lost;
  }

  /** Reads this feed; the one before until the first item of this one comes. */
  read<Feed, Taken extends unknown[]>(
    feed: Feed,
    read: Read<Feed, Taken>,
    take: (...taken: Taken) => void,
  ): void {
    const before = this.#reading;
    let hasBegun = false;
    const reading: { stop: StopReading } = { stop: () => undefined };
    this.#reading = reading;
    const begin = (): void => {
      hasBegun = true;
      before?.stop();
      this.#attached();
    };
    const stop = read(
      feed,
      (...taken) => {
        if (!hasBegun) begin();
        take(...taken);
      },
      () => {
        if (this.#reading === reading) this.#lost();
      },
    );
    reading.stop = () => {
      if (!hasBegun) before?.stop();
      stop();
    };
  }

  /** From here on somebody else hands in the items. */
  hand(): void {
    this.empty();
    this.#attached();
  }

  /** Nothing is read any more. */
  empty(): void {
    this.#reading?.stop();
    this.#reading = undefined;
  }
}
