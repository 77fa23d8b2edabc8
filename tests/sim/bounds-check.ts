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
  const { progress, joins } = state;
  const found: string[] = [];
  see(found, 'children', state.children.size, CHILDREN_MAX);
  see(found, 'joins', joins.size, JOINS_MAX);
  see(found, 'rejected peers', state.rejected.size, REJECTED_PEERS_MAX);
  see(found, 'packets ahead', progress.ahead.size, 2 * AHEAD_PACKETS_MAX);
  see(found, 'holes', progress.holes.size, HOLES_MAX);
  see(found, 'clock samples', state.clockSamples.length, CLOCK_SAMPLES_MAX);
  see(found, 'unreachable peers', state.seeking.unreachable.length, PEER_RETRIES_MAX + 1);
  see(found, 'allowances', state.allowances.size, CHILDREN_MAX + STANDBYS_MAX + 3);
  see(found, 'standbys', state.standbys.size, STANDBYS_MAX);
  see(found, 'searches', state.searches.size, SEARCHES_MAX);
  see(found, 'edges to close', state.closing.size, 4 * CHILDREN_MAX);
  for (const join of joins.values()) {
    see(found, 'candidates of a join', join.candidates.length, JOIN_CANDIDATES_MAX);
    see(found, 'peers that a join avoids', join.avoid.length, AVOID_MAX);
    see(found, 'children tried for a join', join.tried.length, CHILDREN_MAX);
  }
  if (!feed) return found;
  // Its seconds, and the newest group whole.
  see(found, 'packets', feed.cache.size, (CACHE_BOUNDS.secondsMax * 1000) / packetMs + GROUP_PACKETS + 1);
  see(found, 'bytes of packets', feed.cache.bytes, 2 * CACHE_BOUNDS.bytesMax);
  see(found, 'bytes for one child', feed.fanOut.waitingBytesMax, QUEUE_BYTES_MAX);
  return found;
}

function see(found: string[], what: string, size: number, max: number): void {
  if (size > max) found.push(`keeps ${size} ${what}, at most ${max}`);
}
