// Sets of seqs as spans, for what is wanted of a feed: few spans, each of any length.

/** First and last seq, both included. */
export type SeqSpan = readonly [fromSeq: number, toSeq: number];

/** The last seq that there can be: a span up to it has no known end. */
export const SEQ_MAX = 0xffff_ffff;

/** Whether a seq lies in one of them. */
export function isInSpans(spans: readonly SeqSpan[], seq: number): boolean {
  return spans.some(([from, to]) => seq >= from && seq <= to);
}

/** The spans without what lies in `gone`, in order. */
export function withoutSpan(spans: readonly SeqSpan[], [goneFrom, goneTo]: SeqSpan): SeqSpan[] {
  return spans.flatMap(([from, to]): SeqSpan[] => {
    if (goneTo < from || goneFrom > to) return [[from, to]];
    const left: SeqSpan[] = [];
    if (from < goneFrom) left.push([from, goneFrom - 1]);
    if (to > goneTo) left.push([goneTo + 1, to]);
    return left;
  });
}

/** The spans without these seqs, which come in order. */
export function withoutSeqs(spans: readonly SeqSpan[], seqs: Iterable<number>): SeqSpan[] {
  let left = [...spans];
  let run: [number, number] | undefined;
  for (const seq of seqs) {
    if (run && seq === run[1] + 1) run[1] = seq;
    else {
      if (run) left = withoutSpan(left, run);
      run = [seq, seq];
    }
  }
  return run ? withoutSpan(left, run) : left;
}
