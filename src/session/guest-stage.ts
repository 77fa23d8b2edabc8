// The broadcaster's side of a guest on air: who was asked, who waits, who is on. Invariants: (1) nobody is connected to before the
// broadcaster says so; (2) at most one guest is on air; (3) whoever doesn't know the invitation in force learns nothing but that.

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
  Stop,
} from '../ports.ts';
import type { Guest, GuestOnAir, GuestStage } from './guest-api.ts';
import { readKnock } from './guest-knock.ts';
import { OwnFace } from './own-face.ts';
import { LucarneSessionChanged } from './session-api.ts';

const CODE_BYTES = 17;

/** What a stage works with. */
export interface GuestStageParts {
  clock: Clock;
  random: Random;
  programme: Programme;
  /** The first is where guests call. */
  servers: Promise<readonly string[]>;
  loadCalls: LoadGuestCalls;
}

interface Caller extends Guest {
  call: RingingCall;
}

/** Of one broadcast. */
export class LiveGuestStage extends EventTarget implements GuestStage {
  readonly #parts: GuestStageParts;
  /** Where guests call, the same for all of them. */
  #seat: string | undefined;
  #invitation: GuestInvitation | undefined;
  #waiting: readonly Caller[] = [];
  #onAir: (Caller & { stream: MediaStream | undefined; face: OwnFace }) | undefined;
  #isLost = false;
  #ids = 0;
  #closeDoor: Stop | undefined;
  #isClosed = false;

  constructor(parts: GuestStageParts) {
    super();
    this.#parts = parts;
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

  async invite(): Promise<void> {
    const { loadCalls, servers } = this.#parts;
    const seat = (this.#seat ??= this.#newCode());
    if (!this.#closeDoor) {
      const [calls, [server]] = await Promise.all([loadCalls(), servers]);
      if (this.#isClosed || server === undefined) return;
      this.#closeDoor ??= calls.open(server, seat, (call) => this.#ring(call));
    }
    this.#invitation = { seat, token: this.#newCode() };
    this.#changed();
  }

  admit(id: number): void {
    const caller = this.#waiting.find((one) => one.id === id);
    if (!caller || this.#onAir) return;
    this.#forget(id);
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
    this.#closeDoor?.();
    this.#empty();
    this.#changed();
  }

  #ring(call: RingingCall): CallEvents | CallEnd {
    const knock = readKnock(call.said);
    if (!knock || !this.#invitation || knock.token !== this.#invitation.token) return 'refused';
    // Who calls again has given the call before up.
    for (const before of this.#waiting.filter((one) => one.call.peer === call.peer)) this.#forget(before.id);
    if (this.#waiting.length >= GUESTS_WAITING_MAX) return 'full';
    const id = ++this.#ids;
    this.#waiting = [...this.#waiting, { id, name: knock.name, call }];
    this.#changed();
    return { connected: (stream) => this.#connect(id, stream), ended: (why) => this.#end(id, why) };
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
    } else this.#forget(id);
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
