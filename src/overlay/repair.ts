// Packets that should be here and aren't: asked for one by one, of a standby first, whose path loses others than our parent's,
// then of the parent. What nobody gives in time is given up.
// Invariant 10 of evaluate.ts: what is asked for, and what is served, is bounded; nothing is asked for twice at once.

import { take } from '../base/allowance.ts';
import { MASK_ALL } from '../base/limits.ts';
import type { OverlayEvent } from './event.ts';
import { feederAt, partnerOf } from './feeders.ts';
import type { Request, SeqRange } from './message.ts';
import { NO_SEQ } from './message.ts';
import type { Child, Hole, OverlayState, Parent, Progress } from './state.ts';
import {
  HOLE_GIVE_UP_MS,
  HOLES_MAX,
  LEFT_OUT_MS_MAX,
  PARENT_REPAIR_MS,
  REPAIR_AFTER_MS,
  REPAIR_AFTER_MS_MAX,
  REPAIR_AGAIN_MS,
  REPAIR_PACKETS_MAX,
  REPAIR_RANGES_MAX,
  REPAIR_SPLIT_MS_MAX,
  SERVE_BURST_MAX,
  SERVE_PER_SECOND_MAX,
  STANDBY_FRESH_MS,
  FIRST_BURST_MS,
  PAUSE_HALF_LIFE_MS,
} from './timing.ts';
import { send, type Turn } from './turn.ts';
import { hold, isHeld, noteSkipped } from './progress.ts';

/** A packet of several fragments is on its way: as long as they come, it isn't missing. */
export function noteArriving(
  state: OverlayState,
  { epoch, seq }: OverlayEvent & { type: 'arriving' },
  nowMs: number,
): void {
  const { progress } = state;
  if (epoch !== progress.epoch || progress.nextSeq < 0) return;
  const hole = progress.holes.get(seq);
  if (hole) hole.touchedMs = nowMs;
  else if (seq > progress.newestSeq) open(progress, seq, nowMs);
}

/** Notes what a verified packet shows to be missing, and that it isn't missing itself. `newestSeq`: the newest before it. */
export function noteHoles(
  { state, nowMs }: Turn,
  { edge, seq, epoch }: OverlayEvent & { type: 'packet' },
  newestSeq: number,
): void {
  const { progress, parent } = state;
  if (epoch !== progress.epoch || edge === null) return;
  const hole = progress.holes.get(seq);
  progress.holes.delete(seq);
  if (hole?.askedMs != null && edge !== parent?.edge) state.repairs++;
  else if (hole && feederAt(state, edge)) noteLate(progress, hole, nowMs);
  for (let missing = Math.max(newestSeq + 1, progress.nextSeq, seq - HOLES_MAX); missing < seq; missing++)
    if (!progress.holes.has(missing) && !isHeld(progress, missing)) open(progress, missing, nowMs);
}

/**
 * The peer at the edge `by` leaves these out of what it feeds us; others have no say in that. Somebody else may still have them: what
 * only one of two leaves out is missing, and asked for at once. The rest is left out for good, though a standby is asked.
 */
export function noteLeftOut(turn: Turn, skipped: OverlayEvent & { type: 'skipped' }, by: string): void {
  const { state, nowMs } = turn;
  const { progress } = state;
  const { epoch, fromSeq, toSeq } = skipped;
  const mask = feederAt(state, by)?.mask ?? 0;
  if (epoch !== progress.epoch || mask === 0) return;
  // A leap over more than a moment is what a parent does for one who was away: nobody has a use for that any more.
  const lengthMs = (toSeq - fromSeq + 1) * progress.intervalMs;
  const isLeap = toSeq - fromSeq >= REPAIR_PACKETS_MAX || lengthMs >= LEFT_OUT_MS_MAX;
  if (isLeap && by !== state.parent?.edge) return;
  const wanted: number[] = [];
  for (let seq = fromSeq; !isLeap && seq <= toSeq; seq++) if (!isHeld(progress, seq)) wanted.push(seq);
  const isWhole = (seq: number) => ((progress.holes.get(seq)?.leftOut ?? 0) | mask) === MASK_ALL;
  const gone = wanted.filter(isWhole);
  for (const seq of wanted)
    if (!gone.includes(seq)) (progress.holes.get(seq) ?? open(progress, seq, nowMs)).leftOut |= mask;
  const ranges: SeqRange[] = mask === MASK_ALL || isLeap ? [[fromSeq, toSeq]] : rangesOf(gone);
  for (const [from, to] of ranges) leaveOut(turn, from, to);
  if (state.standbys.size > 0) for (const seq of gone) open(progress, seq, nowMs).leftOut = MASK_ALL;
}

function leaveOut(turn: Turn, fromSeq: number, toSeq: number): void {
  noteSkipped(turn, { type: 'skipped', epoch: turn.state.progress.epoch, fromSeq, toSeq });
  turn.effects.push({ type: 'left-out', fromSeq, toSeq });
}

/** How far playout has come: what lies before is of no use any more. */
export function notePlayed(
  { progress }: OverlayState,
  { epoch, nextSeq }: OverlayEvent & { type: 'played' },
): void {
  if (epoch === progress.epoch) progress.playedSeq = nextSeq;
}

/** Asks for what is due, and gives up what is too late. */
export function tickRepair(turn: Turn): void {
  const { state, nowMs } = turn;
  const { progress } = state;
  if (progress.holes.size === 0) return;
  const asked = new Map<string, number[]>();
  const givenUp: number[] = [];
  const leftOut: number[] = [];
  let count = 0;
  for (const [seq, hole] of progress.holes) {
    if (isTooLate(progress, seq, hole, nowMs)) {
      progress.holes.delete(seq);
      if (hole.leftOut === 0) givenUp.push(seq);
      else if (hole.leftOut !== MASK_ALL) leftOut.push(seq);
    } else if (count < REPAIR_PACKETS_MAX && isOfUse(progress, seq) && isDue(state, seq, hole, nowMs)) {
      const edge = source(turn, seq, hole);
      if (edge === undefined) continue;
      hole.askedMs = nowMs;
      hole.tries++;
      count++;
      asked.set(edge, [...(asked.get(edge) ?? []), seq]);
    }
  }
  for (const [edge, seqs] of asked)
    send(turn, edge, {
      type: 'request',
      epoch: progress.epoch,
      ranges: rangesOf(seqs).slice(0, REPAIR_RANGES_MAX),
    });
  for (const [fromSeq, toSeq] of rangesOf(givenUp)) {
    hold(turn, fromSeq, toSeq);
    turn.effects.push({ type: 'gave-up', fromSeq, toSeq });
  }
  for (const [fromSeq, toSeq] of rangesOf(leftOut)) leaveOut(turn, fromSeq, toSeq);
}

/** A child, or one that we stand by for, asks for packets. */
export function serveChild(turn: Turn, child: Child, { epoch, ranges }: Request): void {
  const { state, nowMs, effects } = turn;
  if (child.phase !== 'fed' || epoch !== state.progress.epoch || state.slots === 0) return;
  const served: SeqRange[] = [];
  for (const [fromSeq, toSeq] of ranges) {
    let lastSeq = fromSeq - 1;
    while (lastSeq < toSeq && take(child.serves, nowMs, SERVE_PER_SECOND_MAX, SERVE_BURST_MAX)) lastSeq++;
    if (lastSeq >= fromSeq) served.push([fromSeq, lastSeq]);
  }
  if (served.length > 0) effects.push({ type: 'serve-child', edge: child.edge, ranges: served });
}

function open({ holes }: Progress, seq: number, nowMs: number): Hole {
  const [oldest] = holes.keys();
  if (holes.size >= HOLES_MAX && oldest !== undefined) holes.delete(oldest);
  const hole: Hole = { sinceMs: nowMs, touchedMs: nowMs, askedMs: null, tries: 0, leftOut: 0 };
  holes.set(seq, hole);
  return hole;
}

/** Packets overtake each other on every path; what usually comes by itself isn't asked for. */
function noteLate(progress: Progress, { sinceMs }: Hole, nowMs: number): void {
  const lateMs = nowMs - sinceMs;
  if (lateMs < usualLateMs(progress, nowMs)) return;
  progress.lateMs = lateMs;
  progress.lateAtMs = nowMs;
}

function usualLateMs({ lateMs, lateAtMs }: Progress, nowMs: number): number {
  return lateMs * 0.5 ** ((nowMs - lateAtMs) / PAUSE_HALF_LIFE_MS);
}

function isTooLate({ playedSeq }: Progress, seq: number, hole: Hole, nowMs: number): boolean {
  if (hole.leftOut === MASK_ALL && hole.tries > 1) return true;
  return seq < playedSeq || nowMs - hole.sinceMs >= HOLE_GIVE_UP_MS;
}

/** What lies far behind the newest is waited for, but not asked for: it can't be shown any more. */
function isOfUse({ newestSeq, intervalMs }: Progress, seq: number): boolean {
  return (newestSeq - seq) * intervalMs <= HOLE_GIVE_UP_MS;
}

function isDue(state: OverlayState, seq: number, hole: Hole, nowMs: number): boolean {
  const { progress, parent } = state;
  if (hole.askedMs !== null) return nowMs - hole.askedMs >= REPAIR_AGAIN_MS * hole.tries;
  if (hole.leftOut !== 0) return true;
  const partner = partnerOf(state);
  // Whoever has it later brings it later: its half is overtaken all the time.
  const isToCome = [parent, partner].some((one) => partner && one?.tip && one.tip.seq < seq);
  if (isToCome && nowMs - hole.sinceMs < REPAIR_SPLIT_MS_MAX) return false;
  const usualMs = Math.min(
    partner ? REPAIR_SPLIT_MS_MAX : REPAIR_AFTER_MS_MAX,
    1.25 * usualLateMs(progress, nowMs),
  );
  const sinceMs = Math.max(hole.touchedMs, (parent?.sinceMs ?? -Infinity) + FIRST_BURST_MS);
  return nowMs - sinceMs >= Math.max(REPAIR_AFTER_MS, usualMs);
}

/**
 * Whom to ask: standbys that hold it in turn. Whoever feeds us has it on its way already: it is asked for what the other of two leaves out,
 * and for the rest after a while, every second time, or when there is nobody else.
 */
function source({ state, nowMs }: Turn, seq: number, { tries, sinceMs, leftOut }: Hole): string | undefined {
  const holders = (feeders: boolean) =>
    [...state.standbys.values(), ...(state.parent ? [state.parent] : [])].filter(
      (one) => feeders === (feederAt(state, one.edge) !== undefined) && holds(state, one, seq, nowMs),
    );
  const idle = holders(false);
  const isLate = nowMs - sinceMs >= PARENT_REPAIR_MS;
  const feeding = holders(true).filter(({ mask }) => (mask & leftOut) === 0 && (leftOut !== 0 || isLate));
  const asked = feeding.length > 0 && (tries % 2 === 0 || idle.length === 0) && isLate ? feeding : idle;
  const from = asked.length > 0 ? asked : feeding;
  return from[tries % Math.max(1, from.length)]?.edge;
}

function holds(state: OverlayState, { tip, heardMs, standing }: Parent, seq: number, nowMs: number): boolean {
  if (standing !== 'live' || nowMs - heardMs >= STANDBY_FRESH_MS) return false;
  return tip?.epoch === state.progress.epoch && tip.seq !== NO_SEQ && tip.seq >= seq;
}

function rangesOf(seqs: number[]): SeqRange[] {
  const ranges: SeqRange[] = [];
  for (const seq of seqs.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seq === last[1] + 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
