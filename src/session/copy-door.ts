// Stands where the keeping of a copy will be once the viewer wants one: until then it only remembers the config.

import type { Packet } from '../feed/packet.ts';
import type { CopyKeeping } from './copy-keeping.ts';

/** Begins to keep a copy of a broadcast; undefined when another tab keeps one. */
export type OpenCopy = (broadcastId: string) => Promise<CopyKeeping | undefined>;

/** Fetches the code for copies. */
export type LoadCopy = () => Promise<OpenCopy>;

/** At most one copy is kept at a time. */
export class CopyDoor {
  readonly #broadcastId: string;
  readonly #load: LoadCopy | undefined;
  #config: Packet | undefined;
  #copy: CopyKeeping | undefined;
  #isClosed = false;

  constructor(broadcastId: string, load: LoadCopy | undefined) {
    this.#broadcastId = broadcastId;
    this.#load = load;
  }

  /** Begins, after what was kept before is on disk. */
  async keep(): Promise<CopyKeeping | undefined> {
    await this.#copy?.stop();
    const open = await this.#load?.();
    const copy = await open?.(this.#broadcastId);
    this.#copy = copy;
    if (copy && this.#config) copy.receive(this.#config);
    if (this.#isClosed) await copy?.stop();
    return copy;
  }

  /** A checked packet, in whatever order it comes. */
  receive(packet: Packet): void {
    if (packet.header.kind === 'config') this.#config = packet;
    this.#copy?.receive(packet);
  }

  /** These won't come (both included). */
  skip(epoch: number, fromSeq: number, toSeq: number): void {
    this.#copy?.skip(epoch, fromSeq, toSeq);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#copy?.stop();
  }
}
