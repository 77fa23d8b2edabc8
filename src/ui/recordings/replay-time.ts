// What of a replay belongs to a moment. Lists are in order of time, and long: they are searched, not walked through.

import type { ReplayComment, RoomReplay } from '../../session/session-api.ts';

/** The last comments that had come by then, oldest first. */
export function commentsUntil(
  comments: readonly ReplayComment[],
  atMs: number,
  most: number,
): ReplayComment[] {
  const end = countUntil(comments, (comment) => comment.atMs, atMs);
  return comments.slice(Math.max(0, end - most), end);
}

/** All hearts that had come by then. */
export function heartsAt(hearts: RoomReplay['hearts'], atMs: number): number {
  const end = countUntil(hearts, ([heartMs]) => heartMs, atMs);
  return hearts[end - 1]?.[1] ?? 0;
}

/** How many at the start of an ordered list aren't later. */
function countUntil<Item>(list: readonly Item[], timeOf: (item: Item) => number, atMs: number): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const item = list[middle];
    if (item !== undefined && timeOf(item) <= atMs) from = middle + 1;
    else to = middle;
  }
  return from;
}
