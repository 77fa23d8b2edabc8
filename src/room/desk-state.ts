// What the broadcaster's desk knows: everything that is shown, held, muted or asked. `desk.ts` holds the rules.

import { fullAllowance, type Allowance } from '../base/allowance.ts';
import type { Bytes } from '../base/bytes.ts';
import { WordRules } from './block-words.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { SaidKind } from './comment-codec.ts';
import { FloodMeter } from './flood-meter.ts';
import type { Moderator } from './invitation.ts';
import {
  ACTS_DONE_MAX,
  DESK_KEYS_MAX,
  HIDDEN_MAX,
  MODERATORS_MAX,
  MUTED_MAX,
  REPEATS_MAX,
  REPORTS_MAX,
  SHOWN_BURST,
} from './room-limits.ts';
import type { RoomComment, RoomGuest, RoomMode, RoomQuestion } from './room-packet.ts';

/** Why something waits: every comment does now; a word; copied words; nobody knows where its key came from. */
export type HeldWhy = 'approve' | 'word' | 'repeat' | 'new';

export interface HeldComment extends RoomComment {
  kind: 'comment' | 'question';
  why: HeldWhy;
}

/** What happened at the desk, for the record. */
export interface DeskLogEntry {
  atMs: number;
  act:
    | 'hide'
    | 'mute'
    | 'unmute'
    | 'approve'
    | 'dismiss'
    | 'mode'
    | 'shield'
    | 'undo'
    | 'report'
    | 'keep'
    | 'pin'
    | 'copies'
    | 'invite'
    | 'revoke';
  /** Of the comment or question it is about; absent where there is none, 0 for the broadcast itself. */
  id?: number;
  /** Author of that, or '' where it means nothing. */
  by: string;
  /** Text of the comment, or name of the mode; of 'copies' whether they are allowed: 'on' or 'off'. */
  text: string;
  /** Why: what a viewer wrote with a report, what something was held for, or that a flood changed the mode. */
  reason?: string;
  /** A moderator asked for it: the name that the broadcaster gave, or ''. Absent: the broadcaster, a viewer or the room itself did it. */
  moderator?: string;
}

/** One key that has spoken. */
export interface Speaker {
  counter: number;
  /** When something of it was last admitted. */
  spokeMs: number;
  /** Of its ticket. */
  tag?: string | undefined;
  /** The broadcaster has approved something of it: that it has no ticket doesn't matter any more. */
  isVouched?: boolean;
}

export interface AskedQuestion extends RoomQuestion {
  voters: Set<string>;
}

/** What was reported under one id; 0 stands for the broadcast itself. */
export interface Report {
  reporters: Set<string>;
  /** The broadcaster has looked at it and lets it stand. */
  isKept: boolean;
}

/** Who is asked on air because of a comment. */
export interface AskedGuest extends RoomGuest {
  /** Under which they said it; '' for none. */
  name: string;
}

interface ShieldUndo {
  mode: RoomMode;
  floor: number;
  untilMs: number;
}

export interface DeskState {
  readonly random: () => number;
  /** As the broadcaster wishes, and as it is while a flood has stepped it up. */
  wishedMode: RoomMode;
  mode: RoomMode;
  readonly flood: FloodMeter;
  /** Viewers may keep a copy. */
  mayKeep: boolean;
  /** As it was changed on air; undefined: as the config says. */
  title: string | undefined;
  words: WordRules;
  ownWords: readonly string[];
  hearts: number;
  /** Of them, those of an earlier epoch: the sums from below begin anew with each. */
  heartsBefore: number;
  /** How many were shown, asked and reported, in all. */
  sums: { shown: number; asked: number; reports: number };
  /** Left out on the way, and here. */
  leftOutBelow: number;
  leftOutHere: number;
  floor: number;
  lastId: number;
  /** On the screens, oldest first; those below `floor` are cleared. */
  shown: RoomComment[];
  hidden: BoundedMap<number, true>;
  /** Waits for the screens' pace. */
  pending: { comment: RoomComment; atMs: number }[];
  readonly pace: Allowance;
  held: HeldComment[];
  /** By tag where there was a ticket, else by author; with the name. */
  muted: BoundedMap<string, string>;
  readonly speakers: BoundedMap<string, Speaker>;
  /** What each address may still say, by tag. */
  readonly tags: BoundedMap<string, Allowance>;
  /** Who said the same folded words, and when the last did. */
  readonly repeats: BoundedMap<string, { authors: Set<string>; atMs: number }>;
  /** By id of the comment. */
  readonly reports: BoundedMap<number, Report>;
  questions: AskedQuestion[];
  pinned: AskedQuestion | null;
  /** The newest, and how many there were in all. */
  log: DeskLogEntry[];
  logged: number;
  undo: ShieldUndo | null;
  moderators: readonly Moderator[];
  /** Whose request is being done right now. */
  actor: Moderator | null;
  /** Hashes of requests that were done, and the newest that were quoted. */
  readonly actsDone: BoundedMap<string, true>;
  actsTold: readonly string[];
  /** What each moderator may still ask. */
  readonly actsLeft: BoundedMap<string, Allowance>;
  /** What moderators saw last. */
  panel: { bytes: Bytes; atMs: number };
  guest: AskedGuest | null;
  /** Viewers at the last notice, the most so far, and when that was. */
  viewersMax: number;
  joined: number;
  joinNoticeMs: number;
  /** Of packets. */
  n: number;
  sentMs: number;
  out: Outbox;
}

/** What goes into the next packet. */
export interface Outbox {
  isDue: boolean;
  isUrgent: boolean;
  add: RoomComment[];
  hide: number[];
  hasMuted: boolean;
  hasBoard: boolean;
  joined: number;
  hasModerators: boolean;
  hasTitle: boolean;
  hasGuest: boolean;
  acts: readonly string[];
}

/** What may be said of something that comes to the desk. */
export interface DeskSaid {
  kind: SaidKind;
  author: string;
  counter: number;
  target: number;
  name: string;
  text: string;
  /** Of a good ticket; absent: nobody knows where the key came from. */
  tag?: string | undefined;
}

/** An empty desk. `mode`: approve first where an earlier state is lost. `random`: in [0, 1). */
export function createDesk(random: () => number, mode: RoomMode = 'open'): DeskState {
  return {
    random,
    wishedMode: mode,
    mode,
    flood: new FloodMeter(),
    mayKeep: false,
    title: undefined,
    words: new WordRules(),
    ownWords: [],
    hearts: 0,
    heartsBefore: 0,
    sums: { shown: 0, asked: 0, reports: 0 },
    leftOutBelow: 0,
    leftOutHere: 0,
    floor: 0,
    lastId: 0,
    shown: [],
    hidden: new BoundedMap(HIDDEN_MAX),
    pending: [],
    pace: fullAllowance(SHOWN_BURST, 0),
    held: [],
    muted: new BoundedMap(MUTED_MAX),
    speakers: new BoundedMap(DESK_KEYS_MAX),
    tags: new BoundedMap(DESK_KEYS_MAX),
    repeats: new BoundedMap(REPEATS_MAX),
    reports: new BoundedMap(REPORTS_MAX),
    questions: [],
    pinned: null,
    log: [],
    logged: 0,
    undo: null,
    moderators: [],
    actor: null,
    actsDone: new BoundedMap(ACTS_DONE_MAX),
    actsTold: [],
    actsLeft: new BoundedMap(2 * MODERATORS_MAX),
    panel: { bytes: new Uint8Array(), atMs: -Infinity },
    guest: null,
    viewersMax: 0,
    joined: 0,
    joinNoticeMs: -Infinity,
    n: 0,
    sentMs: -Infinity,
    out: emptyOutbox(),
  };
}

export function emptyOutbox(): Outbox {
  return {
    isDue: false,
    isUrgent: false,
    add: [],
    hide: [],
    hasMuted: false,
    hasBoard: false,
    joined: 0,
    hasModerators: false,
    hasTitle: false,
    hasGuest: false,
    acts: [],
  };
}
