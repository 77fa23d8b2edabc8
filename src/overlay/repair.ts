// Packets that should be here and aren't: asked for one by one, of a standby first, whose path loses others than our parent's,
// then of the parent. What nobody gives in time is given up.
// Invariant 10 of evaluate.ts: what is asked for, and what is served, is bounded; nothing is asked for twice at once.

import type { OverlayEvent } from './event.ts';
import type { Request, SeqRange } from './message.ts';
import { NO_SEQ } from './message.ts';
import type { Child, Hole, OverlayState, Progress } from './state.ts';
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
  SERVE_BURST_MAX,
  SERVE_PER_SECOND_MAX,
  STANDBY_FRESH_MS,
  FIRST_BURST_MS,
  PAUSE_HALF_LIFE_MS,
} from './timing.ts';
import { send, take, type Turn } from './turn.ts';
import { hold, isHeld, noteSkipped } from './progress.ts';

/** A packet of several fragments is on its way: as long as they come, it isn't missing. */
export function noteArriving(
  { progress }: OverlayState,
  { epoch, seq }: OverlayEvent & { type: 'arriving' },
  nowMs: number,
): void {
  if (epoch !== progress.epoch || progress.nextSeq < 0) return;
  const hole = progress.holes.get(seq);
  if (hole) hole.touchedMs = nowMs;
  else if (seq > progress.newestSeq) open(progress, seq, nowMs, false);
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
  else if (hole && edge === parent?.edge) noteLate(progress, hole, nowMs);
  for (let missing = Math.max(newestSeq + 1, progress.nextSeq, seq - HOLES_MAX); missing < seq; missing++)
    if (!progress.holes.has(missing) && !isHeld(progress, missing)) open(progress, missing, nowMs, false);
}

/** The parent left these out on purpose: somebody else may still have them for us. */
export function noteLeftOut(turn: Turn, skipped: OverlayEvent & { type: 'skipped' }): void {
  const { state, nowMs } = turn;
  const { progress } = state;
  const { epoch, fromSeq, toSeq } = skipped;
  if (epoch !== progress.epoch) return;
  const wanted: number[] = [];
  // A leap over more than a moment is what a parent does for one who was away: nobody has a use for that any more.
  const lengthMs = (toSeq - fromSeq + 1) * progress.intervalMs;
  if (state.standbys.size > 0 && toSeq - fromSeq < REPAIR_PACKETS_MAX && lengthMs < LEFT_OUT_MS_MAX)
    for (let seq = fromSeq; seq <= toSeq; seq++) if (!isHeld(progress, seq)) wanted.push(seq);
  noteSkipped(turn, skipped);
  for (const seq of wanted) open(progress, seq, nowMs, true);
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
  let count = 0;
  for (const [seq, hole] of progress.holes) {
    if (isTooLate(progress, seq, hole, nowMs)) {
      progress.holes.delete(seq);
      if (!hole.isLeftOut) givenUp.push(seq);
    } else if (count < REPAIR_PACKETS_MAX && isOfUse(progress, seq) && isDue(state, hole, nowMs)) {
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

function open({ holes }: Progress, seq: number, nowMs: number, isLeftOut: boolean): void {
  const [oldest] = holes.keys();
  if (holes.size >= HOLES_MAX && oldest !== undefined) holes.delete(oldest);
  holes.set(seq, { sinceMs: nowMs, touchedMs: nowMs, askedMs: null, tries: 0, isLeftOut });
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
  if (hole.isLeftOut && hole.tries > 1) return true;
  return seq < playedSeq || nowMs - hole.sinceMs >= HOLE_GIVE_UP_MS;
}

/** What lies far behind the newest is waited for, but not asked for: it can't be shown any more. */
function isOfUse({ newestSeq, intervalMs }: Progress, seq: number): boolean {
  return (newestSeq - seq) * intervalMs <= HOLE_GIVE_UP_MS;
}

function isDue({ progress, parent }: OverlayState, hole: Hole, nowMs: number): boolean {
  if (hole.askedMs !== null) return nowMs - hole.askedMs >= REPAIR_AGAIN_MS * hole.tries;
  if (hole.isLeftOut) return true;
  const usualMs = Math.min(REPAIR_AFTER_MS_MAX, 1.25 * usualLateMs(progress, nowMs));
  const sinceMs = Math.max(hole.touchedMs, (parent?.sinceMs ?? -Infinity) + FIRST_BURST_MS);
  return nowMs - sinceMs >= Math.max(REPAIR_AFTER_MS, usualMs);
}

/** Whom to ask: standbys that hold it in turn, and the parent now and then, or when there is nobody else. */
function source(
  { state, nowMs }: Turn,
  seq: number,
  { tries, sinceMs, isLeftOut }: Hole,
): string | undefined {
  const holders = [...state.standbys.values()].filter(
    ({ tip, heardMs, standing }) =>
      standing === 'live' &&
      nowMs - heardMs < STANDBY_FRESH_MS &&
      tip?.epoch === state.progress.epoch &&
      tip.seq !== NO_SEQ &&
      tip.seq >= seq,
  );
  const isParentAsked = state.parent !== null && !isLeftOut && nowMs - sinceMs >= PARENT_REPAIR_MS;
  if (isParentAsked && (tries % 2 === 0 || holders.length === 0)) return state.parent?.edge;
  return holders[tries % Math.max(1, holders.length)]?.edge;
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
