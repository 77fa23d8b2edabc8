// Many at once: above a few offers a second the root sends newcomers to doors (door-notices.ts): ids that
// viewers hold for it, each with a subtree to place them in. What an offer then costs the root is one short answer.
// A door is ordered once the shell has signed its certificate: once for each number and DOOR_CERTIFIED_EVERY_MS, however often it is ordered.

import { sumCounts } from './counts.ts';
import { crowdOf } from './crowd-state.ts';
import { holdsBack, isHerd } from './doorman.ts';
import { handOut } from './doors.ts';
import { drainToDoors, fade, mayPlace, meet } from './door-notices.ts';
import type { Crowd, OrderedDoors, OverlayState } from './state.ts';
import {
  CROWD_MS,
  DOOR_CERTIFIED_EVERY_MS,
  DOOR_JOINS_PER_SECOND,
  DOOR_OPENING_MS,
  DOOR_VIEWERS_MIN,
  DOORS_KEPT_MS,
  DOORS_MAX,
  DOORS_RENEW_MS,
  NEVER_MS,
} from './timing.ts';
import type { CrowdKeeper, Turn } from './turn.ts';

/** What a root does about a crowd. */
export const CROWD_KEEPER: CrowdKeeper = {
  tick: tickCrowd,
  meet,
  mayPlace,
  holdsBack,
  drain: drainToDoors,
  certified: receiveCertificates,
};

/** Opens as many doors as the crowd wants, and closes them some time after it has passed. */
function tickCrowd(turn: Turn): void {
  const { state, nowMs } = turn;
  const crowd = crowdOf(state);
  fade(crowd, nowMs);
  const wanted = doorsWanted(state, crowd);
  if (wanted >= crowd.doors) crowd.quietSinceMs = null;
  else crowd.quietSinceMs ??= nowMs;
  const isOpen = nowMs - crowd.doorsMs >= DOOR_OPENING_MS && certified(crowd).size === crowd.doors;
  if (isOpen) crowd.open = crowd.doors;
  // More of them once those that were ordered before are open: else a growing crowd would find none.
  if (wanted > crowd.doors && (isOpen || crowd.doors === 0)) {
    crowd.doors = wanted;
    crowd.doorsMs = nowMs;
    crowd.orderedMs = NEVER_MS;
  } else if (crowd.quietSinceMs !== null && nowMs - crowd.quietSinceMs >= DOORS_KEPT_MS) {
    // Nobody is sent any more to those that close; whoever is on the way there has the time until the order lapses.
    crowd.doors = crowd.open = wanted;
    crowd.quietSinceMs = null;
  }
  certify(turn, crowd);
  if (crowd.doors === 0 || nowMs - crowd.orderedMs < DOORS_RENEW_MS) return;
  const order = certified(crowd);
  if (order.size === 0) return;
  crowd.orderedMs = nowMs;
  handOut(turn, order, isHerd(state) ? true : undefined);
}

/** Certificates are here: they go down at once. */
function receiveCertificates(
  { state: { crowd }, nowMs }: Turn,
  certificates: ReadonlyMap<number, string>,
): void {
  if (!crowd) return;
  for (const [number, text] of certificates) {
    const asked = crowd.certificates.get(number);
    if (asked) asked.text = text;
  }
  // They are the doors' first ones: only now can anybody open them.
  if (crowd.open < crowd.doors) crowd.doorsMs = nowMs;
  crowd.orderedMs = NEVER_MS;
}

/** Asks for certificates of the doors that have none, or an old one. */
function certify({ nowMs, effects }: Turn, crowd: Crowd): void {
  const numbers: number[] = [];
  for (let number = 0; number < crowd.doors; number++) {
    const before = crowd.certificates.get(number);
    const ageMs = nowMs - (before?.askedMs ?? NEVER_MS);
    if (ageMs < DOOR_CERTIFIED_EVERY_MS) continue;
    // After a time without doors the old one may have expired: the door waits for the new one.
    const text = ageMs < 2 * DOOR_CERTIFIED_EVERY_MS ? before?.text : undefined;
    crowd.certificates.set(number, { askedMs: nowMs, text });
    numbers.push(number);
  }
  if (numbers.length > 0) effects.push({ type: 'certify-doors', numbers });
}

/** Doors that can be ordered. */
function certified({ doors, certificates }: Crowd): OrderedDoors {
  const order = new Map<number, string>();
  for (let number = 0; number < doors; number++) {
    const text = certificates.get(number)?.text;
    if (text !== undefined) order.set(number, text);
  }
  return order;
}

function doorsWanted(state: OverlayState, { offers }: Crowd): number {
  const perSecond = (offers * 1000) / CROWD_MS;
  if (perSecond <= DOOR_JOINS_PER_SECOND) return 0;
  const room = Math.floor(sumCounts(state).viewers / DOOR_VIEWERS_MIN);
  return Math.min(DOORS_MAX, room, Math.ceil(perSecond / DOOR_JOINS_PER_SECOND));
}
