// What a recording's room packets tell of one evening: comments and hearts as they came, questions as they were answered.
// Its rule: what the broadcaster took away is marked as that for good, unless it came back; a reload makes nothing come twice.

import type { ReplayComment, RoomReplay } from '../session/session-api.ts';
import type { RoomComment, RoomPacket } from '../room/room-packet.ts';
import { RoomView } from '../room/room-view.ts';

/** Reads the packets of one export in the order in which they were sent; what they tell goes to the replay of the present file. */
export class RoomHistory {
  #view = new RoomView();
  #epoch = -1;
  /** By id, the newest of that id. */
  readonly #known = new Map<number, ReplayComment>();
  #n = -1;
  #floor = 0;
  /** What the last shield cleared: it may be taken back. */
  #cleared: ReplayComment[] = [];
  #hearts = 0;
  #answered: RoomReplay['answered'][number] | undefined;
  #replay: RoomReplay | undefined;

  /** `atMs`: where the packet lies in the file of `replay`. */
  take(epoch: number, packet: RoomPacket, atMs: number, replay: RoomReplay): void {
    // A question that is still being answered is so in the next file too.
    if (replay !== this.#replay) [this.#replay, this.#answered] = [replay, undefined];
    if (epoch !== this.#epoch) [this.#epoch, this.#view, this.#n] = [epoch, new RoomView(), -1];
    // As everywhere: the newer of two packets counts, in whatever order they come.
    const isNewest = packet.n > this.#n;
    if (isNewest) this.#clear(packet);
    for (const comment of this.#view.apply(packet).added) this.#show(comment, atMs, replay);
    for (const id of packet.hide) {
      const known = this.#known.get(id);
      if (known) known.takenAway = 'hidden';
    }
    if (!isNewest) return;
    this.#n = packet.n;
    if (packet.hearts > this.#hearts) replay.hearts.push([atMs, packet.hearts]);
    this.#hearts = packet.hearts;
    if (packet.board) this.#answer(packet.board.pinned, atMs, replay);
  }

  /** A shield clears what is on the screens; one that is taken back brings that back. */
  #clear({ floor }: RoomPacket): void {
    if (floor < this.#floor) for (const comment of this.#cleared) delete comment.takenAway;
    if (floor > this.#floor) {
      const gone = this.#view.comments.flatMap(({ id }) => (id < floor ? (this.#known.get(id) ?? []) : []));
      this.#cleared = gone.filter(({ takenAway }) => !takenAway);
      for (const comment of this.#cleared) comment.takenAway = 'cleared';
    }
    this.#floor = floor;
  }

  #show({ id, by, name, text }: RoomComment, atMs: number, replay: RoomReplay): void {
    const known = this.#known.get(id);
    if (known?.by === by && known.text === text) return;
    const comment: ReplayComment = { id, atMs, by, name, text };
    this.#known.set(id, comment);
    replay.comments.push(comment);
  }

  #answer(pinned: RoomComment | null, atMs: number, replay: RoomReplay): void {
    const before = this.#answered;
    if (before?.id === pinned?.id && before?.text === pinned?.text) return;
    if (before) before.untilMs = Math.max(before.atMs, atMs);
    this.#answered = undefined;
    if (!pinned) return;
    const { id, by, name, text } = pinned;
    this.#answered = { id, atMs, untilMs: undefined, by, name, text };
    replay.answered.push(this.#answered);
  }
}

/** A file in whose time nothing has happened yet. */
export function emptyReplay(): RoomReplay {
  return { comments: [], hearts: [], answered: [] };
}

/** The part of a replay from `fromMs` to `toMs`, told in its own time. */
export function cutReplay(
  { comments, hearts, answered }: RoomReplay,
  fromMs: number,
  toMs: number,
): RoomReplay {
  const isIn = (atMs: number): boolean => atMs >= fromMs && atMs < toMs;
  return {
    comments: comments
      .filter(({ atMs }) => isIn(atMs))
      .map((comment) => ({ ...comment, atMs: comment.atMs - fromMs })),
    hearts: hearts.filter(([atMs]) => isIn(atMs)).map(([atMs, total]) => [atMs - fromMs, total]),
    answered: answered
      .filter(({ atMs, untilMs = Infinity }) => atMs < toMs && untilMs > fromMs)
      .map((one) => ({
        ...one,
        atMs: Math.max(0, one.atMs - fromMs),
        untilMs: one.untilMs && Math.min(toMs, one.untilMs) - fromMs,
      })),
  };
}
