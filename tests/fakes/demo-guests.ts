// A guest on air for demonstrations: what is asked for is done at once, and nobody is called.

import type { GuestInvitation } from '../../src/base/link.ts';
import type { CallEnd } from '../../src/ports.ts';
import type {
  Guest,
  GuestOnAir,
  GuestPass,
  GuestStage,
  GuestVisit,
  VisitState,
} from '../../src/session/guest-api.ts';
import { LucarneSessionChanged } from '../../src/session/session-api.ts';

export const DEMO_INVITATION: GuestInvitation = {
  seat: 'guests2demo3seat'.padEnd(26, 'a'),
  token: 'guests2demo3token'.padEnd(26, 'b'),
};

/** Of whoever is asked by a comment. */
export const DEMO_PASS: GuestPass = {
  ...{ seat: DEMO_INVITATION.seat, by: 'comment' },
  knock: () => Promise.resolve({}),
};

/** What a demonstration of a guest shows. */
export interface DemoGuestFacts {
  isAsked: boolean;
  asked: Pick<Guest, 'name'>;
  waiting: readonly Guest[];
  onAir: GuestOnAir;
  visit: VisitState;
  end: CallEnd;
}

export class DemoStage extends EventTarget implements GuestStage {
  invitation: GuestInvitation | undefined;
  asked: Pick<Guest, 'name'> | undefined;
  waiting: readonly Guest[];
  onAir: GuestOnAir | undefined;
  isLost = false;

  constructor({ isAsked, asked, waiting = [], onAir }: Partial<DemoGuestFacts> = {}) {
    super();
    this.asked = asked;
    this.waiting = waiting;
    this.onAir = onAir;
    if (isAsked) this.invitation = DEMO_INVITATION;
  }

  invite(): Promise<void> {
    this.#change({ invitation: DEMO_INVITATION });
    return Promise.resolve();
  }

  ask({ name }: Pick<Guest, 'name'>): Promise<void> {
    this.#change({ asked: { name } });
    return Promise.resolve();
  }

  withdraw(): void {
    this.#change({ asked: undefined });
  }

  admit(id: number): void {
    const guest = this.waiting.find((one) => one.id === id);
    this.decline(id);
    if (guest) this.#change({ onAir: { ...guest, stream: undefined } });
  }

  decline(id: number): void {
    this.#change({ waiting: this.waiting.filter((one) => one.id !== id) });
  }

  remove(): void {
    this.#change({ onAir: undefined });
  }

  #change(changes: Partial<Pick<DemoStage, 'invitation' | 'asked' | 'waiting' | 'onAir'>>): void {
    Object.assign(this, changes);
    this.dispatchEvent(new LucarneSessionChanged());
  }
}

export class DemoVisit extends EventTarget implements GuestVisit {
  state: VisitState;
  end: CallEnd | undefined;
  failure: Error | undefined;
  own: MediaStream | undefined;
  host: MediaStream | undefined;
  #isMuted = false;

  constructor({ visit = 'invited', end }: Partial<DemoGuestFacts> = {}) {
    super();
    this.state = visit;
    this.end = end;
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }
  set isMuted(isMuted: boolean) {
    this.#isMuted = isMuted;
    this.#become(this.state);
  }

  knock(): Promise<void> {
    this.#become('waiting');
    return Promise.resolve();
  }

  leave(): void {
    this.#become('invited');
  }

  #become(state: VisitState): void {
    this.state = state;
    this.dispatchEvent(new LucarneSessionChanged());
  }
}
