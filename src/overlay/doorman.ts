// The root's rule for many from one address, which it knows by the tag that signaling gives an offer. Nobody is refused while there
// is room; where there isn't, addresses take turns, and whoever has many places gives way to those who have few. Only the root
// knows tags: it tells hops which place to give. What came without a tag takes one turn, gives nothing up and is given nothing.

import { BoundedMap } from '../base/bounded-map.ts';
import { countUnderWay } from './branches.ts';
import { sumCounts } from './counts.ts';
import { isUnderWay, type Join } from './join.ts';
import type { Doorman, OverlayState } from './state.ts';
import {
  ADDRESS_KEEPS,
  ADDRESS_LEAVES_SHARE,
  HELD_MS,
  OTHERS_MS,
  PLACES_KNOWN_MAX,
  WAITING_MAX,
} from './timing.ts';

/** By address; undefined for those without a tag. */
type Counts = Map<string | undefined, number>;

/** A newcomer that was placed. */
interface Place {
  join: string;
  tag: string | undefined;
  /** Whose child it became. */
  placer: string | undefined;
}

/** Keeps the entrance by addresses. */
export class AddressDoorman implements Doorman {
  /** By peer, oldest first. */
  readonly #places = new BoundedMap<string, Place>(PLACES_KNOWN_MAX);

  inTurn(state: OverlayState, waiting: Join[]): Join[] {
    for (const join of state.joins.values())
      if (join.phase === 'here' || join.phase === 'answered') this.#note(join);
    const turns = this.#held();
    for (const join of state.joins.values()) if (isUnderWay(join)) count(turns, join.tag);
    this.#keepRoom(state, waiting, turns);
    const turnOf = new Map(waiting.map((join) => [join, count(turns, join.tag)]));
    waiting.sort((a, b) => (turnOf.get(a) ?? 0) - (turnOf.get(b) ?? 0));
    // The last in turn make room for whoever comes: they will offer anew.
    for (const { join } of waiting.splice(WAITING_MAX)) state.joins.delete(join);
    return waiting;
  }

  /** Many from one address may be a school: they open doors as any crowd does. */
  isCrowding(): boolean {
    return false;
  }

  findPlace(state: OverlayState, join: Join): void {
    const { tag } = join;
    if (tag === undefined) return;
    const held = this.#held();
    const most = heaviest(held);
    if (!most || most.held <= Math.max(ADDRESS_KEEPS, (held.get(tag) ?? 0) + 1)) return;
    const [peer, place] = this.#lastIdle(state, most.tag) ?? [];
    if (peer === undefined || !place) return;
    this.#places.delete(peer);
    state.joins.delete(place.join);
    join.instead = place.join;
    join.tried = [];
  }

  /** How many places each address has. */
  #held(): Counts {
    const held: Counts = new Map();
    for (const { tag } of this.#places.entries.values()) if (tag !== undefined) count(held, tag);
    return held;
  }

  /** While people of other addresses come, the last free slots aren't for those of whom there are many. */
  #keepRoom(state: OverlayState, waiting: readonly Join[], turns: Counts): void {
    const hasMany = ({ tag }: Join) => (turns.get(tag) ?? 0) >= ADDRESS_KEEPS;
    const isNew = ({ queuedMs }: Join) => state.tickedMs - queuedMs < OTHERS_MS;
    if (![...state.joins.values()].some((join) => isNew(join) && !hasMany(join))) return;
    const { slots, freeSlots } = sumCounts(state);
    let room = freeSlots - Math.ceil(slots * ADDRESS_LEAVES_SHARE);
    for (const under of countUnderWay(state).values()) room -= under;
    for (const join of waiting) {
      if (!hasMany(join) || room-- > 0) continue;
      join.deadlineMs = Math.max(join.deadlineMs, state.tickedMs + HELD_MS);
    }
  }

  #note({ join, peer, tag, placer }: Join): void {
    if (this.#places.entries.get(peer)?.join !== join) this.#places.set(peer, { join, tag, placer });
  }

  /** Of an address, the peer that was placed last and feeds nobody of another one; where it may be, one that feeds nobody at all. */
  #lastIdle(state: OverlayState, tag: string | undefined): [peer: string, place: Place] | undefined {
    const places = this.#places.entries;
    const [feeders, inward] = [new Set<string | undefined>(), new Set<string | undefined>()];
    for (const place of places.values()) (place.tag === tag ? inward : feeders).add(place.placer);
    let found: [string, Place] | undefined;
    for (const [peer, place] of places) {
      if (place.tag !== tag || feeders.has(peer) || !isWithinReach(state, place.join)) continue;
      if (!found || inward.has(found[0]) || !inward.has(peer)) found = [peer, place];
    }
    return found;
  }
}

/** Whether the way that this join went is still there. */
function isWithinReach({ children, placed }: OverlayState, join: string): boolean {
  return children.has(join) || children.has(placed.entries.get(join) ?? '');
}

function count(counts: Counts, tag: string | undefined): number {
  const before = counts.get(tag) ?? 0;
  counts.set(tag, before + 1);
  return before;
}

function heaviest(counts: Counts): { tag: string | undefined; held: number } | undefined {
  let most: { tag: string | undefined; held: number } | undefined;
  for (const [tag, held] of counts) if (!most || held > most.held) most = { tag, held };
  return most;
}
