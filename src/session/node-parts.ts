// What a node of the overlay is built from, and what it tells the session above it.

import type { Allowance } from '../base/allowance.ts';
import type { Bytes } from '../base/bytes.ts';
import type { CacheBounds } from '../feed/group-cache.ts';
import type { FreshnessStanding } from '../feed/freshness.ts';
import type { Packet } from '../feed/packet.ts';
import type { OverlayEffect, Shown } from '../overlay/event.ts';
import type { CrowdKeeper, Promoter } from '../overlay/turn.ts';
import type { Edge, EdgeMaker, Random, Verifier } from '../ports.ts';
import type { RegistrationParts } from './registrations.ts';

/** How often the overlay is given its time, ms. */
export const TICK_MS = 50;
/** Control messages kept while a parent's key is checked: that takes a millisecond, and a parent says a tip in 45. */
export const CONTROL_WAITING_MAX = 64;
/** Media messages kept until a parent's `hello` was heard. What is left out is asked for again. */
export const MEDIA_WAITING_MAX = 256;
/** How long a leaving peer waits for its `bye` to be on its way, ms. */
export const LEAVE_MS_MAX = 500;

/** Hands over who gives places in the tree anew, when its code is here. */
export type LoadPromoter = (loaded: (promoter: Promoter) => void) => void;

/** What a node is built from. */
export interface NodeParts extends RegistrationParts {
  random: Random;
  verifier: Verifier;
  /** Resolves once their code is here and it is known which STUN and TURN servers to use. */
  edges: Promise<EdgeMaker>;
  cacheBounds: CacheBounds;
  /** As the root. */
  crowdKeeper?: CrowdKeeper;
  /** Until it has loaded, everybody stays where it is. */
  loadPromoter?: LoadPromoter;
  /** What all children together may cost, bit/s; absent: whatever the channels take. */
  uplinkBitsPerSecond?: number;
}

/** What a node tells the session above it. */
export interface NodeEvents {
  /** A checked packet that is new here, in no particular order. The epoch only ever grows. */
  packet(packet: Packet): void;
  /** Packets that whoever feeds us leaves out (both included). */
  skipped(epoch: number, fromSeq: number, toSeq: number): void;
  /** Packets that nobody brought in time (both included). */
  gaveUp(fromSeq: number, toSeq: number): void;
  stateChanged(shown: Shown): void;
  parentChanged(edge: string | null): void;
  /** An offer went to the signaling server. */
  asked(): void;
  /** How sure it is that this is live has changed. */
  freshnessChanged(standing: FreshnessStanding): void;
  /** A child that we feed says something for the room, or a moderator behind whoever has us as a standby; false when its bytes are refused. */
  rise?(edge: string, bytes: Bytes): boolean;
  /** The parent, or a child that we feed, says something of packets that are wanted back; false when its bytes are refused. */
  recall?(edge: string, bytes: Bytes): boolean;
  /** A child that we feed sends media; false when its bytes are refused. */
  recalledMedia?(edge: string, bytes: Bytes): boolean;
}

/** An edge of a node, from the moment at which it was asked for. */
export interface NodeEdge {
  edge: Edge;
  /** We opened it to be fed; only such an edge may send media. */
  isUpward: boolean;
  /** Control messages that wait for the check of a public key. */
  waiting: Bytes[] | null;
  /** Media that overtook the `hello` of whoever feeds us; null once it was heard, and where none are to come. */
  early: Bytes[] | null;
  /** How many more messages that are none of the overlay's it may bring. */
  others: Allowance;
}

/** Effects that need edges to be made: they wait until it is known how. */
export const EDGE_EFFECTS: ReadonlySet<OverlayEffect['type']> = new Set([
  'offer-edge',
  'answer-edge',
  'signal-edge',
  'close-edge',
]);
