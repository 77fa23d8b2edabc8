// What viewers have reported. Nothing happens by itself: the broadcaster sees it, and decides.

import { visible } from './desk-packets.ts';
import { note } from './desk-screen.ts';
import type { DeskSaid, DeskState } from './desk-state.ts';
import { REPORTERS_MAX } from './room-limits.ts';
import type { RoomComment } from './room-packet.ts';

/** A comment on the screens that so many viewers have reported. */
export interface ReportedComment extends RoomComment {
  reporters: number;
}

/** Somebody reports a comment that is on the screens, or the broadcast; what else is named is only in the log. */
export function report(state: DeskState, { author, target, text }: DeskSaid, nowMs: number): void {
  const comment = state.shown.find(({ id }) => id === target);
  note(state, {
    ...{ atMs: nowMs, act: 'report', id: target, by: comment?.by ?? '', text: comment?.text ?? '' },
    ...(text && { reason: text }),
  });
  if (!comment && target !== 0) return;
  const { reporters, isKept } = state.reports.get(target) ?? { reporters: new Set<string>(), isKept: false };
  if (reporters.size < REPORTERS_MAX) reporters.add(author);
  state.sums.reports++;
  state.reports.set(target, { reporters, isKept });
}

/** The broadcaster lets it stand: it isn't brought up again. */
export function keep(state: DeskState, id: number, nowMs: number): void {
  const known = state.reports.get(id);
  if (!known) return;
  state.reports.set(id, { ...known, isKept: true });
  const comment = state.shown.find((shown) => shown.id === id);
  note(state, { atMs: nowMs, act: 'keep', id, by: comment?.by ?? '', text: comment?.text ?? '' });
}

/** What the broadcaster should look at, most reported first. */
export function reportedComments(state: DeskState): ReportedComment[] {
  const { entries } = state.reports;
  return visible(state)
    .flatMap((comment) => {
      const known = entries.get(comment.id);
      return known && !known.isKept ? [{ ...comment, reporters: known.reporters.size }] : [];
    })
    .sort((a, b) => b.reporters - a.reporters || a.id - b.id);
}

/** How many have reported the broadcast itself. */
export function broadcastReporters(state: DeskState): number {
  return state.reports.entries.get(0)?.reporters.size ?? 0;
}
