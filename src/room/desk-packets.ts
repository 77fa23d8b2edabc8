// What goes from the desk to everybody: packets of what has changed, at the screens' pace, and whole ones for newcomers.

import { utf8Bytes } from '../base/bytes.ts';
import { emptyOutbox, type DeskState } from './desk-state.ts';
import {
  HIDE_MAX,
  MUTED_TOLD_MAX,
  QUESTIONS_TOLD_MAX,
  ROOM_PACKET_INTERVAL_MS,
  SNAPSHOT_BYTES_MAX,
  SNAPSHOT_COMMENTS_MAX,
} from './room-limits.ts';
import type { RoomBoard, RoomComment, RoomGuest, RoomPacket, RoomQuestion } from './room-packet.ts';

/** Hidden ids that a whole packet repeats, for whoever missed the packet that hid them. */
const HIDDEN_TOLD_MAX = 64;

/** The next packet, when there is something to say and it is time; what takes something away goes at once. */
export function takePacket(state: DeskState, nowMs: number): RoomPacket | undefined {
  const { out } = state;
  if (!out.isDue) return undefined;
  if (!out.isUrgent && nowMs - state.sentMs < ROOM_PACKET_INTERVAL_MS) return undefined;
  const wanted = out.add.filter(({ id }) => id >= state.floor && !state.hidden.has(id));
  const add = fitting(wanted);
  const later = wanted.slice(add.length);
  state.sentMs = nowMs;
  state.out = { ...emptyOutbox(), add: later, isDue: later.length > 0 };
  return {
    ...sumsOf(state),
    isWhole: false,
    add,
    hide: out.hide.slice(-HIDE_MAX),
    ...(out.hasMuted && { muted: mutedOf(state) }),
    ...(out.hasBoard && { board: boardOf(state) }),
    ...(out.joined > 0 && { joined: out.joined }),
    ...(out.hasModerators && { moderators: moderatorsOf(state) }),
    ...(out.hasTitle && titleOf(state)),
    ...(out.hasGuest && { guest: guestOf(state) }),
    ...(out.acts.length > 0 && { acts: [...out.acts] }),
  };
}

/** Everything that counts now. */
export function wholePacket(state: DeskState): RoomPacket {
  const hide = [...state.hidden.keys()].slice(-HIDDEN_TOLD_MAX);
  return {
    ...sumsOf(state),
    isWhole: true,
    add: newestOf(visible(state)),
    hide,
    muted: mutedOf(state),
    board: boardOf(state),
    ...titleOf(state),
    ...(state.guest && { guest: guestOf(state) }),
    ...(state.moderators.length > 0 && { moderators: moderatorsOf(state) }),
    ...(state.actsTold.length > 0 && { acts: [...state.actsTold] }),
  };
}

/** For moderators, sealed; it stands alone, since a packet full of comments has no room for it. */
export function sealedPacket(state: DeskState, sealed: string): RoomPacket {
  return { ...sumsOf(state), isWhole: false, add: [], hide: [], sealed };
}

/** What is on the screens. */
export function visible({ shown, floor, hidden }: DeskState): RoomComment[] {
  return shown.filter(({ id }) => id >= floor && !hidden.has(id));
}

function sumsOf(state: DeskState): Omit<RoomPacket, 'isWhole' | 'add' | 'hide'> {
  const { mode, hearts, floor } = state;
  const leftOut = state.leftOutBelow + state.leftOutHere;
  const sums = { n: state.n++, mode, hearts, leftOut, floor, last: state.lastId };
  return state.mayKeep ? { ...sums, mayKeep: true } : sums;
}

function newestOf(comments: readonly RoomComment[]): RoomComment[] {
  return fitting(comments.slice(-SNAPSHOT_COMMENTS_MAX).reverse()).reverse();
}

/** As many of them, from the first on, as one packet has room for. */
function fitting(comments: readonly RoomComment[]): RoomComment[] {
  let bytes = 0;
  const firstTooMany = comments.findIndex((comment) => {
    bytes += utf8Bytes(JSON.stringify(comment)).length;
    return bytes > SNAPSHOT_BYTES_MAX;
  });
  return firstTooMany === -1 ? [...comments] : comments.slice(0, firstTooMany);
}

function titleOf({ title }: DeskState): Pick<RoomPacket, 'title'> {
  return title === undefined ? {} : { title };
}

function mutedOf({ muted }: DeskState): string[] {
  return [...muted.keys()].slice(-MUTED_TOLD_MAX);
}

function moderatorsOf({ moderators }: DeskState): string[] {
  return moderators.map(({ author }) => author);
}

/** Without the name: it stands beside the comment. */
function guestOf({ guest }: DeskState): RoomGuest | null {
  return guest && { by: guest.by, seat: guest.seat };
}

function boardOf({ questions, pinned }: DeskState): RoomBoard {
  const asked = questions.filter((question) => question !== pinned);
  const most = asked.sort((a, b) => b.votes - a.votes || a.id - b.id).slice(0, QUESTIONS_TOLD_MAX);
  return { pinned: pinned && plain(pinned), questions: most.map(plain) };
}

function plain({ id, by, name, text, votes }: RoomQuestion): RoomQuestion {
  return { id, by, name, text, votes };
}
