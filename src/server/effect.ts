// What the rules of the signaling server (exchange.ts) ask their shell to do, in this order.
import type { Bytes } from '../base/bytes.ts';
import type { Proof } from './challenge.ts';
import type { FrameCode, RelayedType } from './message.ts';

/** A socket, numbered by the shell; a number is never used twice. */
export type ConnectionId = number;

/** Why the server closes a connection. */
export type CloseReason =
  | FrameCode
  | 'invalid-key'
  | 'invalid-parameters'
  | 'id-taken'
  | 'full'
  | 'replaced'
  | 'silent'
  | 'left'
  | 'too-fast'
  | 'not-proved';

/** A message of one peer to another, and the frame in which it arrives. */
export interface Passage {
  type: RelayedType;
  src: string;
  dst: string;
  text: string;
}

/** Who asks for an id. */
export interface Claim {
  id: string;
  token: string;
  /** Its key has signed for it: it may take the id over. */
  isProven: boolean;
}

/** What the shell is to do. */
export type Effect =
  | { kind: 'send'; connection: ConnectionId; text: string }
  | { kind: 'close'; connection: ConnectionId; reason: CloseReason }
  /** To be answered by `proved`. */
  | ({ kind: 'verify'; connection: ConnectionId; id: string; statement: Bytes } & Proof)
  /** Ask the neighbours for the id; to be answered by `claimed`. */
  | ({ kind: 'claim'; connection: ConnectionId } & Claim)
  /** Pass it on to the neighbour that has `dst`; to be answered by `unreached` when none has. */
  | ({ kind: 'pass' } & Passage);

const EXPLANATIONS: Partial<Record<CloseReason, string>> = {
  'invalid-parameters': 'The id, token or key is missing or malformed.',
  full: 'The server has reached its limit of connected peers.',
  silent: 'The connection was silent for too long.',
  'too-fast': 'Too many messages a second.',
  'not-proved': 'The id belongs to whoever holds its key, and this signature is not of it.',
};

/** Says something of the server's own. */
export function send(connection: ConnectionId, message: object): Effect {
  return { kind: 'send', connection, text: JSON.stringify(message) };
}

/** Says why, and closes. */
export function refuse(connection: ConnectionId, reason: CloseReason): Effect[] {
  const type = reason === 'id-taken' ? 'ID-TAKEN' : reason === 'invalid-key' ? 'INVALID-KEY' : 'ERROR';
  const msg = EXPLANATIONS[reason] ?? `Refused: ${reason}.`;
  return [send(connection, { type, payload: { msg } }), { kind: 'close', connection, reason }];
}

/** Tells `src` that nobody took its message to `dst`. */
export function expiryOf(src: string, dst: string): Passage {
  return { type: 'EXPIRE', src: dst, dst: src, text: JSON.stringify({ type: 'EXPIRE', src: dst, dst: src }) };
}
