// The room as a viewer sees it: room packets go in, in whatever order they come, and the list on the screen comes out.
// Invariants: 1 nothing hidden or cleared is shown again, whatever comes late; 2 of two packets the newer one counts;
// 3 everything is bounded.

import { BoundedMap } from '../base/bounded-map.ts';
import { HIDDEN_MAX, SHOWN_MAX } from './room-limits.ts';
import type { RoomBoard, RoomComment, RoomGuest, RoomMode, RoomPacket } from './room-packet.ts';

const EMPTY_BOARD: RoomBoard = { pinned: null, questions: [] };

/** What a packet has changed. */
export interface RoomChange {
  /** Comments that are new on the screen, oldest first. */
  added: RoomComment[];
  /** Join notices. */
  joined: number;
}

/** One epoch's room. */
export class RoomView {
  mode: RoomMode = 'open';
  hearts = 0;
  leftOut = 0;
  mayKeep = false;
  /** As it was changed on air; undefined: as the config says. */
  title: string | undefined;
  muted: ReadonlySet<string> = new Set();
  board: RoomBoard = EMPTY_BOARD;
  /** Authors whose requests the broadcaster hears. */
  moderators: ReadonlySet<string> = new Set();
  /** Who is asked on air. */
  guest: RoomGuest | null = null;
  /** By id. */
  #comments = new Map<number, RoomComment>();
  readonly #hidden = new BoundedMap<number, true>(HIDDEN_MAX);
  #n = -1;
  #wholeN = -1;
  #mutedN = -1;
  #boardN = -1;
  #moderatorsN = -1;
  #titleN = -1;
  #guestN = -1;
  #floor = 0;

  /** `n` of the newest packet; -1 before the first. */
  get newestN(): number {
    return this.#n;
  }

  /** Whether everything that counts has been told. */
  get isWhole(): boolean {
    return this.#wholeN >= 0;
  }

  /** Oldest first, at most SHOWN_MAX. */
  get comments(): RoomComment[] {
    return [...this.#comments.values()].sort((a, b) => a.id - b.id);
  }

  /** Takes a packet in. */
  apply(packet: RoomPacket): RoomChange {
    const { n, add, hide, muted, board, title, joined = 0 } = packet;
    const moderators = packet.moderators ?? (packet.isWhole ? [] : undefined);
    const guest = packet.guest === undefined && packet.isWhole ? null : packet.guest;
    const isNewest = n > this.#n;
    if (isNewest) this.#takeSums(packet);
    if (muted && n > this.#mutedN) [this.muted, this.#mutedN] = [new Set(muted), n];
    if (board && n > this.#boardN) [this.board, this.#boardN] = [board, n];
    if (moderators && n > this.#moderatorsN) [this.moderators, this.#moderatorsN] = [new Set(moderators), n];
    if (title !== undefined && n > this.#titleN) [this.title, this.#titleN] = [title, n];
    if (guest !== undefined && n > this.#guestN) [this.guest, this.#guestN] = [guest, n];
    for (const id of hide) this.#hide(id);
    const added = add.filter((comment) => this.#isWanted(packet, comment));
    if (packet.isWhole && n > this.#wholeN) this.#replace(packet);
    else for (const comment of added) this.#comments.set(comment.id, comment);
    this.#clear();
    return { added: added.filter(({ id }) => this.#comments.has(id)), joined: isNewest ? joined : 0 };
  }

  #takeSums({ n, mode, hearts, leftOut, floor, mayKeep }: RoomPacket): void {
    this.#n = n;
    this.mode = mode;
    this.hearts = hearts;
    this.leftOut = leftOut;
    this.mayKeep = mayKeep === true;
    this.#floor = floor;
  }

  #hide(id: number): void {
    this.#hidden.set(id, true);
    this.#comments.delete(id);
  }

  /** Whether it isn't there yet and may be: what is older than the newest whole packet stands in that or nowhere. */
  #isWanted({ n }: RoomPacket, { id }: RoomComment): boolean {
    return n > this.#wholeN && !this.#comments.has(id) && !this.#hidden.has(id) && id >= this.#floor;
  }

  /** A whole packet tells the end of the list: what is older than that stays, and so does what newer packets added. */
  #replace({ n, add, last }: RoomPacket): void {
    this.#wholeN = n;
    const fromId = Math.min(...add.map(({ id }) => id), last + 1);
    const isEnd = add.length === 0;
    const others = this.comments.filter(({ id }) => id > last || (!isEnd && id < fromId));
    this.#comments = new Map([...others, ...add].map((comment) => [comment.id, comment]));
    for (const id of this.#hidden.keys()) this.#comments.delete(id);
  }

  #clear(): void {
    const overflow = this.#comments.size - SHOWN_MAX;
    const kept = this.comments.slice(Math.max(0, overflow)).filter(({ id }) => id >= this.#floor);
    if (kept.length !== this.#comments.size)
      this.#comments = new Map(kept.map((comment) => [comment.id, comment]));
  }
}
