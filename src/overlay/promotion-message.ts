// Bytes of the two messages about places (docs/wire-control.md): what a subtree has to offer, going up, and who may move, going down.
// The decoder is total.

import { hex, hexBytes, type Bytes } from '../base/bytes.ts';
import { SLOTS_MAX } from '../base/limits.ts';
import { DEPTH_MAX } from './timing.ts';

/** Types on the control channel. */
const RANK_TYPE = 39;
const MOVE_TYPE = 40;
const RANK_BYTES = 13;
const MOVE_BYTES = 10;
/** Bytes that a newer version may have added. */
const EXTRA_BYTES_MAX = 64;
/** A subtree's size is told as a power of two, up to this one. */
const SIZE_MAX = 32;
const PEER_BYTES = 8;

/** Child to parent: what the child has shown and whom it would let go up. */
export interface Rank {
  type: 'rank';
  /** Slots of the sender itself. */
  slots: number;
  /** Levels below the sender. */
  height: number;
  /** The child of the sender that gives most, 0 for none: its slots, its viewers as a power of two, its id. */
  bestSlots: number;
  bestSize: number;
  best: string;
}

/** Parent to child: there is a better place, ask for it up the tree. */
export interface Move {
  type: 'move';
  /** Whoever on the way stands so deep, with all that is below it; 0: only `peer`. */
  depth: number;
  peer: string;
  /** ... and gives so many slots at least; absent: whatever it gives. */
  slots?: number | undefined;
}

/** Nobody's id. */
export const NO_PEER = '0'.repeat(2 * PEER_BYTES);

export function encodePlace(message: Rank | Move): Bytes {
  const head =
    message.type === 'rank'
      ? [RANK_TYPE, message.slots, message.height, message.bestSlots, message.bestSize]
      : [MOVE_TYPE, message.depth];
  const peer = hexBytes(message.type === 'rank' ? message.best : message.peer);
  const tail = message.type === 'move' && message.slots !== undefined ? [message.slots] : [];
  return Uint8Array.from([...head, ...peer, ...tail]);
}

/** The message; null when the type is another's; undefined when it breaks a rule. */
export function decodePlace(bytes: Uint8Array): Rank | Move | null | undefined {
  const [type, first = 0, second = 0, third = 0, fourth = 0] = bytes;
  if (type !== RANK_TYPE && type !== MOVE_TYPE) return null;
  const length = type === RANK_TYPE ? RANK_BYTES : MOVE_BYTES;
  if (bytes.length < length || bytes.length > length + EXTRA_BYTES_MAX) return undefined;
  const peer = hex(bytes.subarray(length - PEER_BYTES, length));
  if (type === MOVE_TYPE) {
    const slots = bytes[length];
    return first > DEPTH_MAX
      ? undefined
      : { type: 'move', depth: first, peer, ...(slots !== undefined && { slots }) };
  }
  if (first > SLOTS_MAX || second > DEPTH_MAX || third > SLOTS_MAX || fourth > SIZE_MAX) return undefined;
  return { type: 'rank', slots: first, height: second, bestSlots: third, bestSize: fourth, best: peer };
}
