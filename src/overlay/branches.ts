// How many joins may be under way below one child. A branch shows by its answers what it digests: each quick one lets one
// more be under way, a slow one or none halves their number. What exceeds it waits here, in its order, where it costs no
// uplink and nobody's patience.

import { isOurs } from './counts.ts';
import { isUnderWay, type Branch } from './join.ts';
import { NO_DEPTH } from './message.ts';
import type { Child, OverlayState } from './state.ts';
import { ACK_SLOW_MS, ANSWER_SLOW_MS, PASS_ACK_MS, WINDOW_MAX } from './timing.ts';

/** Acknowledgements over which their time is averaged. */
const ACK_SMOOTHING = 4;

/** The child said that it is on what it was passed then: how long that took is the uplinks' doing, at both ends. */
export function noteAcknowledged({ branch }: Child, passedMs: number, nowMs: number): void {
  const tookMs = nowMs - passedMs;
  branch.ackMs += (tookMs - branch.ackMs) / ACK_SMOOTHING;
  if (tookMs >= ACK_SLOW_MS) halve(branch, passedMs, nowMs);
}

/** A newcomer found its place below this child; until the child reports anew, it has one slot less. */
export function noteAnswered(child: Child, passedMs: number, nowMs: number): void {
  const { branch, counts } = child;
  branch.failures = 0;
  const tookMs = nowMs - passedMs;
  if (tookMs >= ANSWER_SLOW_MS) halve(branch, passedMs, nowMs);
  else branch.window = Math.min(WINDOW_MAX, branch.window + 1);
  if (!counts || counts.freeSlots === 0) return;
  const freeSlots = counts.freeSlots - 1;
  child.counts = { ...counts, freeSlots, freeDepth: freeSlots > 0 ? counts.freeDepth : NO_DEPTH };
}

/** Nothing came back of what was passed to this child then. */
export function noteFailed({ branch }: Child, passedMs: number, nowMs: number): void {
  branch.failures++;
  halve(branch, passedMs, nowMs);
}

/** How long this child may take to say that it is on it. */
export function ackMs({ branch }: Child): number {
  return Math.max(PASS_ACK_MS, 2 * branch.ackMs) * 2 ** Math.min(branch.failures, 2);
}

/** How many are on their way below each child, by its edge: joins, and children that made way for it. */
export function countUnderWay({ joins, children }: OverlayState): Map<string, number> {
  const underWay = new Map<string, number>();
  const count = (edge: string) => underWay.set(edge, (underWay.get(edge) ?? 0) + 1);
  for (const join of joins.values()) if (join.target !== null && isUnderWay(join)) count(join.target);
  for (const { displacedBy, guestSinceMs } of children.values())
    if (displacedBy !== null && guestSinceMs !== null) count(displacedBy);
  return underWay;
}

/** Whether a slot is free below this child that nobody under way will take. */
export function hasRoomBelow(child: Child, underWay: ReadonlyMap<string, number>): boolean {
  return isOurs(child) && (child.counts?.freeSlots ?? 0) > (underWay.get(child.edge) ?? 0);
}

/** Whether one more join may be passed to this child now. */
export function isOpen({ edge, branch }: Child, underWay: ReadonlyMap<string, number>): boolean {
  return (underWay.get(edge) ?? 0) < branch.window;
}

/** Once for all that were under way together. */
function halve(branch: Branch, passedMs: number, nowMs: number): void {
  if (passedMs <= branch.halvedMs) return;
  branch.halvedMs = nowMs;
  branch.window = Math.max(1, branch.window >> 1);
}
