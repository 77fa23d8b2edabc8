// The rules of the signaling server: who is registered, what waits for whom, what goes where. No socket, clock or timer:
// `exchange.receive(connection, text, nowMs) -> effects`, and the shell carries the effects out in order.
// Invariants: (1) an id is held by at most one connection, a connection holds at most one id; (2) `src` is the sender's id;
// (3) nothing goes to a connection after its close or disconnect; (4) between two peers the order is kept; (5) queues stay bounded.
import { MESSAGE_BYTES_MAX, SILENCE_MS_MAX, SOCKETS_MAX } from './limits.ts';
import { isPeerId, isToken, readFrame } from './message.ts';
import type { ClientMessage, Credentials, FrameCode } from './message.ts';
import { WaitingRoom } from './waiting-room.ts';

/** A socket, numbered by the shell; a number is never used twice. */
export type ConnectionId = number;

/** Why the server closes a connection. */
export type CloseReason =
  FrameCode | 'invalid-key' | 'invalid-parameters' | 'id-taken' | 'full' | 'replaced' | 'silent' | 'left';

/** What the shell is to do. */
export type Effect =
  | { kind: 'send'; connection: ConnectionId; text: string }
  | { kind: 'close'; connection: ConnectionId; reason: CloseReason };

interface Peer {
  id: string;
  token: string;
  connection: ConnectionId;
  lastHeardMs: number;
}

/** What an exchange may be given instead of its defaults. */
export interface ExchangeOptions {
  /** The API key that clients must name; PeerJS says `peerjs` unless told otherwise. */
  key?: string;
  /** Registered sockets at most. */
  socketsMax?: number;
  /** Serve this broadcast only: its id is kept for a resident, and nothing is carried but what is for it or from it. */
  broadcastId?: string | undefined;
}

const RESIDENT_TOKEN = '';

/** What `src` and the key order may add to a frame; more growth comes from numbers written out again, such as 1e20. */
const ENVELOPE_CHARS_MAX = 256;

type RelayMessage = Extract<ClientMessage, { kind: 'relay' }>;

const EXPLANATIONS: Partial<Record<CloseReason, string>> = {
  'invalid-parameters': 'The id, token or key is missing or malformed.',
  full: 'The server has reached its limit of connected peers.',
  silent: 'The connection was silent for too long.',
};

/** The state of one server. All times are milliseconds of one monotonic clock. */
export class Exchange {
  readonly #key: string;
  readonly #socketsMax: number;
  readonly #broadcastId: string | undefined;
  readonly #peersById = new Map<string, Peer>();
  readonly #peersByConnection = new Map<ConnectionId, Peer>();
  readonly #waiting = new WaitingRoom();

  constructor({ key = 'peerjs', socketsMax = SOCKETS_MAX, broadcastId }: ExchangeOptions = {}) {
    this.#key = key;
    this.#socketsMax = socketsMax;
    this.#broadcastId = broadcastId;
  }

  /** How many peers are registered, and how many bytes wait for absent ones. */
  get load(): { peers: number; waitingBytes: number } {
    return { peers: this.#peersById.size, waitingBytes: this.#waiting.bytes };
  }

  /** Whether `id` is held by a connected peer. */
  has(id: string): boolean {
    return this.#peersById.has(id);
  }

  /** A socket opened with these credentials: OPEN and what waited for it, or a refusal and the close. */
  connect(connection: ConnectionId, { key, id, token }: Credentials, nowMs: number): Effect[] {
    if (!isPeerId(id) || !isToken(token) || key === '') return refuse(connection, 'invalid-parameters');
    if (key !== this.#key) return refuse(connection, 'invalid-key');
    if (id === this.#broadcastId) return refuse(connection, 'id-taken');
    const owner = this.#peersById.get(id);
    if (owner && owner.token !== token) return refuse(connection, 'id-taken');
    if (!owner && this.#peersById.size >= this.#socketsMax) return refuse(connection, 'full');

    const effects: Effect[] = [];
    if (owner) {
      // The same peer on a new network path: the old socket may take minutes to notice that it is dead.
      this.disconnect(owner.connection);
      effects.push({ kind: 'close', connection: owner.connection, reason: 'replaced' });
    }
    return [...effects, ...this.#register({ id, token, connection, lastHeardMs: nowMs })];
  }

  /** A peer of this very process takes the broadcast's id; it is never silent, since it has no socket to lose. */
  connectResident(connection: ConnectionId): Effect[] {
    const id = this.#broadcastId;
    return id === undefined
      ? []
      : this.#register({ id, token: RESIDENT_TOKEN, connection, lastHeardMs: Infinity });
  }

  #register(peer: Peer): Effect[] {
    const { id, connection } = peer;
    this.#peersById.set(id, peer);
    this.#peersByConnection.set(connection, peer);
    const waiting = this.#waiting.take(id);
    return [
      send(connection, { type: 'OPEN' }),
      ...waiting.map(({ text }): Effect => ({ kind: 'send', connection, text })),
    ];
  }

  /** A text frame arrived. Hostile frames cost the sender its connection; frames after a close have no effect. */
  receive(connection: ConnectionId, text: string, nowMs: number): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    if (!peer) return [];
    if (peer.token !== RESIDENT_TOKEN) peer.lastHeardMs = nowMs;
    const result = readFrame(text);
    if (!result.ok) return this.#expel(peer, result.code);
    switch (result.message.kind) {
      case 'relay':
        return this.#relay(peer, result.message, nowMs);
      case 'leave':
        this.disconnect(connection);
        return [{ kind: 'close', connection, reason: 'left' }];
      case 'heartbeat':
      case 'ignored':
        return [];
    }
  }

  /** The socket gave a sign of life that is no message (a pong). */
  heard(connection: ConnectionId, nowMs: number): void {
    const peer = this.#peersByConnection.get(connection);
    if (peer) peer.lastHeardMs = nowMs;
  }

  /** The socket is gone: its id is free at once. */
  disconnect(connection: ConnectionId): void {
    const peer = this.#peersByConnection.get(connection);
    if (!peer) return;
    this.#peersByConnection.delete(connection);
    this.#peersById.delete(peer.id);
  }

  /** Time has passed: EXPIRE to senders whose messages waited too long, and silent sockets are closed. */
  tick(nowMs: number): Effect[] {
    const effects: Effect[] = [];
    for (const { src, dst } of this.#waiting.expire(nowMs)) effects.push(...this.#expired(src, dst));
    for (const peer of [...this.#peersById.values()]) {
      if (nowMs - peer.lastHeardMs >= SILENCE_MS_MAX) effects.push(...this.#expel(peer, 'silent'));
    }
    return effects;
  }

  #relay(peer: Peer, { type, dst, payload }: RelayMessage, nowMs: number): Effect[] {
    const src = peer.id;
    const text = JSON.stringify({ type, src, dst, payload });
    if (text.length > MESSAGE_BYTES_MAX + ENVELOPE_CHARS_MAX) return this.#expel(peer, 'too-large');
    if (this.#broadcastId !== undefined && src !== this.#broadcastId && dst !== this.#broadcastId)
      return this.#expired(src, dst);
    const target = this.#peersById.get(dst);
    if (target) return [{ kind: 'send', connection: target.connection, text }];
    if (type === 'LEAVE' || type === 'EXPIRE') return [];
    return this.#waiting.add(dst, { src, text }, nowMs) ? [] : this.#expired(src, dst);
  }

  /** Tells `src` that nobody took its message to `dst`. */
  #expired(src: string, dst: string): Effect[] {
    const sender = this.#peersById.get(src);
    return sender ? [send(sender.connection, { type: 'EXPIRE', src: dst, dst: src })] : [];
  }

  #expel(peer: Peer, reason: CloseReason): Effect[] {
    this.disconnect(peer.connection);
    return refuse(peer.connection, reason);
  }
}

function send(connection: ConnectionId, message: object): Effect {
  return { kind: 'send', connection, text: JSON.stringify(message) };
}

function refuse(connection: ConnectionId, reason: CloseReason): Effect[] {
  const type = reason === 'id-taken' ? 'ID-TAKEN' : reason === 'invalid-key' ? 'INVALID-KEY' : 'ERROR';
  const msg = EXPLANATIONS[reason] ?? `Refused: ${reason}.`;
  return [send(connection, { type, payload: { msg } }), { kind: 'close', connection, reason }];
}
