// Stands where the room will be until its code is there: after the first picture, so that nobody waits longer for that.

import type { Bytes } from '../base/bytes.ts';
import type { EpochCipher } from '../ports.ts';
import type { CarrierParts, RoomEdges } from './room-edges.ts';
import type { TicketRequestParts } from './ticket-request.ts';
import type { LiveWatchRoom, Watched } from './watch-room.ts';

/** Opens the room of one watch. */
export type OpenRoom = (parts: CarrierParts & TicketRequestParts & { watch?: Watched }) => LiveWatchRoom;

/** Fetches the room's code. */
export type LoadRoom = () => Promise<OpenRoom>;

/** What the room is opened with. */
type Parts = Omit<CarrierParts, 'edges'> & TicketRequestParts & { loadRoom?: LoadRoom; watch: Watched };

/** Packets kept until then: the whole room comes with every group, so that the last few hold everything. */
const EARLY_PACKETS_MAX = 16;
/** When the code didn't come, ms: the network has a pause, perhaps. */
const AGAIN_MS = 10_000;

/** Loads the room once, keeps what it will need to know. */
export class RoomDoor {
  room: LiveWatchRoom | undefined;
  readonly #parts: Parts;
  readonly #edges: RoomEdges;
  readonly #opened: () => void;
  #early: [epoch: number, payload: Bytes, cipher: EpochCipher | undefined][] = [];
  #isOpening = false;
  #isClosed = false;

  constructor(parts: Parts, edges: RoomEdges, opened: () => void) {
    this.#parts = parts;
    this.#edges = edges;
    this.#opened = opened;
  }

  /** Begins to load, if that hasn't begun. */
  open(): void {
    const { loadRoom, clock } = this.#parts;
    if (this.#isOpening || !loadRoom) return;
    this.#isOpening = true;
    loadRoom().then(
      (open) => this.#enter(open),
      () => {
        this.#isOpening = false;
        clock.after(AGAIN_MS, () => this.open());
      },
    );
  }

  /** The payload of a checked `room` packet; `cipher`: of its epoch, when the broadcast is private. */
  show(epoch: number, payload: Bytes, cipher?: EpochCipher): void {
    if (this.room) this.room.show(epoch, payload, cipher);
    else if (this.#early.push([epoch, payload, cipher]) > EARLY_PACKETS_MAX) this.#early.shift();
  }

  close(): void {
    this.#isClosed = true;
    this.room?.close();
  }

  #enter(open: OpenRoom): void {
    if (this.#isClosed) return;
    const room = open({ ...this.#parts, edges: this.#edges });
    for (const early of this.#early.splice(0)) room.show(...early);
    this.room = room;
    this.#opened();
  }
}
