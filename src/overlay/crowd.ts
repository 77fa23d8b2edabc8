// Many at once: above a few offers a second the root no longer places newcomers itself, but sends them to doors: ids that
// viewers hold for it, each with a subtree to place them in. What an offer then costs the root is one short answer.

import { sumCounts } from './counts.ts';
import { handOut } from './doors.ts';
import type { JoinSignal } from './message.ts';
import type { OverlayState } from './state.ts';
import {
  CROWD_MS,
  DOOR_JOINS_PER_SECOND,
  DOOR_OPENING_MS,
  DOOR_VIEWERS_MIN,
  DOORS_KEPT_MS,
  DOORS_MAX,
  DOORS_RENEW_MS,
} from './timing.ts';
import type { Turn } from './turn.ts';

/** Sends a newcomer to the doors, if there are any and it wasn't there before. False: it is to be placed here. */
export function sendToDoor(turn: Turn, from: string, { join, signal, direct }: JoinSignal, at = ''): boolean {
  const { state, nowMs, effects } = turn;
  if (signal.type !== 'offer') return false;
  fade(state, nowMs);
  state.crowd.offers++;
  if (state.crowd.open === 0 || direct || waits(state, from)) return false;
  // Behind full doors nobody finds a place: then it is the root's queue that counts.
  if (sumCounts(state).freeSlots < state.crowd.open) return false;
  const payload = {
    v: 1,
    join,
    peer: state.peer,
    notice: { type: 'doors', count: state.crowd.open },
  } as const;
  effects.push({ type: 'send-rendezvous', to: from, kind: 'answer', payload, at });
  return true;
}

/** Opens as many doors as the crowd wants, and closes them some time after it has passed. */
export function tickCrowd(turn: Turn): void {
  const { state, nowMs } = turn;
  const { crowd } = state;
  if (state.role !== 'root') return;
  fade(state, nowMs);
  const wanted = doorsWanted(state);
  if (wanted >= crowd.doors) crowd.quietSinceMs = null;
  else crowd.quietSinceMs ??= nowMs;
  if (wanted > crowd.doors) {
    crowd.doors = wanted;
    crowd.doorsMs = nowMs;
    crowd.orderedMs = -Infinity;
  } else if (crowd.quietSinceMs !== null && nowMs - crowd.quietSinceMs >= DOORS_KEPT_MS) {
    // Nobody is sent any more to those that close; whoever is on the way there has the time until the order lapses.
    crowd.doors = crowd.open = wanted;
    crowd.quietSinceMs = null;
  }
  if (nowMs - crowd.doorsMs >= DOOR_OPENING_MS) crowd.open = crowd.doors;
  if (crowd.doors === 0 || nowMs - crowd.orderedMs < DOORS_RENEW_MS) return;
  crowd.orderedMs = nowMs;
  handOut(turn, 0, crowd.doors);
}

function doorsWanted(state: OverlayState): number {
  const perSecond = (state.crowd.offers * 1000) / CROWD_MS;
  if (perSecond <= DOOR_JOINS_PER_SECOND) return 0;
  const room = Math.floor(sumCounts(state).viewers / DOOR_VIEWERS_MIN);
  return Math.min(DOORS_MAX, room, Math.ceil(perSecond / DOOR_JOINS_PER_SECOND));
}

/** Whether this newcomer has its place in our queue. */
function waits({ joins }: OverlayState, peer: string): boolean {
  for (const join of joins.values()) if (join.peer === peer) return true;
  return false;
}

function fade({ crowd }: OverlayState, nowMs: number): void {
  crowd.offers *= Math.exp((crowd.atMs - nowMs) / CROWD_MS);
  crowd.atMs = nowMs;
}
