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
  | 'not-proved'
  | 'not-certified'
  | 'certificate-expired';

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
  /** At a door, when its certificate expires: it may take the door over from an earlier one. */
  expiryS?: number | undefined;
}

/** What the shell is to do. */
export type Effect =
  | { kind: 'send'; connection: ConnectionId; text: string }
  | { kind: 'close'; connection: ConnectionId; reason: CloseReason }
  /** Whether the key of this broadcast signed the statement under this label; to be answered by `proved`. */
  | ({
      kind: 'verify';
      connection: ConnectionId;
      broadcastId: string;
      label: 'challenge' | 'door';
      statement: Bytes;
    } & Proof)
  /** Ask the neighbours for the id; to be answered by `claimed`. */
  | ({ kind: 'claim'; connection: ConnectionId } & Claim)
  /** Pass it on to the neighbour that has `dst`; to be answered by `unreached` when none has. */
  | ({ kind: 'pass' } & Passage);

const EXPLANATIONS: Partial<Record<CloseReason, string>> = {
  'invalid-parameters': 'The id, token or key is missing or malformed.',
  full: 'The server has reached its limit of connected peers.',
  silent: 'The connection was silent for too long.',
  'too-fast': 'Too many messages a second.',
  'not-certified':
    'The id is a door of a broadcast: it is for whoever shows a certificate by its key, and this is none.',
  'certificate-expired':
    'The certificate of this door has expired, or the clocks of broadcaster and server differ.',
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
