// What pages may ask of a guest on air: the broadcaster's stage, and the visit of whoever was asked there. Both fire
// LucarneSessionChanged after anything that a page shows has changed.

import type { GuestInvitation } from '../base/link.ts';
import type { CallEnd, CallerMarks } from '../ports.ts';
import type { RoomComment } from '../room/room-packet.ts';

/** Somebody who would like to be on air. */
export interface Guest {
  /** Of this stage only. */
  readonly id: number;
  /** As they call themselves; '' for none. */
  readonly name: string;
}

/** Somebody who is on air, or about to be. */
export interface GuestOnAir extends Guest {
  /** Their picture and sound, once they are there. It must be played somewhere to be heard. */
  readonly stream: MediaStream | undefined;
}

/** What one comes in with who was asked: where to call, and what to say there. */
export interface GuestPass {
  readonly seat: string;
  /** Whether a link asks, or the broadcaster by a tap on a comment. */
  readonly by: 'link' | 'comment';
  /** What this caller says. `name`: as typed; a comment has its own already. */
  knock(name: string, caller: CallerMarks): Promise<object>;
}

/** Of the broadcaster. At most one guest is on air at a time. */
export interface GuestStage extends EventTarget {
  /** Of the link in force; undefined: there is none. */
  readonly invitation: GuestInvitation | undefined;
  /** In the order in which they came. */
  readonly waiting: readonly Guest[];
  readonly onAir: GuestOnAir | undefined;
  /** Whoever was on air is gone without a word. */
  readonly isLost: boolean;
  /** Makes an invitation in place of the one before, which holds no longer. Rejects when its code can't be had. */
  invite(): Promise<void>;
  /** Asked because of a comment, and not here yet. At most one is. */
  readonly asked: Pick<Guest, 'name'> | undefined;
  /** Asks whoever said this, in place of whoever was asked so before. Rejects when its code can't be had. */
  ask(comment: Pick<RoomComment, 'by' | 'name'>): Promise<void>;
  /** Takes that back: it holds no longer. */
  withdraw(): void;
  /** Puts one of those who wait on air, if nobody is. */
  admit(id: number): void;
  decline(id: number): void;
  /** Takes whoever is on air off it. */
  remove(): void;
}

/** 'opening': the camera is asked for; 'waiting': the broadcaster is asked; 'over': see `end`, or `failure`. */
export type VisitState = 'invited' | 'opening' | 'waiting' | 'on-air' | 'over';

/** Of a guest. */
export interface GuestVisit extends EventTarget {
  readonly state: VisitState;
  readonly end: CallEnd | undefined;
  /** A LucarneError: the camera couldn't be opened. */
  readonly failure: Error | undefined;
  /** One's own picture and sound, from when they are open until it is over. */
  readonly own: MediaStream | undefined;
  /** The broadcaster, live; undefined while there is nothing, or nothing is sent. */
  readonly host: MediaStream | undefined;
  /** Whether one's own sound is kept back. */
  isMuted: boolean;
  /** Opens camera and microphone and asks to be put on air, again if need be. A name that can't be shown is left out. */
  knock(name: string): Promise<void>;
  /** Goes away, on air or not. */
  leave(): void;
}
