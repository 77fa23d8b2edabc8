// The overlay as a function: an event and the time go in, the effects come out. It knows no clock, network or chance of
// its own, so the same code runs in the browser and, by the thousand, in the simulator.
//
// Invariants, which tests name by number:
// 1. A viewer without a parent is always looking for one until it leaves; rarely once the broadcast has ended.
// 2. No peer stays below itself: a parent whose ancestors name us is refused, or left as soon as it says so.
// 3. Children that are fed or arriving never outnumber the slots that were ours when they came, but for one guest, for 5 s.
// 4. A child that is silent, late or gone frees its slot and leaves the sums.
// 5. A peer that loses its parent keeps its children; they are told by tips, and stay.
// 6. A join is never rejected for good: the root remembers it until a slot comes free.
// 7. Whatever others send, every collection of the state keeps its bound, and a join never enters its own subtree.
// 8. Nothing is said on an edge after it was given up, and every edge given up is closed.
// 9. Whatever takes a parent away, a standby that goes on takes its place in the same turn, from the first packet missing.
// 10. What is asked for and served packet by packet is bounded, and nothing is asked for twice at once.
// 11. Of two that feed us, whoever stops costs nothing but a moment: the other is asked for everything in the same turn.

import { unreachable } from '../base/assert.ts';
import { SLOTS_MAX } from '../base/limits.ts';
import {
  greetChild,
  noteChildCounts,
  noteChildDrops,
  noteChildTip,
  removeChild,
  subscribeChild,
  tickChildren,
} from './children.ts';
import { answerPing, receivePong, tickClock } from './clock-sync.ts';
import { tickCounts } from './counts.ts';
import { isDoorId } from './door-ids.ts';
import { receiveAtDoor, receiveDoors, tickDoors } from './doors.ts';
import { admit, cutEdge, edgeClosed, edgeOpened, leave, tickRejected } from './edges.ts';
import type { OverlayEffect, OverlayEvent } from './event.ts';
import {
  receiveEnvelope,
  receiveNewcomerAbsence,
  receivePass,
  receivePassed,
  receiveSignal,
  receiveTakenBack,
  sendChildSignal,
} from './joins.ts';
import { feederAt } from './feeders.ts';
import { carryFindSignal, receiveFind, receiveFindRefused, sendFoundSignal, tickFinds } from './finds.ts';
import type { KnownMessage, Passed, Signal } from './message.ts';
import { receiveParentBye, receivePaths, receiveTip, tickParent } from './parent.ts';
import { tickJoins } from './placement.ts';
import { beginEpoch, notePacket, noteSkipped } from './progress.ts';
import {
  fail,
  receiveAbsence,
  receiveGreeting,
  receiveReply,
  restAfterEnd,
  seekAgain,
  sendOwnSignal,
  tickSeeking,
} from './seeking.ts';
import { noteArriving, noteHoles, noteLeftOut, notePlayed, serveChild, tickRepair } from './repair.ts';
import { notePause, tickSilence } from './silence.ts';
import {
  failSearch,
  receiveFound,
  receiveNotFound,
  receiveSearchGreeting,
  sendSearchSignal,
  tickSearch,
} from './standby-search.ts';
import { receiveFromStandby, releaseStandbys, tickStandbys, tipStandbys } from './standbys.ts';
import { narrowParent, tickStriping } from './striping.ts';
import { ownTip, showState } from './standing.ts';
import type { Child, OverlayState, Parent } from './state.ts';
import { askToMove, tickTakeovers, wake } from './takeovers.ts';
import { CHILD_TIP_MS, NAP_MS, SLEPT_MS } from './timing.ts';
import { send, tickClosing, type CrowdKeeper, type Promoter, type Turn } from './turn.ts';

/** Lets one event happen. Changes `state` in place, and what `promoter` remembers; `nowMs` is monotonic. The effects are to be applied in order. */
export function evaluate(
  state: OverlayState,
  event: OverlayEvent,
  nowMs: number,
  promoter?: Promoter,
  crowdKeeper?: CrowdKeeper,
): OverlayEffect[] {
  const turn: Turn = { state, nowMs, effects: [], promoter, crowdKeeper };
  if (event.type === 'arriving') {
    // Many a second: nothing else can follow from it.
    noteArriving(state, event, nowMs);
    return turn.effects;
  }
  if (event.type === 'brought' && !state.isLeaving) {
    noteBrought(turn, event.edge);
    return turn.effects;
  }
  if (state.isLeaving) {
    if (event.type === 'tick') tickClosing(turn);
    else if (event.type === 'edge-closed') state.closing.delete(event.edge);
    return turn.effects;
  }
  receive(turn, event);
  tickSeeking(turn);
  showState(turn);
  return turn.effects;
}

function receive(turn: Turn, event: OverlayEvent): void {
  const { state } = turn;
  switch (event.type) {
    case 'started':
      start(turn);
      return;
    case 'tick':
      if (event.drops) noteChildDrops(turn, event.drops);
      tick(turn, event.blocked ?? [], event.slow ?? []);
      return;
    case 'rendezvous-opened':
      state.rendezvous = 'open';
      seekAgain(turn);
      return;
    case 'rendezvous-lost':
      if (state.rendezvous !== 'closed') state.rendezvous = 'lost';
      return;
    case 'rendezvous-taken':
      state.rendezvous = 'taken';
      return;
    case 'rendezvous-absent':
      if (state.role === 'root') receiveNewcomerAbsence(turn, event.to);
      else if (!state.parent) receiveAbsence(turn, event.to);
      return;
    case 'rendezvous-message':
      if (state.role === 'viewer') {
        const { from, payload } = event;
        if (from === state.broadcastId || isDoorId(state.broadcastId, from)) receiveReply(turn, payload);
      } else if ('signal' in event.payload) {
        const entry = turn.crowdKeeper?.meet(turn, event);
        if (entry !== null) receiveEnvelope(turn, event.from, event.payload, event.at, entry);
      }
      return;
    case 'door-message':
      receiveAtDoor(turn, event);
      return;
    case 'door-absent':
      receiveNewcomerAbsence(turn, event.to);
      return;
    case 'doors-certified':
      turn.crowdKeeper?.certified(turn, event.certificates);
      return;
    case 'local-signal':
      if (event.edge === state.seeking.edge) sendOwnSignal(turn, event);
      else if (event.edge === state.search.edge) sendSearchSignal(turn, event);
      else if (!sendFoundSignal(turn, event)) sendChildSignal(turn, event);
      return;
    case 'edge-opened':
      edgeOpened(turn, event.edge);
      return;
    case 'edge-closed':
      edgeClosed(turn, event.edge);
      return;
    case 'control':
      // Whoever hands over what is of no type that we know has counted it.
      if (event.message.type === 'other') turn.promoter?.hear(turn, event.edge, event.message.bytes);
      else if (admit(turn, event.edge)) receiveControl(turn, event.edge, event.message);
      return;
    case 'packet':
      receivePacket(turn, event);
      return;
    case 'skipped':
      if (event.by === undefined) noteSkipped(turn, event);
      else noteLeftOut(turn, event, event.by);
      return;
    case 'arriving':
    case 'brought':
      return;
    case 'played':
      notePlayed(state, event);
      return;
    case 'rejected':
      cutEdge(turn, event.edge);
      return;
    case 'slots':
      state.slots = Math.min(SLOTS_MAX, event.slots);
      return;
    case 'epoch':
      beginEpoch(state, event.epoch);
      return;
    case 'ended':
      end(turn);
      return;
    case 'leaving':
      leave(turn);
      return;
    default:
      unreachable(event);
  }
}

function receiveControl(turn: Turn, edge: string, message: KnownMessage): void {
  const { state, nowMs } = turn;
  const child = state.children.get(edge);
  const standby = state.standbys.get(edge);
  if (child) {
    child.heardMs = nowMs;
    receiveFromChild(turn, child, message);
  } else if (state.parent && edge === state.parent.edge) {
    state.parent.heardMs = nowMs;
    receiveFromParent(turn, state.parent, message);
  } else if (standby) {
    standby.heardMs = nowMs;
    if (message.type === 'signal') receiveSignalAnywhere(turn, edge, message);
    else if (message.type === 'passed') receivePassedAnywhere(turn, edge, message);
    else receiveFromStandby(turn, standby, message);
  } else if (edge === state.search.edge) {
    if (message.type === 'hello') receiveSearchGreeting(turn, edge, message);
    else if (message.type === 'bye') failSearch(turn);
  } else if (message.type === 'hello') receiveGreeting(turn, edge, message);
  else if (message.type === 'bye') fail(turn);
}

/** Whoever feeds us does so: then another one need not bring the same. */
function noteBrought(turn: Turn, edge: string | null): void {
  const feeder = feederAt(turn.state, edge);
  if (!feeder) return;
  feeder.heardMs = turn.nowMs;
  feeder.broughtMs = turn.nowMs;
  if (feeder === turn.state.parent) releaseStandbys(turn, edge);
  else narrowParent(turn, edge);
}

function receivePacket(turn: Turn, event: OverlayEvent & { type: 'packet' }): void {
  const { state } = turn;
  const { newestSeq, newestAtMs } = state.progress;
  noteBrought(turn, event.edge);
  notePacket(turn, event);
  noteHoles(turn, event, newestSeq);
  if (newestSeq >= 0 && state.progress.newestSeq !== newestSeq) notePause(turn, newestAtMs);
}

/** Our own search first, then those of others, then joins: all have ids of their own. */
function receiveSignalAnywhere(turn: Turn, edge: string, message: Signal): void {
  if (receiveFound(turn, message) || carryFindSignal(turn, edge, message)) return;
  receiveSignal(turn, edge, message);
}

function receivePassedAnywhere(turn: Turn, edge: string, message: Passed): void {
  if (receiveNotFound(turn, message) || receiveFindRefused(turn, edge, message)) return;
  receivePassed(turn, edge, message);
}

/** What a child has no business to say is ignored: a newer version may have a use for it. */
function receiveFromChild(turn: Turn, child: Child, message: KnownMessage): void {
  switch (message.type) {
    case 'hello':
      greetChild(turn, child, message);
      return;
    case 'subscribe':
      subscribeChild(turn, child, message);
      return;
    case 'counts':
      noteChildCounts(child, message);
      return;
    case 'tip':
      noteChildTip(child, message);
      wake(turn, child, message);
      return;
    case 'ping':
      answerPing(turn, child.edge, message);
      return;
    case 'bye':
      removeChild(turn, child, 'cut');
      return;
    case 'pass':
      receivePass(turn, child.edge, message);
      return;
    case 'passed':
      receivePassedAnywhere(turn, child.edge, message);
      return;
    case 'signal':
      receiveSignalAnywhere(turn, child.edge, message);
      return;
    case 'find':
      receiveFind(turn, child.edge, message);
      return;
    case 'request':
      serveChild(turn, child, message);
      return;
    case 'path':
    case 'pong':
    case 'doors':
      return;
    default:
      unreachable(message);
  }
}

function receiveFromParent(turn: Turn, parent: Parent, message: KnownMessage): void {
  switch (message.type) {
    case 'tip':
      receiveTip(turn, parent, message);
      return;
    case 'path':
      receivePaths(turn, parent, message);
      return;
    case 'pong':
      receivePong(turn, message);
      return;
    case 'bye':
      receiveParentBye(turn, parent, message);
      return;
    case 'pass':
      receivePass(turn, parent.edge, message);
      return;
    case 'signal':
      receiveSignalAnywhere(turn, parent.edge, message);
      return;
    case 'passed':
      receivePassedAnywhere(turn, parent.edge, message);
      receiveTakenBack(turn, parent.edge, message);
      return;
    case 'find':
      receiveFind(turn, parent.edge, message);
      return;
    case 'doors':
      receiveDoors(turn, message);
      return;
    case 'hello':
    case 'subscribe':
    case 'counts':
    case 'ping':
    case 'request':
      return;
    default:
      unreachable(message);
  }
}

function start({ state, effects, nowMs }: Turn): void {
  state.tickedMs = nowMs;
  if (state.role === 'viewer') return;
  state.rendezvous = 'opening';
  effects.push({ type: 'open-rendezvous' });
}

function tick(turn: Turn, blocked: readonly string[], slow: readonly string[]): void {
  const { state, nowMs } = turn;
  if (nowMs - state.tickedMs >= SLEPT_MS) forgiveSilence(turn);
  if (nowMs - state.tickedMs >= NAP_MS) state.awakeMs = nowMs;
  state.tickedMs = nowMs;
  tickClosing(turn);
  tickRejected(turn);
  tickSilence(turn);
  tickParent(turn);
  tickStandbys(turn);
  tickStriping(turn);
  tickRepair(turn);
  tickSearch(turn);
  tickFinds(turn);
  tickTakeovers(turn, blocked);
  askToMove(turn, slow);
  tickChildren(turn);
  turn.promoter?.tick(turn);
  turn.crowdKeeper?.tick(turn);
  tickDoors(turn);
  tickJoins(turn);
  tickClock(turn);
  tickCounts(turn);
  if (nowMs - state.tipToParentMs < CHILD_TIP_MS) return;
  state.tipToParentMs = nowMs;
  tipStandbys(turn);
  if (state.parent) send(turn, state.parent.edge, ownTip(state));
}

/** We slept ourselves (a suspended tab, a stalled machine): nobody can be blamed for a silence that we didn't hear. */
function forgiveSilence({ state, nowMs }: Turn): void {
  if (state.parent) state.parent.heardMs = nowMs;
  for (const child of state.children.values()) child.heardMs = nowMs;
  for (const standby of state.standbys.values()) standby.heardMs = nowMs;
}

function end(turn: Turn): void {
  const { state } = turn;
  if (state.role === 'root') return;
  state.isEnded = true;
  restAfterEnd(turn);
}
