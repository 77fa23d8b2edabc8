// A join of somebody else on its way through us: what a hop remembers of it, and of the branches that joins go to.

import type { EdgeSignal } from '../ports.ts';
import type { Pass } from './message.ts';
import { NEVER_MS, WINDOW_FIRST } from './timing.ts';

/** A join on its way through us. */
export interface Join {
  join: string;
  peer: string;
  avoid: string[];
  /** It has no slots to give. */
  rides: true | undefined;
  /** Where no slot is free it gives its own to whoever doesn't yield. */
  yields: true | undefined;
  /** What signaling calls the address that it came from; only the root knows. */
  tag?: string | undefined;
  /** Where it came from: an edge, or a name at the signaling server `at`. */
  source: { edge: string } | { rendezvous: string; at: string };
  /** The offer and its candidates, until the join was answered. */
  sdp: string | null;
  candidates: EdgeSignal[];
  /** Children that were tried in this round. */
  tried: string[];
  /** Those that were passed it and haven't refused, by edge, and when: an answer of any of them will do. */
  asked: Map<string, number>;
  /** sent: to a door, from where it may come back. */
  phase: 'waiting' | 'passed' | 'taken' | 'answered' | 'here' | 'sent';
  /** When it was last sent to a door. */
  sentMs: number;
  /** Whether the hop above was told that we are on it. */
  isAcknowledged: boolean;
  /** The child it was passed to last; once it is answered, the one that the answer came from. */
  target: string | null;
  /** passed, taken: the next one is tried then. waiting: not tried again before. */
  deadlineMs: number;
  /** When it first came, also under an earlier offer: the order of those who wait. */
  queuedMs: number;
  /** When it came or was settled. */
  sinceMs: number;
  /** Signals carried so far, both ways. */
  signals: number;
  /** The place that the newcomer was told last, and when; null while it wasn't. */
  noticed: { place: number; atMs: number } | null;
}

/** What is known of an offer besides its words. */
export type Entry = Partial<Pick<Join, 'tag' | 'yields'>>;

/** A join that just came; it waits until it is placed. */
export function createJoin(
  { join, peer, avoid, rides, yields, sdp }: Omit<Pass, 'type'>,
  source: Join['source'],
  nowMs: number,
): Join {
  return {
    join,
    peer,
    avoid,
    rides,
    yields,
    source,
    sdp,
    candidates: [],
    tried: [],
    asked: new Map(),
    phase: 'waiting',
    sentMs: NEVER_MS,
    isAcknowledged: false,
    target: null,
    deadlineMs: nowMs,
    queuedMs: nowMs,
    sinceMs: nowMs,
    signals: 0,
    noticed: null,
  };
}

/** Whether it was handed to a child that hasn't answered. */
export function isUnderWay({ phase }: Join): boolean {
  return phase === 'passed' || phase === 'taken';
}

/** What is known of a child's subtree from the joins that were passed to it (branches.ts). */
export interface Branch {
  /** Joins that may be under way below it at once. */
  window: number;
  /** When that was last halved: what was passed before says nothing new. */
  halvedMs: number;
  /** Joins it let rot, since its last answer. */
  failures: number;
  /** How long it usually takes to acknowledge a join, ms. */
  ackMs: number;
}

/** A branch that we know nothing of yet. */
export function createBranch(): Branch {
  return { window: WINDOW_FIRST, halvedMs: NEVER_MS, failures: 0, ackMs: 0 };
}
