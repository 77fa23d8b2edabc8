// Everything one peer's overlay knows. It has one owner, which calls `evaluate`; nobody else changes it.
// Every collection in it is bounded by a constant of timing.ts.

import type { Allowance } from '../base/allowance.ts';
import { MASK_ALL, SLOTS_MAX } from '../base/limits.ts';
import type { EdgeSignal } from '../ports.ts';
import { createChance, type Chance } from './chance.ts';
import type { Shown } from './event.ts';
import { NEVER_MS, SPLIT_CLEAN_MS_MIN } from './timing.ts';
import type { Branch, Join } from './join.ts';
import type { Counts, Find, FindPurpose, Path, Standing, StripeMask, Tip } from './message.ts';

/** The edge that feeds us. */
export interface Parent {
  edge: string;
  peer: string;
  sinceMs: number;
  heardMs: number;
  standing: Standing;
  /** When it began to say that it has no feed; null while it is live. */
  seekingSinceMs: number | null;
  /** How long we put up with that. */
  patienceMs: number;
  paths: Path[];
  tip: Tip | null;
  /** The stripes that it was last asked for. */
  mask: StripeMask;
  /** When it last brought a part of a packet. */
  broughtMs: number;
  /** When its tips last named something new. */
  advancedMs: number;
  /** When its tips last said that it left packets out for us, SPLIT_DROPS at most. */
  dropsMs: number[];
  /** Since when some stripes, not all, have led back to us; null while none does. */
  loopedSinceMs: number | null;
  /** It asked us to move; null while it didn't. */
  goingSinceMs: number | null;
  /** Whether because the path is too slow, and not for want of a slot. */
  isSlow: boolean;
  /** The longest time without anything new, as it was at `pausedAtMs`; it fades (PAUSE_HALF_LIFE_MS). */
  pauseMs: number;
  pausedAtMs: number;
}

/** A peer that would feed us at once: meanwhile it only sends tips. */
export interface Standby extends Parent {
  /** Since when it has been AHEAD_PACKETS ahead of us; null while it isn't. */
  aheadSinceMs: number | null;
  /** A seq that it named then: how far our parent lags. */
  markSeq: number;
  markedMs: number;
  /** It was our parent and still feeds us, until then at most; null when it only stands by. */
  releaseMs: number | null;
  /** It was found to be our parent, and isn't let go before; null when it only stands by. */
  wantedUntilMs: number | null;
}

/** Our own search for a standby, or for a parent to move to, on edges. */
export interface StandbySearch {
  phase: 'idle' | 'asking' | 'connecting' | 'greeting';
  purpose: FindPurpose;
  /** The edge being opened; null while idle. */
  edge: string | null;
  /** The edge it was asked on. */
  via: string | null;
  sdp: string | null;
  candidates: EdgeSignal[];
  peer: string | null;
  tier: number;
  deadlineMs: number;
  nextMs: number;
  failures: number;
  unreachable: string[];
}

/** A search of somebody else on its way through us. */
export interface Search {
  join: string;
  peer: string;
  /** The edge it came from, and the one it went to. */
  source: string;
  target: string | null;
  /** Until it was answered. */
  find: Find | null;
  candidates: EdgeSignal[];
  tried: string[];
  /** How few wishes it had. */
  tier: number;
  phase: 'passed' | 'answered' | 'here' | 'refused';
  sinceMs: number;
  signals: number;
}

/** A peer we feed, or are about to. */
export interface Child {
  edge: string;
  /** As the join said; the `hello` must say the same. */
  peer: string;
  /** answering: no edge yet. open: no hello yet. greeted: no subscription yet. fed: holds a slot until it goes. */
  phase: 'answering' | 'open' | 'greeted' | 'fed';
  /** When the phase must be over; null when fed. */
  deadlineMs: number | null;
  heardMs: number;
  tipSentMs: number;
  tipSentSeq: number;
  mask: StripeMask;
  layerMax: number;
  /** Its last report, lowered by each newcomer that found a place there since. */
  counts: Counts | null;
  /** What its subtree can do with joins. */
  branch: Branch;
  tip: Tip | null;
  /** Subscriptions it may still send: each can cost a burst. */
  subscriptions: Allowance;
  /** Searches it may still hand us. */
  finds: Allowance;
  /** Packets that it may still request. */
  serves: Allowance;
  /** It came to have us as a standby: it holds no slot until it asks to be fed. */
  isStandby: boolean;
  /** Whose death would make it ask: siblings are dealt to different standbys. Empty for the root. */
  primary: string;
  /** What it was fed before it fell silent; 0 while it is awake. */
  dozingMask: StripeMask;
  /** It has asked for everything since it last asked for nothing: it counts as ours, whatever share it wants now. */
  isPrimary: boolean;
  /** Packets that were left out for it because they waited too long, modulo 256. */
  dropped: number;
  /** Since when it has been fed without a slot of its own; null when it holds one. */
  guestSinceMs: number | null;
  isAskedToGo: boolean;
  /** The newcomer, by its edge, that it gave its slot to. */
  displacedBy: string | null;
  /** How many doors it was last told to hold; null: it hasn't been told. */
  doors: number | null;
  /** When it was last asked to leave a path that is too slow. */
  askedToMoveMs: number;
}

/** Our own search for a parent. */
export interface Seeking {
  phase: 'idle' | 'offering' | 'connecting' | 'greeting' | 'full';
  /** The edge being opened; null while idle. */
  edge: string | null;
  /** Our edge's own description, first, and candidates: they may have to be said again at a door. */
  signals: EdgeSignal[];
  /** Whether the signaling server was there to take them. */
  isSent: boolean;
  /** The door at which we ask; null: the broadcaster itself. */
  door: number | null;
  /** A door was of no help: the broadcaster is asked to place us itself. */
  isDirect: boolean;
  /** Whom it leads to, once the answer said. */
  peer: string | null;
  deadlineMs: number;
  /** When idle: the time to try again. */
  nextMs: number;
  /** Failures since the last parent. */
  failures: number;
  /** Whom we couldn't connect to in this round. */
  unreachable: string[];
  /** What we heard last: the broadcaster wasn't there; no slot was free. */
  isAbsent: boolean;
  isFull: boolean;
  /** How many stand before us, by the last notice. */
  place: number;
}

/** Which packets we hold: everything before `nextSeq` since we began, and some beyond. */
export interface Progress {
  epoch: number;
  nextSeq: number;
  newestSeq: number;
  ahead: Set<number>;
  /** Packets that are missing, or on their way in fragments, by seq. */
  holes: Map<number, Hole>;
  /** The longest that a packet was overtaken for, ms, as it was at `lateAtMs`; it fades. */
  lateMs: number;
  lateAtMs: number;
  /** The first seq that playout still has a use for; -1 while unknown. */
  playedSeq: number;
  newestAtMs: number;
  /** Its capture time, root's clock, µs. */
  newestTimeUs: number;
  /** Smoothed time between packets as they were made, ms. */
  intervalMs: number;
  delayMs: number;
}

/** A packet that others overtook. */
export interface Hole {
  sinceMs: number;
  /** When its latest fragment came. */
  touchedMs: number;
  askedMs: number | null;
  tries: number;
  /** The stripes of it that their senders said they won't send. */
  leftOut: StripeMask;
}

/** When we are fed by two, and when by one again. */
export interface Split {
  sinceMs: number;
  /** Not split again before. */
  nextMs: number;
  /** How long nothing may have been left out before one parent is tried again. */
  cleanMs: number;
  /** When that was last tried. */
  mergedMs: number;
}

/** One measurement of the root's clock. */
export interface ClockSample {
  offsetUs: number;
  rttUs: number;
  atMs: number;
}

/** Doors that are wanted open, by number, ascending, each with its certificate; undefined where whoever ordered it has none. */
export type OrderedDoors = ReadonlyMap<number, string | undefined>;

/** How many come to the root at once, and what it does about it. */
export interface Crowd {
  /** Offers lately, each fading over CROWD_MS. */
  offers: number;
  /** Those of them that came from addresses of which many came (doorman.ts), likewise. */
  yielding: number;
  /** Who came last that doesn't yield, and who before from another address. */
  others: { tag: string | undefined; atMs: number }[];
  /** Newcomers sent to doors lately, likewise: what they find there isn't in the sums yet. */
  sent: number;
  /** Newcomers that may still be sent there, and that we may still place ourselves. */
  notices: Allowance;
  own: Allowance;
  atMs: number;
  /** Doors that were ordered, and when first so many. */
  doors: number;
  doorsMs: number;
  /** Doors that newcomers are sent to. */
  open: number;
  /** Since when fewer would do; null while they wouldn't. */
  quietSinceMs: number | null;
  orderedMs: number;
  /** By number: when a certificate was last asked for, ms, and the newest that is here. */
  certificates: Map<number, { askedMs: number; text: string | undefined }>;
}

export interface OverlayState {
  role: 'root' | 'viewer';
  /** Our own id, 16 hex characters. */
  peer: string;
  broadcastId: string;
  /** What we are registered under at the signaling server: the broadcast id for the root, else our peer id. */
  rendezvousId: string;
  /** Base64; null while a viewer hasn't learned it. */
  publicKey: string | null;
  slots: number;
  chance: Chance;
  rendezvous: 'closed' | 'opening' | 'open' | 'lost' | 'taken';
  parent: Parent | null;
  seeking: Seeking;
  /** Id of the first join, if it was chosen elsewhere and hasn't been used. */
  firstJoin: string | null;
  /** By edge. */
  standbys: Map<string, Standby>;
  split: Split;
  search: StandbySearch;
  /** By join id: searches of others, oldest first. */
  searches: Map<string, Search>;
  /** Searches that we may still pass on, at the root. */
  passedFinds: Allowance;
  /** Counts what was dealt round robin. */
  dealt: number;
  /** By edge. */
  children: Map<string, Child>;
  /** By join id, oldest first. */
  joins: Map<string, Join>;
  /** Notices of their place that those who wait may still be sent. */
  notices: Allowance;
  /** Whether we serve the signaling of this broadcast ourselves. */
  isListening: boolean;
  /** Doors that we hold, each with the newest certificate that came down to us; our own has none. */
  doors: Map<string, string | undefined>;
  /** The numbered ones that our parent wants open, and until when, ms, unless it says so again. */
  doorOrder: { doors: OrderedDoors; yields: true | undefined; untilMs: number } | null;
  /** Who has which of the numbered doors: a child, by its edge; null: we. A door that moved would be closed for a moment. */
  doorHolders: Map<number, string | null>;
  /** null until a keeper looks after it (crowd.ts): for good at a viewer. */
  crowd: Crowd | null;
  /** Peers whose bytes were refused, and until when, ms. */
  rejected: Map<string, number>;
  /** Slots of children that were cut go to nobody until then, ms. */
  resting: number[];
  /** By edge. */
  allowances: Map<string, Allowance>;
  /** Edges to close once `bye` is on its way, and when, ms. */
  closing: Map<string, number>;
  progress: Progress;
  /** Whether any packet ever came. */
  hasFed: boolean;
  /** Packets that came from a standby because we asked for them. */
  repairs: number;
  /** How each stripe reaches us, by the latest parent's word; empty before the first. */
  paths: Path[];
  tickedMs: number;
  /** Since when our ticks have come in time. */
  awakeMs: number;
  /** Root's wall clock minus our own, µs; null while unknown. */
  clockOffsetUs: number | null;
  clockSamples: ClockSample[];
  pingedMs: number;
  tipToParentMs: number;
  countsSentMs: number;
  countsSent: Counts | null;
  isEnded: boolean;
  isLeaving: boolean;
  shown: Shown;
}

/** What a new peer is made of. */
export type OverlayOptions = {
  /** 16 hex characters, random, for this tab and broadcast only. */
  peer: string;
  broadcastId: string;
  slots: number;
  /** 16 random bytes. */
  seed: Uint8Array;
} & (
  | {
      role: 'root';
      publicKey: string;
      epoch: number;
      /** `wallUs() - nowMs() * 1000`. */ clockOffsetUs: number;
    }
  | {
      role: 'viewer';
      /** Id of the first join, where that was asked for before there was an overlay. */
      join?: string;
      /** It serves the signaling of this broadcast itself, and so is a door of its own. */
      isListening?: boolean;
    }
);

/** A peer before its `started`. */
export function createOverlay(options: OverlayOptions): OverlayState {
  const isRoot = options.role === 'root';
  return {
    role: options.role,
    peer: options.peer,
    broadcastId: options.broadcastId,
    rendezvousId: isRoot ? options.broadcastId : options.peer,
    publicKey: isRoot ? options.publicKey : null,
    slots: Math.min(options.slots, SLOTS_MAX),
    chance: createChance(options.seed),
    rendezvous: 'closed',
    parent: null,
    seeking: createSeeking(),
    standbys: new Map(),
    split: { sinceMs: NEVER_MS, nextMs: NEVER_MS, cleanMs: SPLIT_CLEAN_MS_MIN, mergedMs: NEVER_MS },
    search: createSearch(NEVER_MS),
    searches: new Map(),
    passedFinds: { left: 0, atMs: NEVER_MS },
    dealt: 0,
    firstJoin: options.role === 'viewer' ? (options.join ?? null) : null,
    children: new Map(),
    joins: new Map(),
    notices: { left: 0, atMs: NEVER_MS },
    isListening: options.role === 'viewer' && options.isListening === true,
    doors: new Map(),
    doorOrder: null,
    doorHolders: new Map(),
    crowd: null,
    rejected: new Map(),
    resting: [],
    allowances: new Map(),
    closing: new Map(),
    progress: createProgress(isRoot ? options.epoch : 0),
    clockOffsetUs: isRoot ? options.clockOffsetUs : null,
    clockSamples: [],
    hasFed: false,
    repairs: 0,
    paths: isRoot ? [{ mask: MASK_ALL, depth: 0, ancestors: [] }] : [],
    tickedMs: NEVER_MS,
    awakeMs: NEVER_MS,
    pingedMs: NEVER_MS,
    tipToParentMs: NEVER_MS,
    countsSentMs: NEVER_MS,
    countsSent: null,
    isEnded: false,
    isLeaving: false,
    shown: { state: 'connecting', reason: 'none', ahead: 0 },
  };
}

/** A search that hasn't begun: it may at once. */
export function createSeeking(): Seeking {
  return {
    phase: 'idle',
    edge: null,
    signals: [],
    isSent: false,
    door: null,
    isDirect: false,
    peer: null,
    deadlineMs: 0,
    nextMs: NEVER_MS,
    failures: 0,
    unreachable: [],
    isAbsent: false,
    isFull: false,
    place: 0,
  };
}

/** No search under way; the next may begin at `nextMs`. */
export function createSearch(nextMs: number): StandbySearch {
  return {
    phase: 'idle',
    purpose: 'standby',
    edge: null,
    via: null,
    sdp: null,
    candidates: [],
    peer: null,
    tier: 0,
    deadlineMs: 0,
    nextMs,
    failures: 0,
    unreachable: [],
  };
}

/** No packet of this epoch yet. */
export function createProgress(epoch: number): Progress {
  return {
    epoch,
    nextSeq: -1,
    newestSeq: -1,
    ahead: new Set(),
    holes: new Map(),
    lateMs: 0,
    lateAtMs: 0,
    playedSeq: -1,
    newestAtMs: NEVER_MS,
    newestTimeUs: 0,
    intervalMs: 20,
    delayMs: 0,
  };
}
