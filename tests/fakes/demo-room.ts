// A room for demonstrations: it shows what it was given, and does at once what it is asked.

import {
  LucarneRoomChanged,
  type DeskRoom,
  type ModeratorRoom,
  type ModeratorStanding,
  type SayResult,
  type WatchRoom,
} from '../../src/session/room-api.ts';
import { INVITATION_CHARS } from '../../src/base/limits.ts';
import type { AskedGuest, HeldComment } from '../../src/room/desk-state.ts';
import type { Moderator } from '../../src/room/invitation.ts';
import type { ReportedComment } from '../../src/room/reports.ts';
import type { RoomBoard, RoomComment, RoomMode } from '../../src/room/room-packet.ts';
import type { GuestPass } from '../../src/session/guest-api.ts';
import { cleanComment } from '../../src/room/text-rules.ts';

/** What can be set of it. */
export type DemoRoomFacts = Pick<
  DemoRoom,
  | 'mode'
  | 'hearts'
  | 'leftOut'
  | 'comments'
  | 'board'
  | 'held'
  | 'reported'
  | 'joined'
  | 'mayKeep'
  | 'waitMs'
  | 'isSteppedUp'
  | 'perSecond'
  | 'guest'
  | 'guestPass'
>;

/** Both a viewer's and the broadcaster's. */
export class DemoRoom extends EventTarget implements DeskRoom, WatchRoom, ModeratorRoom {
  mode: RoomMode = 'open';
  hearts = 0;
  leftOut = 0;
  comments: readonly RoomComment[] = [];
  board: RoomBoard = { pinned: null, questions: [] };
  joined = 0;
  mayKeep = false;
  author: string | undefined;
  waitMs = 0;
  held: readonly HeldComment[] = [];
  reported: readonly ReportedComment[] = [];
  broadcastReporters = 0;
  muted = new Map<string, string>();
  ownWords: readonly string[] = [];
  perSecond = 0;
  isSteppedUp = false;
  canUndoShield = false;
  moderators: readonly Moderator[] = [];
  guest: AskedGuest | null = null;
  guestPass: GuestPass | undefined;
  canInvite = true;
  standing: ModeratorStanding = 'in-force';
  heldBesides = 0;
  lost = 0;
  #before: { mode: RoomMode; comments: readonly RoomComment[] } | undefined;

  change(changes: Partial<DemoRoomFacts>): void {
    Object.assign(this, changes);
    this.dispatchEvent(new LucarneRoomChanged());
  }

  comment(text: string, name: string): Promise<SayResult> {
    const cleaned = cleanComment(text);
    if (!cleaned.ok) return Promise.resolve(cleaned);
    if (this.waitMs > 0) return Promise.resolve({ ok: false, code: 'too-soon', waitMs: this.waitMs });
    const id = (this.comments.at(-1)?.id ?? 0) + 1;
    this.author ??= '0'.repeat(16);
    this.change({ comments: [...this.comments, { id, by: this.author, name, text: cleaned.value }] });
    return Promise.resolve({ ok: true });
  }

  ask(): Promise<SayResult> {
    return Promise.resolve({ ok: true });
  }

  vote(): Promise<SayResult> {
    return Promise.resolve({ ok: true });
  }

  report(): Promise<SayResult> {
    return Promise.resolve({ ok: true });
  }

  heart(): void {
    this.change({ hearts: this.hearts + 1 });
  }

  setMode(mode: RoomMode): void {
    this.change({ mode });
  }

  setMayKeep(mayKeep: boolean): void {
    this.change({ mayKeep });
  }

  shield(): void {
    this.#before = { mode: this.mode, comments: this.comments };
    this.canUndoShield = true;
    this.change({ mode: 'approve', comments: [] });
  }

  undoShield(): void {
    this.canUndoShield = false;
    this.change({ ...this.#before });
  }

  hide(id: number): void {
    this.change({ comments: this.comments.filter((comment) => comment.id !== id) });
  }

  mute(id: number): void {
    const by = this.comments.find((comment) => comment.id === id)?.by;
    this.change({ comments: this.comments.filter((comment) => comment.by !== by) });
  }

  unmute(author: string): void {
    this.muted.delete(author);
    this.change({});
  }

  approve(id: number): void {
    const approved = this.held.filter((comment) => comment.id === id);
    this.change({
      held: this.held.filter((comment) => comment.id !== id),
      comments: [...this.comments, ...approved],
    });
  }

  dismiss(id: number): void {
    this.change({ held: this.held.filter((comment) => comment.id !== id) });
  }

  keep(id: number): void {
    this.change({ reported: this.reported.filter((comment) => comment.id !== id) });
  }

  moderate(): Promise<ModeratorRoom> {
    return Promise.resolve(this);
  }

  isAsked(): boolean {
    return false;
  }

  invite(name: string): Promise<void> {
    const author = String(this.moderators.length).padStart(16, '0');
    this.moderators = [...this.moderators, { author, name, invitation: 'x'.repeat(INVITATION_CHARS) }];
    this.change({});
    return Promise.resolve();
  }

  revoke(author: string): void {
    this.moderators = this.moderators.filter((one) => one.author !== author);
    this.change({});
  }

  block(words: readonly string[]): void {
    this.ownWords = words;
  }

  pin(id: number | null): void {
    const pinned = this.board.questions.find((question) => question.id === id) ?? null;
    this.change({ board: { pinned, questions: this.board.questions.filter((one) => one !== pinned) } });
  }
}

const SAID: [by: string, name: string, text: string][] = [
  ['1a', 'Zoé', 'Quelle lumière ! 🌅'],
  ['52', '', 'Watching from Lisbon'],
  ['', '', 'Welcome, everybody. We begin in a minute.'],
  ['7c', 'Karim', 'مرحبا من الدار البيضاء'],
  ['e3', 'Ana', 'Is that the old lighthouse on the left, and can one walk there when the tide is out?'],
  ['1a', 'Zoé', '<b>Bravo</b> pour le son'],
];

/** A room in which something is going on. */
export const LIVELY: Partial<DemoRoomFacts> = {
  hearts: 12_408,
  leftOut: 431,
  comments: SAID.map(([by, name, text], id) => ({ id: id + 1, by: by && by.padEnd(16, '0'), name, text })),
  reported: [
    {
      id: 2,
      by: '52'.padEnd(16, '0'),
      name: '',
      text: 'Watching from Lisbon',
      reporters: 3,
    },
  ],
  held: [
    { id: 20, by: 'ab'.padEnd(16, '0'), name: 'Troll', text: 'c0nnard', kind: 'comment', why: 'word' },
    { id: 21, by: 'cd'.padEnd(16, '0'), name: '', text: 'Hello from a new key', kind: 'comment', why: 'new' },
  ],
  board: {
    pinned: { id: 8, by: '52'.padEnd(16, '0'), name: 'Tom', text: 'Which camera is it?', votes: 12 },
    questions: [
      { id: 9, by: '7c'.padEnd(16, '0'), name: 'Karim', text: 'Where will you be tomorrow?', votes: 3 },
    ],
  },
};
