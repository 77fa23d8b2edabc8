// The broadcaster's side of a guest on air: who was asked, who waits, who is on. Invariants: (1) nobody is connected to before the
// broadcaster says so; (2) at most one guest is on air; (3) who can't show the invitation in force learns nothing but that, and is shown
// to nobody; (4) who is asked by a comment is asked for one visit.

import { base32 } from '../base/bytes.ts';
import { GUEST_CODE_CHARS, GUESTS_WAITING_MAX } from '../base/limits.ts';
import type { GuestInvitation } from '../base/link.ts';
import type {
  CallEnd,
  CallEvents,
  Clock,
  LoadGuestCalls,
  Programme,
  Random,
  RingingCall,
  Signer,
  Stop,
  Verifier,
} from '../ports.ts';
import { authorOf } from '../room/comment-codec.ts';
import type { AskedGuest } from '../room/desk-state.ts';
import type { Guest, GuestOnAir, GuestStage } from './guest-api.ts';
import { guestSigned, readKeyKnock, readKnock, type KeyKnock } from './guest-knock.ts';
import { OwnFace } from './own-face.ts';
import { LucarneRoomChanged } from './room-api.ts';
import { LucarneSessionChanged } from './session-api.ts';

const CODE_BYTES = 17;

/** Where it is told who is asked by a comment. */
export interface GuestRoom extends EventTarget {
  readonly guest: AskedGuest | null;
  askGuest(guest: AskedGuest | null): void;
}

/** What a stage works with. */
export interface GuestStageParts {
  clock: Clock;
  random: Random;
  programme: Programme;
  room: GuestRoom;
  signer: Pick<Signer, 'broadcastId'>;
  verifier: Verifier;
  /** The first is where guests call. */
  servers: Promise<readonly string[]>;
  loadCalls: LoadGuestCalls;
}

interface Caller extends Guest {
  call: RingingCall;
  /** Author of the comment that they were asked by; undefined: they came by link. */
  by?: string;
}

/** Where guests call. Of links nobody else knows the seat; the one of comments stands in the room's packets, and may be stormed. */
interface Door {
  seat: string;
  close?: Stop;
}

/** Of one broadcast. */
export class LiveGuestStage extends EventTarget implements GuestStage {
  readonly #parts: GuestStageParts;
  readonly #doors: { link?: Door; comment?: Door } = {};
  #invitation: GuestInvitation | undefined;
  #waiting: readonly Caller[] = [];
  #onAir: (Caller & { stream: MediaStream | undefined; face: OwnFace }) | undefined;
  #isLost = false;
  #ids = 0;
  /** Callers whose proof is being checked. */
  readonly #checking = new Set<number>();
  #isClosed = false;
  /** As it was told last. */
  #guest: AskedGuest | null = null;

  constructor(parts: GuestStageParts) {
    super();
    this.#parts = parts;
    parts.room.addEventListener(LucarneRoomChanged.type, () => this.#followRoom());
  }

  get invitation(): GuestInvitation | undefined {
    return this.#invitation;
  }

  get waiting(): readonly Guest[] {
    return this.#waiting;
  }

  get onAir(): GuestOnAir | undefined {
    return this.#onAir;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get asked(): Pick<Guest, 'name'> | undefined {
    const { guest } = this.#parts.room;
    return guest && !this.#waiting.some(({ by }) => by === guest.by) ? { name: guest.name } : undefined;
  }

  async invite(): Promise<void> {
    const seat = await this.#openDoor('link', (call) => this.#ringByLink(call));
    if (seat === undefined) return;
    this.#invitation = { seat, token: this.#newCode() };
    this.#changed();
  }

  async ask({ by, name }: Pick<AskedGuest, 'by' | 'name'>): Promise<void> {
    const seat = await this.#openDoor('comment', (call) => this.#ringByComment(call));
    if (seat !== undefined) this.#parts.room.askGuest({ by, name, seat });
  }

  withdraw(): void {
    const { room } = this.#parts;
    if (room.guest) room.askGuest(null);
  }

  admit(id: number): void {
    const caller = this.#waiting.find((one) => one.id === id);
    if (!caller || this.#onAir) return;
    this.#forget(id);
    this.#settle(caller);
    const { clock, programme } = this.#parts;
    const face = new OwnFace(clock, programme, caller.call);
    this.#onAir = { ...caller, face, stream: undefined };
    this.#isLost = false;
    caller.call.answer(face.stream);
    this.#changed();
  }

  decline(id: number): void {
    const caller = this.#waiting.find((one) => one.id === id);
    if (!caller) return;
    this.#forget(id);
    this.#settle(caller);
    caller.call.end('declined');
    this.#changed();
  }

  remove(): void {
    this.#onAir?.call.end('left');
    this.#empty();
    this.#changed();
  }

  /** The broadcast is over. */
  close(): void {
    this.#isClosed = true;
    this.#invitation = undefined;
    this.#waiting = [];
    this.#checking.clear();
    this.withdraw();
    this.#doors.link?.close?.();
    this.#doors.comment?.close?.();
    this.#empty();
    this.#changed();
  }

  /** Gives the seat there; undefined when it is too late, or there is no server. */
  async #openDoor(
    way: 'link' | 'comment',
    ring: (call: RingingCall) => CallEvents | CallEnd,
  ): Promise<string | undefined> {
    const { loadCalls, servers } = this.#parts;
    const door = (this.#doors[way] ??= { seat: this.#newCode() });
    if (!door.close) {
      const [calls, [server]] = await Promise.all([loadCalls(), servers]);
      if (this.#isClosed || server === undefined) return undefined;
      door.close ??= calls.open(server, door.seat, ring);
    }
    return door.seat;
  }

  #ringByLink(call: RingingCall): CallEvents | CallEnd {
    const knock = readKnock(call.said);
    if (!knock || !this.#invitation || knock.token !== this.#invitation.token) return 'refused';
    const id = ++this.#ids;
    return this.#letWait({ id, name: knock.name, call }) ? this.#eventsOf(id) : 'full';
  }

  /** The name is that which the broadcaster has tapped on. */
  #ringByComment(call: RingingCall): CallEvents | CallEnd {
    const knock = readKeyKnock(call.said);
    const { guest } = this.#parts.room;
    if (!knock || !guest || authorOf(knock.publicKey) !== guest.by) return 'refused';
    const id = ++this.#ids;
    this.#checking.add(id);
    void this.#check({ id, name: guest.name, by: guest.by, call }, guest, knock);
    return this.#eventsOf(id);
  }

  async #check(caller: Caller, guest: AskedGuest, { publicKey, signature }: KeyKnock): Promise<void> {
    const { verifier, signer, room } = this.#parts;
    const signed = guestSigned(signer.broadcastId, guest.seat, caller.call);
    const isGenuine = await (signed && verifier.verify('guest', publicKey, signed, signature));
    // The caller may have gone meanwhile, or be asked no longer.
    if (!this.#checking.delete(caller.id)) return;
    if (!isGenuine || room.guest !== guest) caller.call.end('refused');
    else if (!this.#letWait(caller)) caller.call.end('full');
  }

  #eventsOf(id: number): CallEvents {
    return { connected: (stream) => this.#connect(id, stream), ended: (why) => this.#end(id, why) };
  }

  /** Among those who wait; false when they are too many. */
  #letWait(caller: Caller): boolean {
    const { call, by } = caller;
    // Who calls again has given the call before up.
    const isSame = (one: Caller): boolean =>
      one.call.peer === call.peer || (by !== undefined && one.by === by);
    for (const before of this.#waiting.filter(isSame)) this.#forget(before.id);
    if (this.#waiting.length >= GUESTS_WAITING_MAX) return false;
    this.#waiting = [...this.#waiting, caller];
    this.#changed();
    return true;
  }

  /** Who was asked by a comment has had an answer. */
  #settle({ by }: Caller): void {
    const { room } = this.#parts;
    if (by !== undefined && room.guest?.by === by) room.askGuest(null);
  }

  #followRoom(): void {
    const { guest } = this.#parts.room;
    if (guest === this.#guest) return;
    this.#guest = guest;
    this.#changed();
  }

  #connect(id: number, stream: MediaStream | undefined): void {
    if (this.#onAir?.id !== id) return;
    this.#onAir = { ...this.#onAir, stream };
    this.#parts.programme.guest = stream;
    this.#changed();
  }

  #end(id: number, why: CallEnd): void {
    if (this.#onAir?.id === id) {
      this.#isLost = why === 'lost';
      this.#empty();
    } else {
      this.#checking.delete(id);
      this.#forget(id);
    }
    this.#changed();
  }

  #empty(): void {
    if (!this.#onAir) return;
    this.#onAir.face.close();
    this.#onAir = undefined;
    this.#parts.programme.guest = undefined;
  }

  #forget(id: number): void {
    this.#waiting = this.#waiting.filter((one) => one.id !== id);
  }

  #newCode(): string {
    return base32(this.#parts.random.bytes(CODE_BYTES)).slice(0, GUEST_CODE_CHARS);
  }

  #changed(): void {
    this.dispatchEvent(new LucarneSessionChanged());
  }
}
