// What peers say to each other about who feeds whom: control messages on an edge, and join envelopes that travel
// through the signaling server before there is an edge. docs/wire-control.md is the law for their bytes.

import type { Bytes } from '../base/bytes.ts';
import type { EdgeSignal } from '../ports.ts';

/** Which of the four stripes a child wants: bit i is stripe i. 15 is everything, 0 only tips (a standby). */
export type StripeMask = number;

/** Where a peer stands, as its children need to know it: fed, looking for a parent, or told that there is no root. */
export type Standing = 'live' | 'seeking' | 'absent';

/** How the stripes of `mask` reach a peer: its own depth there, and its ancestors from the root down to its parent. */
export interface Path {
  mask: StripeMask;
  depth: number;
  /** Peer ids, at most ANCESTORS_MAX (the nearest ones). */
  ancestors: string[];
}

/** First message in both directions on a new edge. */
export interface Hello {
  type: 'hello';
  v: 1;
  peer: string;
  /** Empty when the sender has no parent at this moment. Together the masks overlap nowhere. */
  paths: Path[];
  /** Children that the sender is willing to feed. */
  slots: number;
  /** The newest epoch the sender knows; 0 for none. */
  epoch: number;
  /** Base64 of the broadcast's public key; the child checks it against the broadcast id. Absent: the sender doesn't know it. */
  publicKey?: string;
}

/** The sender's depth or ancestors changed. */
export interface PathChanged {
  type: 'path';
  paths: Path[];
}

/** A few bytes each packet interval, both ways: the sign of life that silence is measured by. */
export interface Tip {
  type: 'tip';
  epoch: number;
  /** Newest seq the sender holds; NO_SEQ for none. */
  seq: number;
  /** From capture to the sender having the newest packet, ms, at most 65535. */
  delayMs: number;
  /** Free slots of the sender itself. */
  freeSlots: number;
  standing: Standing;
  /** To a child: how many packets the sender left out for it so far because they waited too long, modulo 256. */
  dropped: number;
}

/** Child to parent, when it changed: sums over the sender's subtree, itself included. */
export interface Counts {
  type: 'counts';
  viewers: number;
  /** Slots in use and free together. */
  slots: number;
  freeSlots: number;
  /** Depth of the shallowest peer with a free slot; 255 for none. */
  freeDepth: number;
}

export interface Ping {
  type: 'ping';
  /** The sender's own clock, µs. */
  t0Us: number;
}

export interface Pong {
  type: 'pong';
  t0Us: number;
  /** The root's wall clock as the sender estimates it, µs; 0 when it doesn't know. */
  rootUs: number;
}

/** Child to parent: what to send me from now on. The one message for joining, standing by, striping, degrading and repair. */
export interface Subscribe {
  type: 'subscribe';
  mask: StripeMask;
  /** Highest temporal layer wanted. */
  layerMax: number;
  epoch: number;
  /** First seq wanted, or the start of the newest group. */
  from: number | 'group';
}

/** The sender gives this edge up. From a parent: find another one, `suggest` names a peer worth asking for. */
export interface Bye {
  type: 'bye';
  reason: ByeReason;
  suggest?: string;
}
/** `guest` and `slow` come from a parent that goes on feeding for a while: it lent a slot, or the path is too slow. */
export type ByeReason = 'leaving' | 'moving' | 'full' | 'loop' | 'rejected' | 'guest' | 'slow';

/** Parent to child: find a place for this newcomer in your subtree. */
export interface Pass {
  type: 'pass';
  join: string;
  peer: string;
  /** Peers that the newcomer can't or won't be fed by. */
  avoid: string[];
  /** The newcomer has no slots to give. */
  rides?: true | undefined;
  /** Where no slot is free it gives its own to whoever comes without this. */
  yields?: true | undefined;
  sdp: string;
}

/** Child to parent, within PASS_ACK_MS: `taken` (I'm on it), or `refused` (also later, when my candidates ran out). */
export interface Passed {
  type: 'passed';
  join: string;
  status: 'taken' | 'refused';
}

/** An answer or candidate of a join, on its way between the newcomer and its parent-to-be. `peer` is who said it. */
export interface Signal {
  type: 'signal';
  join: string;
  peer: string;
  signal: EdgeSignal;
}

/** A search of a settled viewer, from hop to hop on edges: find me a standby, or another parent. */
export interface Find {
  type: 'find';
  join: string;
  /** Who searches. */
  peer: string;
  purpose: FindPurpose;
  /** What a standby may be: 0 in another subtree below the root, 1 not below the primary, 2 an ancestor too. */
  tier: number;
  /** How many more hops it may take. */
  hops: number;
  /** The searcher's ancestors without the root, from the top down to its parent. */
  above: string[];
  /** Peers that the searcher can't or won't have. */
  avoid: string[];
  sdp: string;
}
export type FindPurpose = 'standby' | 'parent';

/** Parent to child, again every few seconds while it holds: take newcomers in at these doors, in your subtree. None: at none. */
export interface Doors {
  type: 'doors';
  /** Ascending. */
  numbers: number[];
  /** What shows a signaling server that these doors are the broadcast's, one for each number, base64. Absent: the sender has none. */
  certificates?: string[];
  /** Whoever comes by them yields, as in `Pass`. */
  yields?: true | undefined;
}

/** Bytes of a type that isn't the codec's: they belong to a part of its own, or to a newer peer's. */
export interface Other {
  type: 'other';
  bytes: Bytes;
}

/** First and last seq, both included. */
export type SeqRange = [fromSeq: number, toSeq: number];

/** Child to parent or standby: send me these packets, if you hold them. */
export interface Request {
  type: 'request';
  epoch: number;
  ranges: SeqRange[];
}

export type ControlMessage = KnownMessage | Other;

export type KnownMessage =
  | Hello
  | PathChanged
  | Tip
  | Counts
  | Ping
  | Pong
  | Subscribe
  | Bye
  | Pass
  | Passed
  | Signal
  | Find
  | Request
  | Doors;

/** What travels through the signaling server: a description or candidate of a join, or news about it from the root. */
export type JoinEnvelope = JoinSignal | JoinNotice;

export interface JoinSignal {
  v: 1;
  join: string;
  /** The peer id of whoever says this. */
  peer: string;
  signal: EdgeSignal;
  /** With an offer: peers that the newcomer can't or won't be fed by. */
  avoid?: string[];
  /** With an offer: the newcomer has no slots to give. */
  rides?: true;
  /** With an offer to the broadcast id: a door was of no help. */
  direct?: true;
}

export interface JoinNotice {
  v: 1;
  join: string;
  peer: string;
  notice: Notice;
}

/**
 * `waiting`: no slot is free anywhere; the newcomer is remembered, `place` many stand before it. `doors`: too many come at once,
 * ask at one of this many doors; from a door, always 0: there is no slot behind it.
 */
export type Notice = { type: 'waiting'; place: number } | { type: 'doors'; count: number };

/** `Tip.seq` of a peer that holds no packet. */
export const NO_SEQ = 0xffffffff;
/** `Counts.freeDepth` of a subtree without a free slot. */
export const NO_DEPTH = 255;
/** Every temporal layer. */
export const LAYER_ALL = 3;
