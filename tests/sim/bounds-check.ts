// What a peer keeps, against what it may keep.

import { QUEUE_BYTES_MAX } from '../../src/base/limits.ts';
import {
  AHEAD_PACKETS_MAX,
  AVOID_MAX,
  CHILDREN_MAX,
  CLOCK_SAMPLES_MAX,
  HOLES_MAX,
  JOIN_CANDIDATES_MAX,
  JOINS_MAX,
  PEER_RETRIES_MAX,
  REJECTED_PEERS_MAX,
  SEARCHES_MAX,
  STANDBYS_MAX,
} from '../../src/overlay/timing.ts';
import { CACHE_BOUNDS } from './sim-feed.ts';
import { GROUP_PACKETS } from './sim-packets.ts';
import type { SimPeer } from './sim-peer.ts';

/** Says of each collection that is too large how large it is. */
export function findOverfull({ state, feed }: SimPeer, packetMs: number): string[] {
  const found: string[] = [];
  const see = (what: string, size: number, max: number) => {
    if (size > max) found.push(`keeps ${size} ${what}, at most ${max}`);
  };
  see('children', state.children.size, CHILDREN_MAX);
  see('joins', state.joins.size, JOINS_MAX);
  see('rejected peers', state.rejected.size, REJECTED_PEERS_MAX);
  see('packets ahead', state.progress.ahead.size, 2 * AHEAD_PACKETS_MAX);
  see('holes', state.progress.holes.size, HOLES_MAX);
  see('clock samples', state.clockSamples.length, CLOCK_SAMPLES_MAX);
  see('unreachable peers', state.seeking.unreachable.length, PEER_RETRIES_MAX + 1);
  see('allowances', state.allowances.size, CHILDREN_MAX + STANDBYS_MAX + 3);
  see('standbys', state.standbys.size, STANDBYS_MAX);
  see('searches', state.searches.size, SEARCHES_MAX);
  see('edges to close', state.closing.size, 4 * CHILDREN_MAX);
  for (const join of state.joins.values()) {
    see('candidates of a join', join.candidates.length, JOIN_CANDIDATES_MAX);
    see('peers that a join avoids', join.avoid.length, AVOID_MAX);
    see('children tried for a join', join.tried.length, CHILDREN_MAX);
  }
  if (!feed) return found;
  // Its seconds, and the newest group whole.
  see('packets', feed.cache.size, (CACHE_BOUNDS.secondsMax * 1000) / packetMs + GROUP_PACKETS + 1);
  see('bytes of packets', feed.cache.bytes, 2 * CACHE_BOUNDS.bytesMax);
  see('bytes for one child', feed.fanOut.waitingBytesMax, QUEUE_BYTES_MAX);
  return found;
}
