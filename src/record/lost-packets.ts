// What a recording lacks, told by what is there. Pure.

import { SEQ_MAX, type SeqSpan } from '../feed/seq-spans.ts';
import type { LostPackets } from '../ports.ts';

/** What is known of one record. */
export interface RecordFacts {
  epoch: number;
  fromSeq: number;
  toSeq: number;
  /** It holds the end of its epoch. */
  isEnd: boolean;
  hasConfig: boolean;
}

/**
 * What lies between these records, and after the last of each epoch that has no end. They may come in any order.
 * `isFromStart`: nothing older was left unread, so what lies before the first of an epoch is missing too.
 */
export function lostAmong(records: readonly RecordFacts[], isFromStart: boolean): LostPackets[] {
  const epochs = new Map<number, RecordFacts[]>();
  for (const record of records) epochs.set(record.epoch, [...(epochs.get(record.epoch) ?? []), record]);
  const ordered = [...epochs].sort(([a], [b]) => a - b);
  return ordered
    .map(([epoch, facts], i) => ({
      epoch,
      spans: spansOf(facts, isFromStart || i > 0),
      needsConfig: !facts.some(({ hasConfig }) => hasConfig),
    }))
    .filter(({ spans }) => spans.length > 0);
}

function spansOf(facts: RecordFacts[], isBeginKnown: boolean): SeqSpan[] {
  const ordered = facts.sort((a, b) => a.fromSeq - b.fromSeq);
  const spans: SeqSpan[] = [];
  let nextSeq = isBeginKnown ? 0 : (ordered[0]?.fromSeq ?? 0);
  for (const { fromSeq, toSeq } of ordered) {
    if (fromSeq > nextSeq) spans.push([nextSeq, fromSeq - 1]);
    nextSeq = Math.max(nextSeq, toSeq + 1);
  }
  if (!ordered.some(({ isEnd }) => isEnd)) spans.push([nextSeq, SEQ_MAX]);
  return spans;
}
