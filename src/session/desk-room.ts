// The room of the broadcaster: what arrives goes over the desk, and what the desk says goes into the feed.

import type { Bytes } from '../base/bytes.ts';
import type { EpochCipher, RoomKeeper, Stop } from '../ports.ts';
import type { SignedSaid } from '../room/comment-codec.ts';
import { visible } from '../room/desk-packets.ts';
import { rememberDesk, restoreDesk, type RoomBefore } from '../room/desk-memory.ts';
import { createDesk, type AskedGuest, type DeskState, type HeldComment } from '../room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../room/desk.ts';
import { broadcastReporters, reportedComments, type ReportedComment } from '../room/reports.ts';
import type { Moderator } from '../room/invitation.ts';
import { MODERATORS_MAX, ROOM_KEEP_MS } from '../room/room-limits.ts';
import { encodeRoomPacket, type RoomBoard, type RoomComment, type RoomMode } from '../room/room-packet.ts';
import { decodeSaidText } from '../room/sealed-text.ts';
import { cleanComment, cleanName } from '../room/text-rules.ts';
import type { RoomSums } from './session-api.ts';
import { ModeratorOffice, type ModeratorOfficeParts } from './moderator-office.ts';
import { LucarneRoomChanged, type DeskRoom, type SayResult } from './room-api.ts';
import { RoomCarrier } from './room-carrier.ts';
import type { CarrierParts } from './room-edges.ts';

const TICK_MS = 50;

/** What the broadcaster's room is built from. */
export interface DeskRoomParts extends CarrierParts, ModeratorOfficeParts {
  epoch: number;
  /** Of this epoch, when the broadcast is private. */
  epochCipher: Promise<EpochCipher> | undefined;
  viewers(): number;
  /** It goes on with an earlier broadcast; without `before` nobody knows who was muted and what was hidden: comments are approved first. */
  isResumed?: boolean;
  /** What is left of the room that it goes on with. */
  before?: RoomBefore | undefined;
  /** For the next reload. */
  keeper?: RoomKeeper | undefined;
  /** Writes the payload of a `room` packet into the feed. */
  publish(payload: Bytes): void;
}

/** On air from `start` to `close`. */
export class LiveDeskRoom extends EventTarget implements DeskRoom {
  readonly author = '';
  readonly #parts: DeskRoomParts;
  readonly #carrier: RoomCarrier;
  readonly #desk: DeskState;
  readonly #office: ModeratorOffice;
  #stopTicks: Stop | undefined;
  #joined = 0;
  /** What earlier stretches on air had. */
  readonly #sumsBefore: RoomSums;
  /** What was sealed is heard one after the other. */
  #opening: Promise<void> = Promise.resolve();
  #keptAtMs = -Infinity;
  #logKept = 0;

  constructor(parts: DeskRoomParts) {
    super();
    this.#parts = parts;
    this.#carrier = new RoomCarrier(parts, (act) => void this.#office.hear(act));
    const random = (): number => parts.random.fraction();
    this.#desk = parts.before
      ? restoreDesk(random, parts.before)
      : createDesk(random, parts.isResumed ? 'approve' : 'open');
    this.#office = new ModeratorOffice(parts, this.#desk, (event) => this.#order(event));
    this.#sumsBefore = sumsOf(this.#desk);
  }

  get mode(): RoomMode {
    return this.#desk.mode;
  }

  get hearts(): number {
    return this.#desk.hearts;
  }

  get leftOut(): number {
    return this.#desk.leftOutBelow + this.#desk.leftOutHere;
  }

  get comments(): readonly RoomComment[] {
    return visible(this.#desk);
  }

  get board(): RoomBoard {
    const { pinned, questions } = this.#desk;
    return { pinned, questions: [...questions].sort((a, b) => b.votes - a.votes || a.id - b.id) };
  }

  get mayKeep(): boolean {
    return this.#desk.mayKeep;
  }

  get joined(): number {
    return this.#joined;
  }

  get held(): readonly HeldComment[] {
    return this.#desk.held;
  }

  get reported(): readonly ReportedComment[] {
    return reportedComments(this.#desk);
  }

  get broadcastReporters(): number {
    return broadcastReporters(this.#desk);
  }

  get muted(): ReadonlyMap<string, string> {
    return this.#desk.muted.entries;
  }

  get ownWords(): readonly string[] {
    return this.#desk.ownWords;
  }

  get moderators(): readonly Moderator[] {
    return this.#desk.moderators;
  }

  get guest(): AskedGuest | null {
    return this.#desk.guest;
  }

  get canInvite(): boolean {
    return this.moderators.length < MODERATORS_MAX;
  }

  get perSecond(): number {
    return this.#desk.flood.perSecond;
  }

  get isSteppedUp(): boolean {
    return this.#desk.mode !== this.#desk.wishedMode;
  }

  get canUndoShield(): boolean {
    return this.#desk.undo !== null;
  }

  /** Since this stretch on air began. */
  get sums(): RoomSums {
    const now = sumsOf(this.#desk);
    const before = this.#sumsBefore;
    return {
      hearts: now.hearts - before.hearts,
      comments: now.comments - before.comments,
      leftOut: now.leftOut - before.leftOut,
      questions: now.questions - before.questions,
      reports: now.reports - before.reports,
    };
  }

  start(): void {
    this.#stopTicks = this.#parts.clock.every(TICK_MS, () => this.#tick());
  }

  close(): void {
    if (this.#stopTicks) this.#keep();
    this.#stopTicks?.();
    this.#stopTicks = undefined;
  }

  /** A message of a child; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    return this.#carrier.receive(edge, bytes);
  }

  /** A group has begun: a newcomer starts here. */
  beginGroup(): void {
    if (this.#stopTicks) this.#tell({ type: 'group' });
  }

  comment(raw: string, rawName: string): Promise<SayResult> {
    const text = cleanComment(raw);
    const name = cleanName(rawName);
    if (!text.ok) return Promise.resolve(text);
    if (!name.ok) return Promise.resolve(name);
    this.#act({ type: 'say', name: name.value, text: text.value });
    return Promise.resolve({ ok: true });
  }

  heart(): void {
    this.#carrier.heart();
  }

  setMode(mode: RoomMode): void {
    this.#act({ type: 'mode', mode });
  }

  setMayKeep(mayKeep: boolean): void {
    this.#act({ type: 'copies', mayKeep });
  }

  /** As it is to be told; '' for none. */
  setTitle(title: string): void {
    this.#act({ type: 'title', title });
  }

  shield(): void {
    this.#act({ type: 'shield' });
  }

  undoShield(): void {
    this.#act({ type: 'undo-shield' });
  }

  hide(id: number): void {
    this.#act({ type: 'hide', id });
  }

  mute(id: number): void {
    this.#act({ type: 'mute', id });
  }

  unmute(author: string): void {
    this.#act({ type: 'unmute', author });
  }

  approve(id: number): void {
    this.#act({ type: 'approve', id });
  }

  dismiss(id: number): void {
    this.#act({ type: 'dismiss', id });
  }

  keep(id: number): void {
    this.#act({ type: 'keep', id });
  }

  block(words: readonly string[]): void {
    this.#act({ type: 'words', words });
  }

  pin(id: number | null): void {
    this.#act({ type: 'pin', id });
  }

  invite(rawName: string): Promise<void> {
    const name = cleanName(rawName);
    return this.#office.invite(name.ok ? name.value : '');
  }

  revoke(author: string): void {
    this.#act({ type: 'revoke', author });
  }

  /** Asks somebody on air, in place of whoever was asked; null: nobody any more. */
  askGuest(guest: AskedGuest | null): void {
    this.#act({ type: 'guest', guest });
  }

  /** From the office; nothing more goes out once the room is closed. */
  #order(event: DeskEvent): void {
    if (!this.#stopTicks) return;
    if (event.type === 'sealed') this.#tell(event);
    else this.#act(event);
  }

  #tick(): void {
    const desk = this.#desk;
    this.#carrier.follow(this.#parts.epoch, desk.mode, new Set(desk.muted.keys()));
    const moderators = new Set(desk.moderators.map(({ author }) => author));
    this.#carrier.acts.follow(this.#parts.epoch, moderators);
    this.#carrier.tick();
    this.#office.tick();
    const { hearts, leftOut } = this.#carrier;
    const before = markOf(desk);
    for (const said of this.#carrier.take()) this.#hear(said);
    this.#tell({ type: 'sums', hearts, leftOut });
    this.#tell({ type: 'viewers', viewers: this.#parts.viewers() });
    this.#tell({ type: 'tick' });
    if (markOf(desk) !== before) this.#changed();
    if (this.#parts.clock.nowMs() - this.#keptAtMs >= ROOM_KEEP_MS) this.#keep();
  }

  /** In a private broadcast only what was sealed with the link's key counts, and elsewhere only what is open. */
  #hear(said: SignedSaid): void {
    const { epochCipher } = this.#parts;
    if (epochCipher) this.#opening = this.#opening.then(() => this.#hearSealed(said, epochCipher));
    else if (!said.sealed) this.#tell({ type: 'said', said: this.#admitted(said) });
  }

  async #hearSealed(said: SignedSaid, epochCipher: Promise<EpochCipher>): Promise<void> {
    const { publicKey, counter, sealed } = said;
    const bytes = sealed && (await (await epochCipher).openSaid(publicKey, counter, sealed));
    const text = bytes && decodeSaidText(bytes);
    if (!text || !this.#stopTicks) return;
    this.#tell({ type: 'said', said: { ...this.#admitted(said), ...text } });
    this.#changed();
  }

  /** A ticket that has run out is none. */
  #admitted(said: SignedSaid): SignedSaid {
    const isGood = (said.ticket?.expiryS ?? 0) * 1e6 > this.#parts.clock.wallUs();
    return isGood ? said : { ...said, tag: undefined };
  }

  #act(event: DeskEvent): void {
    this.#tell(event);
    this.#keep();
    this.#changed();
  }

  #keep(): void {
    const { keeper, clock, epoch } = this.#parts;
    if (!keeper) return;
    const nowMs = clock.nowMs();
    const wallMs = clock.wallUs() / 1000;
    const { log, logged } = this.#desk;
    const fresh = log.slice(Math.max(0, log.length - (logged - this.#logKept)));
    this.#logKept = logged;
    this.#keptAtMs = nowMs;
    keeper.keep(
      rememberDesk(this.#desk, epoch, wallMs),
      fresh.map((entry) => ({ ...entry, epoch, atMs: Math.round(wallMs - nowMs + entry.atMs) })),
    );
  }

  #tell(event: DeskEvent): void {
    for (const effect of evaluateDesk(this.#desk, event, this.#parts.clock.nowMs())) {
      if (effect.type !== 'publish') continue;
      this.#joined += effect.packet.joined ?? 0;
      this.#parts.publish(encodeRoomPacket(effect.packet));
    }
  }

  #changed(): void {
    this.dispatchEvent(new LucarneRoomChanged());
  }
}

function sumsOf({ hearts, leftOutBelow, leftOutHere, sums }: DeskState): RoomSums {
  const { shown: comments, asked: questions, reports } = sums;
  return { hearts, comments, leftOut: leftOutBelow + leftOutHere, questions, reports };
}

/** Differs when something that the broadcaster sees has changed. */
function markOf({ n, held, undo, mode, sums }: DeskState): string {
  return [n, held.length, held.at(-1)?.id, undo === null, mode, sums.reports].join();
}
