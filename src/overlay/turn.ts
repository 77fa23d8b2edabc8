// One call of `evaluate`: the state it may change, the time it may believe, the effects it collects.

import type { OverlayEffect, OverlayEvent } from './event.ts';
import type { Entry, Join } from './join.ts';
import type { ControlMessage, Find } from './message.ts';
import type { OverlayState } from './state.ts';
import { BYE_LINGER_MS } from './timing.ts';

export interface Turn {
  readonly state: OverlayState;
  readonly nowMs: number;
  readonly effects: OverlayEffect[];
  /** Who gives places anew; undefined while its code isn't here. */
  readonly promoter: Promoter | undefined;
  /** Who sends a crowd to doors; undefined for a viewer. */
  readonly crowdKeeper: CrowdKeeper | undefined;
}

/** Gives places anew (promotion.ts): a part of its own, since nobody needs it before the first picture. */
export interface Promoter {
  tick(turn: Turn): void;
  /** A message that is none of the others'. */
  hear(turn: Turn, edge: string, bytes: Uint8Array): void;
  /** A search came in on this edge: what it is from here on. */
  receive(turn: Turn, edge: string, find: Find): Find;
  /** Whether the searcher was promised a place here. */
  isExpected(join: string): boolean;
}

/** Sends a crowd to doors (crowd.ts): the root's alone, and none of the code that viewers load. */
export interface CrowdKeeper {
  tick(turn: Turn): void;
  /** An offer or a candidate came in. Gives what is known of it; null: that was all, the newcomer was sent elsewhere. */
  meet(turn: Turn, event: OverlayEvent & { type: 'rendezvous-message' }): Entry | null;
  /** Whether a newcomer has to wait for others, although a slot is free. Makes one of our own free for those that are due it. */
  holdsBack(turn: Turn, join: Join, underWay: ReadonlyMap<string, number>): boolean;
  /** Whether the root may place a newcomer itself now. */
  mayPlace(turn: Turn, join: Join): boolean;
  /** Sends those elsewhere who wait for a slot. */
  drain(turn: Turn): void;
  /** Certificates that were asked for, by number. */
  certified(turn: Turn, certificates: ReadonlyMap<number, string>): void;
}

/** Sends a control message. */
export function send(turn: Turn, edge: string, message: ControlMessage): void {
  turn.effects.push({ type: 'send', edge, message });
}

/** Closes an edge now and forgets what it was allowed. */
export function closeEdge({ state, effects }: Turn, edge: string): void {
  state.allowances.delete(edge);
  state.closing.delete(edge);
  effects.push({ type: 'close-edge', edge });
}

/** Closes an edge once what was just sent on it is on its way. */
export function closeEdgeSoon({ state, nowMs }: Turn, edge: string): void {
  state.allowances.delete(edge);
  state.closing.set(edge, nowMs + BYE_LINGER_MS);
}

/** Closes what is due. */
export function tickClosing(turn: Turn): void {
  for (const [edge, dueMs] of turn.state.closing) if (turn.nowMs >= dueMs) closeEdge(turn, edge);
}
