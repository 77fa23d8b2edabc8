// What the server knows of one socket: who it says it is, and how much it may still say.
import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import type { ConnectionId } from './effect.ts';
import {
  FIRST_FRAME_MS_MAX,
  FRAMES_BURST,
  FRAMES_PER_SECOND,
  HELD_CHARS_MAX,
  OFFERS_BURST,
  OFFERS_PER_SECOND,
  PROVEN_FRAMES_BURST,
  PROVEN_FRAMES_PER_SECOND,
  SILENCE_MS_MAX,
} from './limits.ts';
import type { Visitor } from './visitors.ts';

/** Whence a socket came. */
export interface Arrival {
  /** Everybody at its address; undefined for a peer of this process. */
  visitor?: Visitor | undefined;
  /** The host that it dialled. */
  host: string;
}

/** One socket that may hold an id. */
export interface Registration extends Arrival {
  id: string;
  token: string;
  connection: ConnectionId;
  sinceMs: number;
  lastHeardMs: number;
  hasSpoken: boolean;
  /** It holds a broadcast's id by right. */
  isProven: boolean;
  /** At a door: when the certificate that it showed expires, Unix time, s. It holds the door until it goes, or a later one is shown. */
  expiryS?: number | undefined;
  /** What it was asked to sign; until then it holds nothing and nothing of it is passed on. */
  nonce?: string | undefined;
  /** Its proof is being checked. */
  isChecking: boolean;
  /** What it said while the neighbours are asked for its id; undefined when they aren't. */
  held?: string[] | undefined;
  frames: Allowance;
  /** Offers that it may still be sent; undefined before the first, since most are sent none. */
  offers?: Allowance;
}

/** A socket that came at `nowMs`. */
export function newRegistration(
  { id, token, connection }: Pick<Registration, 'id' | 'token' | 'connection'>,
  nowMs: number,
  { visitor, host }: Arrival = { host: '' },
): Registration {
  return {
    id,
    token,
    connection,
    visitor,
    host,
    sinceMs: nowMs,
    lastHeardMs: nowMs,
    hasSpoken: false,
    isChecking: false,
    isProven: false,
    frames: fullAllowance(FRAMES_BURST, nowMs),
  };
}

/** The same, with a right proof. */
export function proven(registration: Registration, nowMs: number): Registration {
  // A door's holder answers for a part of a crowd, at the pace of everybody.
  if (registration.expiryS !== undefined) return { ...registration, nonce: undefined, isChecking: false };
  const frames = fullAllowance(PROVEN_FRAMES_BURST, nowMs);
  return { ...registration, nonce: undefined, isChecking: false, isProven: true, frames };
}

/** Whether it keeps to the pace of its kind. */
export function mayGoOn({ frames, isProven }: Registration, nowMs: number): boolean {
  return isProven
    ? take(frames, nowMs, PROVEN_FRAMES_PER_SECOND, PROVEN_FRAMES_BURST)
    : take(frames, nowMs, FRAMES_PER_SECOND, FRAMES_BURST);
}

/** Whether it may be sent an offer now. */
export function mayBeOffered(registration: Registration, nowMs: number): boolean {
  registration.offers ??= fullAllowance(OFFERS_BURST, nowMs);
  return take(registration.offers, nowMs, OFFERS_PER_SECOND, OFFERS_BURST);
}

/** Whether it has been silent for too long. */
export function isSilent({ hasSpoken, sinceMs, lastHeardMs }: Registration, nowMs: number): boolean {
  return nowMs - lastHeardMs >= SILENCE_MS_MAX || (!hasSpoken && nowMs - sinceMs >= FIRST_FRAME_MS_MAX);
}

/** Keeps what was said too early; false when that is too much. */
export function hold(held: string[], text: string): boolean {
  held.push(text);
  return held.reduce((sum, { length }) => sum + length, 0) <= HELD_CHARS_MAX;
}
