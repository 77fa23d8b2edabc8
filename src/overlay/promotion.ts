// Who gives much comes up. Each parent compares its children with its grandchildren: where one of these gives more, it changes places
// with the least of them; and whoever stands low comes up into free slots that lie higher (places.ts decides). All moves are
// made before anything is broken: by a search on edges that leads to the parent that promised the place.
// Slots are a claim. A claim gets a trial; who feeds nobody where it was let up goes down again.

import { take, type Allowance } from '../base/allowance.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { nextBetween } from './chance.ts';
import { freeSlots, isOurs } from './counts.ts';
import { cutEdge } from './edges.ts';
import { becomeGuest } from './guests.ts';
import type { Find } from './message.ts';
import { chooseFills, chooseSwap, heightOf, type Branch, type Branches, type Place } from './places.ts';
import { ClimbingSearch } from './climbing.ts';
import { decodePlace, encodePlace, NO_PEER, type Move, type Rank } from './promotion-message.ts';
import { isSameRank, ownRank } from './rank.ts';
import type { Child, OverlayState } from './state.ts';
import {
  FILLS_MAX,
  FILL_MS_MAX,
  MOVES_BURST_MAX,
  MOVES_PER_SECOND_MAX,
  NEVER_MS,
  PLACE_FAILED_MS,
  PLACE_MS_MAX,
  PROMOTED_AFTER_MS,
  PROMOTION_EVERY_MS,
  RANK_MS,
  ROOM_MS_MAX,
  WAY_MS_MAX,
  REJECTED_PEERS_MAX,
} from './timing.ts';
import { send, type Promoter, type Turn } from './turn.ts';

/** Whoever was asked to go need not. */
const STAY: Move = { type: 'move', depth: 0, peer: NO_PEER };

/** What one peer remembers of it, and does. */
export class Promotion implements Promoter {
  /** How often we came up to a better place, and how often a child of ours made way for one that gives more. */
  readonly moves = { up: 0, down: 0 };
  readonly #branches: Branches = new Map();
  /** Places that are promised. */
  readonly #places = new Set<Place>();
  /** Whom a place was offered in vain, and until when it isn't again, ms. */
  readonly #failed = new BoundedMap<string, number>(REJECTED_PEERS_MAX);
  readonly #climbing = new ClimbingSearch(() => this.moves.up++);
  readonly #passed: Allowance = { left: MOVES_BURST_MAX, atMs: 0 };
  #nextMs = NEVER_MS;
  /** When it last looked for moves that pay, and found none. */
  #vainMs = NEVER_MS;
  #ranked: { edge: string; rank: Rank | null; atMs: number } = { edge: '', rank: null, atMs: NEVER_MS };

  /** Whether something is under way that time decides. */
  get isBusy(): boolean {
    return this.#places.size > 0 || this.#climbing.isUnderWay;
  }

  /**
   * When time alone can let it do something next; Infinity: never. For those who spare ticks: `tickedMs` was the last one, and at
   * `stirredMs` something last happened.
   */
  dueMs(state: OverlayState, lately: { nowMs: number; tickedMs: number; stirredMs: number }): number {
    const { nowMs, tickedMs, stirredMs } = lately;
    let due = Math.min(this.#climbing.untilMs, this.#ripeMs(nowMs));
    for (const place of this.#places) if (place.untilMs > nowMs) due = Math.min(due, place.untilMs);
    const rankMs = this.#ranked.atMs + RANK_MS;
    const isUntold = stirredMs > tickedMs || (stirredMs >= this.#ranked.atMs && rankMs > nowMs);
    if (state.parent && isUntold) due = Math.min(due, rankMs);
    if (this.#climbing.isUnderWay || !isSteady(state)) return due;
    // Where nothing paid, nothing does until something happens, or somebody has been there long enough.
    const isKnown = stirredMs < this.#vainMs;
    return Math.min(due, Math.max(this.#nextMs, isKnown ? this.#ripeMs(this.#vainMs) : nowMs));
  }

  tick(turn: Turn): void {
    const { state, nowMs } = turn;
    this.#follow(turn);
    this.#climbing.tick(turn);
    this.#rank(turn);
    for (const place of this.#places) this.#advance(turn, place);
    if (nowMs < this.#nextMs || !isSteady(state) || this.#climbing.isUnderWay) return;
    this.#nextMs = nowMs + nextBetween(state.chance, PROMOTION_EVERY_MS / 2, PROMOTION_EVERY_MS);
    for (const [peer, untilMs] of this.#failed.entries) if (nowMs >= untilMs) this.#failed.delete(peer);
    const isSwapping = [...this.#places].some(({ peer }) => peer !== null);
    const swap = isSwapping ? undefined : chooseSwap(turn, this.#branches, this.#failed.entries);
    if (swap) this.#offer(turn, swap, { type: 'move', depth: 0, peer: swap.peer ?? NO_PEER });
    const fills = chooseFills(turn, this.#branches);
    for (const { place, ...wanted } of fills)
      this.#offer(turn, place, { type: 'move', peer: NO_PEER, ...wanted });
    this.#vainMs = swap || isSwapping || fills.length > 0 ? NEVER_MS : nowMs;
  }

  hear(turn: Turn, edge: string, bytes: Uint8Array): void {
    const message = decodePlace(bytes);
    if (message === undefined) cutEdge(turn, edge);
    if (!message) return;
    // Who came or went since the last tick.
    this.#follow(turn);
    if (message.type === 'rank') {
      const branch = this.#branches.get(edge);
      if (branch) branch.rank = message;
    } else if (edge === turn.state.parent?.edge) this.#receiveMove(turn, message);
  }

  receive({ state, nowMs }: Turn, edge: string, find: Find): Find {
    if (find.purpose !== 'parent' || find.tier === 0) return find;
    const place = [...this.#places]
      .filter(
        ({ via, phase, peer }) => via === edge && phase === 'offered' && (peer ?? find.peer) === find.peer,
      )
      .sort((a, b) => Number(a.peer === null) - Number(b.peer === null))[0];
    if (!place) return find;
    if (place.peer !== null || freeSlots(state) > 0) {
      place.phase = 'coming';
      place.untilMs = nowMs + PLACE_MS_MAX;
      place.join = find.join;
      return find;
    }
    this.#places.delete(place);
    return { ...find, tier: 0 };
  }

  isExpected(join: string): boolean {
    return [...this.#places].some((place) => place.join === join);
  }

  /** Knows its branches: what we feed, and since when. */
  #follow({ state, nowMs }: Turn): void {
    for (const edge of this.#branches.keys()) {
      const child = state.children.get(edge);
      if (!child || !isOurs(child)) this.#branches.delete(edge);
    }
    for (const child of state.children.values())
      if (isOurs(child) && !this.#branches.has(child.edge))
        this.#branches.set(child.edge, {
          child,
          sinceMs: nowMs,
          promotedMs: null,
          rank: null,
          askedMs: NEVER_MS,
        });
  }

  /** When, after that moment, somebody has been here for long enough to be compared, or may be asked again. */
  #ripeMs(afterMs: number): number {
    let ripeMs = Infinity;
    for (const { sinceMs, promotedMs } of this.#branches.values()) {
      const oldMs = sinceMs + PROMOTED_AFTER_MS;
      const triedMs = (promotedMs ?? NEVER_MS) + PROMOTED_AFTER_MS;
      if (oldMs > afterMs) ripeMs = Math.min(ripeMs, oldMs);
      if (triedMs > afterMs) ripeMs = Math.min(ripeMs, triedMs);
    }
    for (const untilMs of this.#failed.entries.values())
      if (untilMs > afterMs) ripeMs = Math.min(ripeMs, untilMs);
    return ripeMs;
  }

  /** Tells the parent what stands here, when that has changed. */
  #rank(turn: Turn): void {
    const { state, nowMs } = turn;
    const edge = state.parent?.edge;
    if (edge === undefined || (nowMs - this.#ranked.atMs < RANK_MS && edge === this.#ranked.edge)) return;
    const rank = ownRank(turn, this.#branches);
    if (edge === this.#ranked.edge && isSameRank(rank, this.#ranked.rank)) return;
    this.#ranked = { edge, rank, atMs: nowMs };
    send(turn, edge, { type: 'other', bytes: encodePlace(rank) });
  }

  #offer(turn: Turn, place: Place, move: Move): void {
    const isForAny = ({ via, peer }: Place) => via === place.via && peer === null;
    if (place.peer === null && [...this.#places].filter(isForAny).length >= FILLS_MAX) return;
    this.#places.add(place);
    send(turn, place.via, { type: 'other', bytes: encodePlace(move) });
  }

  /** A better place for us, or for somebody below. */
  #receiveMove(turn: Turn, move: Move): void {
    const { state, nowMs } = turn;
    if (!take(this.#passed, nowMs, MOVES_PER_SECOND_MAX, MOVES_BURST_MAX)) return;
    const depth = state.paths[0]?.depth ?? 0;
    if (move.depth === 0 && move.peer === NO_PEER) {
      if (state.parent?.isSlow === false) state.parent.goingSinceMs = null;
      return;
    }
    const gives = state.slots >= (move.slots ?? 0);
    const isOurs = move.depth > 0 ? depth >= move.depth && gives : move.peer === state.peer;
    // Whoever stays where it is, a door, lets those below come instead.
    if (isOurs && this.#climbing.wish(turn, move.depth === 0)) return;
    const fit = [...this.#branches.values()].filter((branch) =>
      move.depth > 0 ? depth + 1 + heightOf(branch) >= move.depth : branch.child.peer === move.peer,
    );
    // The tallest that wasn't asked just now: only who has the deepest below it makes the tree lower, but that one may be on its way.
    let next: Branch | undefined;
    for (const branch of fit) if (!next || isBefore(branch, next, nowMs)) next = branch;
    if (next) next.askedMs = nowMs;
    if (next) send(turn, next.child.edge, { type: 'other', bytes: encodePlace(move) });
  }

  #advance(turn: Turn, place: Place): void {
    const { state, nowMs } = turn;
    const isLate = nowMs >= place.untilMs;
    if (place.phase === 'leaving') {
      const victim = state.children.get(place.victim ?? '');
      if (!victim || !isOurs(victim)) this.#end(place);
      else if (victim.guestSinceMs === null) this.#keep(turn, place, victim);
      else if (isLate) this.#takeBack(turn, place, victim);
      return;
    }
    const comer = [...this.#branches.values()].find(
      ({ child }) => child.edge === place.join || child.peer === place.peer,
    );
    if (!comer) {
      if (isLate) this.#fail(turn, place);
    } else if (comer.child.guestSinceMs === null) {
      this.#places.delete(place);
    } else this.#makeWay(turn, place, comer.child);
  }

  /** Whoever comes up is fed: the least child gives its slot to it, as soon as there is another one for it. */
  #makeWay(turn: Turn, place: Place, comer: Child): void {
    const { state, nowMs } = turn;
    const victim = state.children.get(place.victim ?? '');
    comer.isAskedToGo = true;
    const hasRoom = [...state.children.values()].some(
      (child) => child !== victim && isOurs(child) && (child.counts?.freeSlots ?? 0) > 0,
    );
    if (!victim || !isOurs(victim) || (!hasRoom && nowMs - (comer.guestSinceMs ?? nowMs) >= ROOM_MS_MAX)) {
      comer.isAskedToGo = false;
      this.#fail(turn, place);
      return;
    }
    if (!hasRoom) return;
    const branch = this.#branches.get(comer.edge);
    if (branch) {
      branch.sinceMs = nowMs - PROMOTED_AFTER_MS;
      branch.promotedMs = nowMs;
    }
    comer.guestSinceMs = null;
    comer.isAskedToGo = false;
    becomeGuest(victim, nowMs);
    victim.isAskedToGo = true;
    send(turn, victim.edge, { type: 'bye', reason: 'guest' });
    place.phase = 'leaving';
    place.untilMs = nowMs + WAY_MS_MAX;
  }

  /** Whoever made way has gone. */
  #end(place: Place): void {
    this.#places.delete(place);
    this.moves.down++;
  }

  /** The least child need not go: somebody else went, and it has a slot of its own again. */
  #keep(turn: Turn, place: Place, victim: Child): void {
    this.#places.delete(place);
    victim.isAskedToGo = false;
    send(turn, victim.edge, { type: 'other', bytes: encodePlace(STAY) });
  }

  /** The least child found no other place: it keeps its own, and whoever came goes back to where it was. */
  #takeBack(turn: Turn, place: Place, victim: Child): void {
    victim.guestSinceMs = null;
    this.#keep(turn, place, victim);
    const comer = [...this.#branches.values()].find(({ child }) => child.peer === place.peer);
    if (comer) becomeGuest(comer.child, turn.nowMs);
    this.#fail(turn, place);
  }

  #fail({ nowMs }: Turn, place: Place): void {
    this.#places.delete(place);
    if (place.peer !== null) this.#failed.set(place.peer, nowMs + PLACE_FAILED_MS);
  }
}

/** Whether we are fed, stay where we are, and nobody is being moved here or waits for a slot. */
function isSteady({ role, parent, children, joins, isEnded, isLeaving }: OverlayState): boolean {
  if (isEnded || isLeaving || children.size === 0) return false;
  if (role === 'viewer' && (parent?.standing !== 'live' || parent.goingSinceMs !== null)) return false;
  for (const { guestSinceMs } of children.values()) if (guestSinceMs !== null) return false;
  for (const { phase } of joins.values()) if (phase === 'waiting') return false;
  return true;
}

/** Which way down comes first: one that wasn't asked just now, the tallest of those; else whichever was asked longest ago. */
function isBefore(a: Branch, b: Branch, nowMs: number): boolean {
  const isAsked = nowMs - a.askedMs < FILL_MS_MAX;
  const isOtherAsked = nowMs - b.askedMs < FILL_MS_MAX;
  if (isAsked !== isOtherAsked) return isOtherAsked;
  return isAsked ? a.askedMs < b.askedMs : heightOf(a) > heightOf(b);
}
