// Taking a peer as our parent, be it new or one that stood by: it was asked for everything from the first packet we miss.

import { tickCounts } from './counts.ts';
import { partnerOf } from './feeders.ts';
import { followPaths } from './paths.ts';
import { createSearch, createSeeking, type Parent } from './state.ts';
import { nextBetween } from './chance.ts';
import { NEVER_MS, ORPHAN_MS, OVERLAP_MS, SEARCH_AFTER_MS } from './timing.ts';
import { closeEdge, type Turn } from './turn.ts';

/** A neighbour that we were just introduced to. */
export function createParent(turn: Turn, about: Pick<Parent, 'edge' | 'peer' | 'paths'>): Parent {
  const { state, nowMs } = turn;
  return {
    ...about,
    sinceMs: nowMs,
    heardMs: nowMs,
    standing: 'live',
    seekingSinceMs: null,
    patienceMs: nextBetween(state.chance, ORPHAN_MS, 1.5 * ORPHAN_MS),
    tip: null,
    mask: 0,
    broughtMs: NEVER_MS,
    advancedMs: NEVER_MS,
    dropsMs: [],
    loopedSinceMs: null,
    goingSinceMs: null,
    isSlow: false,
    pauseMs: 0,
    pausedAtMs: nowMs,
  };
}

/** Makes `parent`, which was asked for everything, ours in place of whoever was. The search for another one ends. */
export function adopt(turn: Turn, parent: Parent): void {
  const { state, nowMs } = turn;
  const { edge, peer } = parent;
  state.parent = {
    ...parent,
    sinceMs: nowMs,
    goingSinceMs: null,
    isSlow: false,
    pauseMs: 0,
    pausedAtMs: nowMs,
    dropsMs: [],
    loopedSinceMs: null,
  };
  // Whoever fed us beside the one before goes on until the new one does.
  const partner = partnerOf(state);
  if (partner) partner.releaseMs = nowMs + OVERLAP_MS;
  if (state.seeking.edge !== null && state.seeking.edge !== edge) closeEdge(turn, state.seeking.edge);
  state.seeking = createSeeking();
  if (state.search.phase === 'idle')
    state.search = createSearch(nowMs + nextBetween(state.chance, SEARCH_AFTER_MS, 2 * SEARCH_AFTER_MS));
  state.clockSamples = [];
  state.pingedMs = NEVER_MS;
  state.countsSent = null;
  state.countsSentMs = NEVER_MS;
  state.tipToParentMs = NEVER_MS;
  followPaths(turn);
  tickCounts(turn);
  turn.effects.push({ type: 'parent-changed', edge, peer });
}
