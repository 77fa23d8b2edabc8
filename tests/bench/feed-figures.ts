// What the log of a page says of the feed: which packets arrived, how old they were, and for how long none came.

import type { Arrival } from './pages/feed-log.ts';
import type { Signed } from './pages/plain-source.ts';

/** What was signed this shortly before the end needn't have arrived, ms. */
const UNDER_WAY_MS = 2000;

/** Packets that were to come, and those of them that did. */
export interface Share {
  signed: number;
  arrived: number;
}

/** How the packets of a stretch of time arrived. */
export interface Delivery {
  /** Capture to the last byte of a video packet, ms. */
  arrivalMs: number[];
  /** Everything but upper temporal layers. */
  base: Share;
  all: Share;
}

/** Which of the packets signed from `startMs` on arrived, and how old they were. */
export function judgeArrivals(
  signed: readonly Signed[],
  arrivals: readonly Arrival[],
  startMs: number,
): Delivery {
  const arrived = new Set(arrivals.map(({ seq }) => seq));
  const endMs = Math.max(...signed.map(({ captureMs }) => captureMs)) - UNDER_WAY_MS;
  const counted = signed.filter(({ captureMs }) => captureMs >= startMs && captureMs <= endMs);
  const share = (packets: readonly Signed[]): { signed: number; arrived: number } => ({
    signed: packets.length,
    arrived: packets.filter(({ seq }) => arrived.has(seq)).length,
  });
  return {
    arrivalMs: arrivals
      .filter(({ kind, captureMs }) => kind === 'video' && captureMs >= startMs)
      .map(({ captureMs, completeMs }) => completeMs - captureMs),
    base: share(counted.filter(({ kind, layer }) => kind !== 'video' || layer === 0)),
    all: share(counted),
  };
}

/** The longest time from `fromMs` on in which nothing new arrived, ms. */
export function longestPauseMs(
  arrivals: readonly Pick<Arrival, 'seq' | 'completeMs'>[],
  fromMs: number,
): number {
  let newestSeq = -1;
  let lastMs = fromMs;
  let longestMs = 0;
  for (const { seq, completeMs } of arrivals) {
    if (seq <= newestSeq) continue;
    newestSeq = seq;
    if (completeMs < fromMs) continue;
    longestMs = Math.max(longestMs, completeMs - lastMs);
    lastMs = completeMs;
  }
  return longestMs;
}
