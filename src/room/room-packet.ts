// The payload of a `room` packet: what the broadcaster lets everybody see. docs/wire-room.md is the law. Packets may come in any
// order and some may not come: `n` orders them, and a whole one, at the start of every group, says all that counts.
// It is read after its signature was checked, but a broadcaster may be hostile too: decoding is total.

import { utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { GUEST_CODE_CHARS, TITLE_CHARS_MAX } from '../base/limits.ts';
import {
  ACTS_TOLD_MAX,
  COMMENT_BYTES_MAX,
  HIDE_MAX,
  MODERATORS_MAX,
  MUTED_TOLD_MAX,
  NAME_BYTES_MAX,
  QUESTIONS_TOLD_MAX,
  ROOM_PACKET_BYTES_MAX,
  SEALED_CHARS_MAX,
  SHOWN_MAX,
  SUM_MAX,
} from './room-limits.ts';
import { cleanComment, cleanName, cleanTitle } from './text-rules.ts';

/** Who may say what: everybody; everybody now and then; what the broadcaster approves; nothing but hearts; nothing. */
export type RoomMode = (typeof MODES)[number];

/** A comment as everybody sees it. */
export interface RoomComment {
  /** Given by the broadcaster; grows. */
  id: number;
  /** Who said it (`SignedSaid.author`); '' for the broadcaster. */
  by: string;
  /** '' for none. */
  name: string;
  text: string;
}

export interface RoomQuestion extends RoomComment {
  votes: number;
}

/** Open questions, most votes first, and the one being answered. */
export interface RoomBoard {
  pinned: RoomQuestion | null;
  questions: RoomQuestion[];
}

/** Who is asked on air because of what they said, and where to call. */
export interface RoomGuest {
  /** Whoever shows that this author's key is theirs (`RoomComment.by`). */
  by: string;
  /** As in a guest's link. */
  seat: string;
}

export interface RoomPacket {
  /** Counts the room packets of an epoch. */
  n: number;
  /** `add` is the end of the list and replaces it; `muted` and `board` are there. */
  isWhole: boolean;
  mode: RoomMode;
  hearts: number;
  /** Comments that weren't shown, in all. */
  leftOut: number;
  /** Whatever has a lower id is cleared. */
  floor: number;
  /** The highest id given so far. */
  last: number;
  add: RoomComment[];
  hide: number[];
  /** Authors whose comments go no further; absent when unchanged. */
  muted?: string[];
  board?: RoomBoard;
  /** So many have joined since the last notice. */
  joined?: number;
  /** Viewers may keep a copy. Every packet says it anew: absent, they may not. */
  mayKeep?: true;
  /** The title, once it was changed on air; absent when unchanged. '' for none. */
  title?: string;
  /** Authors whose requests are heard; absent when unchanged, and in a whole packet when there are none. */
  moderators?: string[];
  /** Hashes of moderators' requests that were judged. */
  acts?: string[];
  /** What waits at the desk, for moderators only, in base64 (`ModeratorKeys.seal`). */
  sealed?: string;
  /** Null: nobody any more; absent when unchanged, and in a whole packet when nobody is asked. */
  guest?: RoomGuest | null;
}

/** Why a payload is refused. */
export type RoomPacketCode = 'size' | 'utf8' | 'json' | 'version' | 'fields' | 'comment' | 'board';

const MODES = ['open', 'slow', 'approve', 'hearts', 'closed'] as const;
const AUTHOR = /^(?:[0-9a-f]{16})?$/;
const BASE64 = /^[\w+/]+=*$/;
const SEAT = new RegExp(`^[a-z2-7]{${GUEST_CODE_CHARS}}$`);
const UINT32_MAX = 0xffffffff;

type Fields = Partial<Record<string, unknown>>;

/** The payload. */
export function encodeRoomPacket(packet: RoomPacket): Bytes {
  const { isWhole, add, hide, leftOut, ...rest } = packet;
  return utf8Bytes(
    JSON.stringify({
      v: 1,
      ...rest,
      leftOut,
      ...(isWhole && { whole: true }),
      ...(add.length > 0 && { add }),
      ...(hide.length > 0 && { hide }),
    }),
  );
}

/** Reads a payload. Texts come out as the rules for text leave them; one that is nothing but what they remove is refused. */
export function decodeRoomPacket(payload: Uint8Array): Result<RoomPacket, RoomPacketCode> {
  if (payload.length > ROOM_PACKET_BYTES_MAX) return { ok: false, code: 'size' };
  const text = utf8Text(payload);
  if (text === undefined) return { ok: false, code: 'utf8' };
  const fields = fieldsOf(parseJson(text));
  if (!fields) return { ok: false, code: 'json' };
  if (fields.v !== 1) return { ok: false, code: 'version' };
  const { n, whole = false, mode, hearts, leftOut, floor, last, joined, mayKeep = false } = fields;
  const known = MODES.find((one) => one === mode);
  const hide = readList(fields.hide ?? [], HIDE_MAX, (id) => (isUint(id, UINT32_MAX) ? id : undefined));
  if (!isUint(n, UINT32_MAX) || typeof whole !== 'boolean' || !known || !hide)
    return { ok: false, code: 'fields' };
  if (!isUint(hearts, SUM_MAX) || !isUint(leftOut, SUM_MAX)) return { ok: false, code: 'fields' };
  if (!isUint(floor, UINT32_MAX) || !isUint(last, UINT32_MAX)) return { ok: false, code: 'fields' };
  if (joined !== undefined && !isUint(joined, UINT32_MAX)) return { ok: false, code: 'fields' };
  if (typeof mayKeep !== 'boolean') return { ok: false, code: 'fields' };
  const title = readOptional(fields.title, readTitle);
  if (title === null) return { ok: false, code: 'fields' };
  const add = readList(fields.add ?? [], SHOWN_MAX, readComment);
  if (!add) return { ok: false, code: 'comment' };
  const muted = readOptional(fields.muted, (list) => readList(list, MUTED_TOLD_MAX, readAuthor));
  const board = readOptional(fields.board, readBoard);
  if (muted === null || board === null || (whole && !(muted && board))) return { ok: false, code: 'board' };
  const forModerators = readForModerators(fields);
  const forGuest = readGuest(fields.guest);
  if (!forModerators || !forGuest) return { ok: false, code: 'fields' };
  const sums = { n, isWhole: whole, mode: known, hearts, leftOut, floor, last };
  const extras = { ...(muted && { muted }), ...(board && { board }), ...(joined && { joined }) };
  return {
    ok: true,
    value: {
      ...{ ...sums, add, hide, ...extras, ...forModerators, ...forGuest },
      ...(mayKeep && { mayKeep }),
      ...(title !== undefined && { title }),
    },
  };
}

function readTitle(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > TITLE_CHARS_MAX) return undefined;
  const title = cleanTitle(value);
  if (title.ok) return title.value;
  return title.code === 'blank' ? '' : undefined;
}

function readForModerators({
  moderators: listed,
  acts: quoted,
  sealed,
}: Fields): Pick<RoomPacket, 'moderators' | 'acts' | 'sealed'> | undefined {
  const moderators = readOptional(listed, (list) => readList(list, MODERATORS_MAX, readName));
  const acts = readOptional(quoted, (list) => readList(list, ACTS_TOLD_MAX, readName));
  const isSealed = typeof sealed === 'string' && sealed.length <= SEALED_CHARS_MAX && BASE64.test(sealed);
  if (moderators === null || acts === null || (sealed !== undefined && !isSealed)) return undefined;
  return { ...(moderators && { moderators }), ...(acts && { acts }), ...(isSealed && { sealed }) };
}

function readGuest(value: unknown): Pick<RoomPacket, 'guest'> | undefined {
  if (value === undefined) return {};
  if (value === null) return { guest: null };
  const fields = fieldsOf(value);
  const by = readName(fields?.by);
  const seat = fields?.seat;
  return by !== undefined && typeof seat === 'string' && SEAT.test(seat)
    ? { guest: { by, seat } }
    : undefined;
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members of an object. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** Whether it is a whole number from 0 to `max`. */
export function isUint(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

/** Undefined when absent, null when malformed. */
function readOptional<Value>(
  value: unknown,
  read: (value: unknown) => Value | undefined,
): Value | null | undefined {
  return value === undefined ? undefined : (read(value) ?? null);
}

/** Each item read; undefined when one is malformed or there are too many. */
export function readList<Item>(
  value: unknown,
  lengthMax: number,
  read: (item: unknown) => Item | undefined,
): Item[] | undefined {
  if (!Array.isArray(value) || value.length > lengthMax) return undefined;
  const items: Item[] = [];
  for (const one of value as unknown[]) {
    const item = read(one);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readAuthor(value: unknown): string | undefined {
  return typeof value === 'string' && AUTHOR.test(value) ? value : undefined;
}

/** An author that is there, or a hash. */
function readName(value: unknown): string | undefined {
  return readAuthor(value) || undefined;
}

/** A comment, its texts cleaned. */
export function readComment(value: unknown): RoomComment | undefined {
  const { id, by, name, text } = fieldsOf(value) ?? {};
  const author = readAuthor(by);
  if (!isUint(id, UINT32_MAX) || author === undefined || typeof name !== 'string' || typeof text !== 'string')
    return undefined;
  if (name.length > NAME_BYTES_MAX || text.length > COMMENT_BYTES_MAX) return undefined;
  const cleanedName = cleanName(name);
  const cleanedText = cleanComment(text);
  if (!cleanedName.ok || !cleanedText.ok) return undefined;
  return { id, by: author, name: cleanedName.value, text: cleanedText.value };
}

function readQuestion(value: unknown): RoomQuestion | undefined {
  const comment = readComment(value);
  const votes = fieldsOf(value)?.votes;
  return comment && isUint(votes, UINT32_MAX) ? { ...comment, votes } : undefined;
}

function readBoard(value: unknown): RoomBoard | undefined {
  const fields = fieldsOf(value);
  const questions = readList(fields?.questions, QUESTIONS_TOLD_MAX, readQuestion);
  const pinned = fields?.pinned === null ? null : readQuestion(fields?.pinned);
  return questions && pinned !== undefined ? { questions, pinned } : undefined;
}
