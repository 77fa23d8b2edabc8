// What the overlay is told, and what it asks for. Edges are named by their join id: 16 hex characters, chosen by the
// newcomer. The session decodes and verifies before it tells: every event is as good as the wire allows, no better.

import type { EdgeSignal, RendezvousKind } from '../ports.ts';
import type { ControlMessage, JoinEnvelope, SeqRange, StripeMask } from './message.ts';

export type OverlayEvent =
  /** Once, first. */
  | { type: 'started' }
  /** About every 50 ms. `blocked`: edges to children whose media channel has been standing still, full;
   * `slow`: those that skip again and again; `drops`: packets left out since the last tick because they waited too long. */
  | {
      type: 'tick';
      blocked?: readonly string[];
      slow?: readonly string[];
      drops?: ReadonlyMap<string, number>;
    }
  | { type: 'rendezvous-opened' }
  | { type: 'rendezvous-lost' }
  /** Somebody else holds our id. */
  | { type: 'rendezvous-taken' }
  /** Nobody answers to `to`. */
  | { type: 'rendezvous-absent'; to: string }
  /** `payload` came out of `decodeJoin`; `from` was set by the server. `at` names where it came in, for the answer; `tag`: what a
   *  server that we believe calls the address that it came from. */
  | {
      type: 'rendezvous-message';
      from: string;
      kind: RendezvousKind;
      payload: JoinEnvelope;
      at?: string;
      tag?: string | undefined;
    }
  /** The same, at a door of ours. */
  | { type: 'door-message'; at: string; from: string; payload: JoinEnvelope }
  /** Nobody answers to `to`, at a door of ours. */
  | { type: 'door-absent'; to: string }
  /** What a `certify-doors` brought, by number, base64. */
  | { type: 'doors-certified'; certificates: ReadonlyMap<number, string> }
  /** An edge of ours produced a description or candidate. */
  | { type: 'local-signal'; edge: string; signal: EdgeSignal }
  | { type: 'edge-opened'; edge: string }
  /** Also for an edge that never opened. Not needed after our own `close-edge`, and harmless then. */
  | { type: 'edge-closed'; edge: string }
  /** `message` came out of `decodeControl`. A `hello` with a public key is only handed over once that key was checked. */
  | { type: 'control'; edge: string; message: ControlMessage }
  /** A verified packet came in on an edge, or was made here (`edge` null). `groupSeq`: where its group starts; `timeUs`: its capture time. */
  | {
      type: 'packet';
      edge: string | null;
      epoch: number;
      seq: number;
      groupSeq: number;
      isNew: boolean;
      timeUs: number;
    }
  /** A checked head or fragment of a packet in several: it is on its way. */
  | { type: 'arriving'; epoch: number; seq: number }
  /** A part of a packet came in on this edge, be it new here or not. */
  | { type: 'brought'; edge: string }
  /** Seqs that will never come, or that the peer at the edge `by` leaves out of what it sends: others may have them. Inclusive. */
  | { type: 'skipped'; epoch: number; fromSeq: number; toSeq: number; by?: string }
  /** The next seq that playout waits for: everything before was shown or given up. To be told a few times a second. */
  | { type: 'played'; epoch: number; nextSeq: number }
  /** The integrity gate or a decoder refused bytes of this edge: it is cut, and its peer not taken back for a while. */
  | { type: 'rejected'; edge: string }
  /** How many children we are willing to feed. */
  | { type: 'slots'; slots: number }
  /** The root started, or a packet of a newer epoch was verified. */
  | { type: 'epoch'; epoch: number }
  /** The broadcaster said `end`: nobody looks hard for a parent any more. */
  | { type: 'ended' }
  /** We go. Neighbours are told; ticks go on until `hasLeft(state)`. */
  | { type: 'leaving' };

export type OverlayEffect =
  /** Register under `state.rendezvousId`; the adapter reconnects by itself until `close-rendezvous`. */
  | { type: 'open-rendezvous' }
  | { type: 'close-rendezvous' }
  /** As the root: sign that these numbers are doors of this broadcast, and tell by `doors-certified`. */
  | { type: 'certify-doors'; numbers: number[] }
  /**
   * Take newcomers in at this door, until `close-door`. Said again when a newer certificate of it is here: a door that is open stays so,
   * one that couldn't be had is tried again.
   */
  | { type: 'open-door'; at: string }
  | { type: 'close-door'; at: string }
  /** By the server or door `at`; absent: by every server at which we are registered. */
  | { type: 'send-rendezvous'; to: string; kind: RendezvousKind; payload: JoinEnvelope; at?: string }
  /** Make an edge that offers / that answers (its first `signal-edge` follows). */
  | { type: 'offer-edge'; edge: string }
  | { type: 'answer-edge'; edge: string }
  | { type: 'signal-edge'; edge: string; signal: EdgeSignal }
  | { type: 'close-edge'; edge: string }
  | { type: 'send'; edge: string; message: ControlMessage }
  /** From now on send this child the stripes and layers it asked for, beginning at a seq or at the newest group. */
  | { type: 'feed-child'; edge: string; mask: StripeMask; layerMax: number; from: number | 'group' }
  | { type: 'stop-child'; edge: string }
  /** Send these packets, of the present epoch, as far as they are held; the child may be one that we only stand by for. */
  | { type: 'serve-child'; edge: string; ranges: SeqRange[] }
  /** Packets of the present epoch that nobody gave us in time (both included): children are told, playout goes on without. */
  | { type: 'gave-up'; fromSeq: number; toSeq: number }
  /** Packets of the present epoch that whoever feeds us leaves out (both included): children are told, playout goes on without. */
  | { type: 'left-out'; fromSeq: number; toSeq: number }
  /** The edge that feeds us; null: none at the moment. */
  | { type: 'parent-changed'; edge: string | null; peer: string | null }
  | ({ type: 'state-changed' } & Shown);

/** What a person should read. `ahead`: with `full`, how many came earlier and wait too; else 0. */
export interface Shown {
  state: PublicState;
  reason: StateReason;
  ahead: number;
}

/** Where a peer stands, in the words that pages use. */
export type PublicState = 'connecting' | 'waiting' | 'live' | 'reconnecting' | 'ended' | 'failed';

/**
 * Why: the broadcaster isn't there (`absent`), no slot is free (`full`), the signaling server can't be reached, there is
 * a parent but nothing fresh comes (`stalled`), or somebody else holds our id (`id-taken`).
 */
export type StateReason = 'none' | 'absent' | 'full' | 'signaling-lost' | 'stalled' | 'id-taken';
