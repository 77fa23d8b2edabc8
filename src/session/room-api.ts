// What pages may ask of the room: as a viewer, and as the broadcaster. Shapes only; the rooms of the sessions implement them.

import type { AskedGuest, HeldComment } from '../room/desk-state.ts';
import type { Moderator } from '../room/invitation.ts';
import type { ReportedComment } from '../room/reports.ts';
import type { RoomBoard, RoomComment, RoomMode } from '../room/room-packet.ts';
import type { TextCode } from '../room/text-rules.ts';
import type { GuestPass } from './guest-api.ts';

/** Fired by both rooms after anything that a page shows has changed; read the room's properties then. */
export class LucarneRoomChanged extends Event {
  static readonly type = 'lucarne-room-changed';
  constructor() {
    super(LucarneRoomChanged.type);
  }
}

/** What became of something that was to be said: on its way, or why not. `waitMs`: until it may be said. */
export type SayResult =
  { ok: true } | { ok: false; code: TextCode | 'closed' } | { ok: false; code: 'too-soon'; waitMs: number };

/** What everybody sees. */
export interface Room extends EventTarget {
  readonly mode: RoomMode;
  /** All so far, one's own at once. */
  readonly hearts: number;
  /** Comments that weren't shown, all so far. */
  readonly leftOut: number;
  /** Oldest first, bounded. */
  readonly comments: readonly RoomComment[];
  readonly board: RoomBoard;
  /** Whether the broadcaster lets viewers keep a copy. */
  readonly mayKeep: boolean;
  /** Counts those who have joined since we came; for notices. */
  readonly joined: number;
  /** One's own author among the comments; undefined before one has said anything. */
  readonly author: string | undefined;
  /** `name`: '' for none. */
  comment(text: string, name: string): Promise<SayResult>;
  heart(): void;
}

/** The room of a viewer. */
export interface WatchRoom extends Room {
  ask(text: string, name: string): Promise<SayResult>;
  /** For a question of the board. */
  vote(id: number): Promise<SayResult>;
  /** `id` of a comment, or 0 for the broadcast; `reason` may be ''. */
  report(id: number, reason: string): Promise<SayResult>;
  /** Ms until a comment may be said. */
  readonly waitMs: number;
  /** The broadcaster asks on air whoever said what was said here; the same object until that is taken back, another one afterwards. */
  readonly guestPass: GuestPass | undefined;
  /** Takes a moderator's seat; undefined when the invitation is none for this broadcast. Rejects when the code can't be fetched. */
  moderate(invitation: string): Promise<ModeratorRoom | undefined>;
}

/** Of an invitation: not known yet; the broadcaster hears it; the broadcaster has taken it back. */
export type ModeratorStanding = 'checking' | 'in-force' | 'revoked';

/** The room of a moderator. What it asks for is done by the broadcaster, or isn't: the screens show it. */
export interface ModeratorRoom extends EventTarget {
  readonly standing: ModeratorStanding;
  readonly mode: RoomMode;
  readonly comments: readonly RoomComment[];
  readonly board: RoomBoard;
  /** Waiting for approval, oldest first, and how many wait besides. */
  readonly held: readonly HeldComment[];
  readonly heldBesides: number;
  readonly reported: readonly ReportedComment[];
  readonly canUndoShield: boolean;
  /** Requests that the broadcaster never answered. */
  readonly lost: number;
  /** Whether something about this comment is on its way. */
  isAsked(id: number): boolean;
  shield(): void;
  undoShield(): void;
  hide(id: number): void;
  mute(id: number): void;
  approve(id: number): void;
  dismiss(id: number): void;
  keep(id: number): void;
  pin(id: number | null): void;
}

/** The room of the broadcaster. */
export interface DeskRoom extends Room {
  /** Waiting for approval, oldest first. */
  readonly held: readonly HeldComment[];
  /** On the screens and reported by viewers, most reported first. */
  readonly reported: readonly ReportedComment[];
  /** How many have reported the broadcast itself. */
  readonly broadcastReporters: number;
  /** Authors, with the names they used. */
  readonly muted: ReadonlyMap<string, string>;
  readonly ownWords: readonly string[];
  /** Comments that come a second, shown or not. */
  readonly perSecond: number;
  /** Whether a flood has made the mode stricter than the broadcaster chose. */
  readonly isSteppedUp: boolean;
  readonly canUndoShield: boolean;
  setMode(mode: RoomMode): void;
  /** Lets viewers keep a copy, or no longer: then keeping ends, and what was kept stays. */
  setMayKeep(mayKeep: boolean): void;
  /** Clears every screen and approves first from now on. */
  shield(): void;
  undoShield(): void;
  hide(id: number): void;
  mute(id: number): void;
  unmute(author: string): void;
  approve(id: number): void;
  dismiss(id: number): void;
  /** Lets a reported comment stand. */
  keep(id: number): void;
  block(words: readonly string[]): void;
  /** Who is asked on air because of a comment (`GuestStage.ask`). */
  readonly guest: AskedGuest | null;
  /** Whose invitations are in force. */
  readonly moderators: readonly Moderator[];
  /** Whether there is room for one more. */
  readonly canInvite: boolean;
  /** `name`: what to call this person here, or ''. The invitation is among `moderators` when it resolves. */
  invite(name: string): Promise<void>;
  /** Takes an invitation back. */
  revoke(author: string): void;
  /** Shows a question as being answered; null: none any more. */
  pin(id: number | null): void;
}
