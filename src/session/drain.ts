// Waits until the last packet is everywhere, so that nobody misses the end.

import type { Clock } from '../ports.ts';
import type { PeerNode } from './peer-node.ts';

const POLL_MS = 25;
/** How long the children may take, ms. */
const DRAIN_MS_MAX = 3000;

/** Resolves once every child says that it holds the newest packet, or after DRAIN_MS_MAX. */
export function drained(clock: Clock, node: PeerNode): Promise<void> {
  const deadlineMs = clock.nowMs() + DRAIN_MS_MAX;
  return new Promise((resolve) => {
    const stop = clock.every(POLL_MS, () => {
      const isEverywhere = node.stats.childSeqs.every((held) => held === node.cache.newestSeq);
      if (!isEverywhere && clock.nowMs() < deadlineMs) return;
      stop();
      resolve();
    });
  });
}
