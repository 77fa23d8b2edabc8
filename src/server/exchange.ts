// The rules of the signaling server: who is registered, what waits for whom, what goes where. No socket, clock or timer:
// `exchange.receive(connection, text, nowMs) -> effects`, and the shell carries the effects out in order.
// A broadcast id goes only to whoever proves it with its key (challenge.ts).
// Invariants: (1) an id is held by at most one connection, a connection holds at most one id; (2) `src` is the sender's id;
// (3) nothing goes to a connection after its close or disconnect; (4) between two peers the order is kept; (5) queues stay bounded.
import type { Bytes } from '../base/bytes.ts';
import { challengeStatement } from '../base/challenge.ts';
import { isBroadcastId } from '../base/link.ts';
import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import {
  FIRST_FRAME_MS_MAX,
  FRAMES_BURST,
  FRAMES_PER_SECOND,
  MESSAGE_BYTES_MAX,
  OFFERS_BURST,
  OFFERS_PER_SECOND,
  PROVEN_FRAMES_BURST,
  PROVEN_FRAMES_PER_SECOND,
  SILENCE_MS_MAX,
  SOCKETS_MAX,
} from './limits.ts';
import { readProof, type Proof } from './challenge.ts';
import { isPeerId, isToken, readFrame } from './message.ts';
import type { ClientMessage, Credentials, FrameCode } from './message.ts';
import { maySpeak, type Visitor } from './visitors.ts';
import { WaitingRoom } from './waiting-room.ts';

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

/** What the shell is to do. */
export type Effect =
  | { kind: 'send'; connection: ConnectionId; text: string }
  | { kind: 'close'; connection: ConnectionId; reason: CloseReason }
  /** To be answered by `proved`. */
  | ({ kind: 'verify'; connection: ConnectionId; id: string; statement: Bytes } & Proof);

/** Whence a socket came. */
export interface Arrival {
  /** Everybody at its address; undefined for a peer of this process. */
  visitor?: Visitor | undefined;
  /** The host that it dialled. */
  host: string;
}

interface Peer extends Arrival {
  id: string;
  token: string;
  connection: ConnectionId;
  sinceMs: number;
  lastHeardMs: number;
  hasSpoken: boolean;
  /** It holds a broadcast's id by right. */
  isProven: boolean;
  /** What it was asked to sign; until then it holds nothing and nothing of it is passed on. */
  nonce?: string | undefined;
  /** Its proof is being checked. */
  isChecking: boolean;
  frames: Allowance;
  /** Offers that it may still be sent. */
  offers: Allowance;
}

/** What an exchange may be given instead of its defaults. */
export interface ExchangeOptions {
  /** The API key that clients must name; PeerJS says `peerjs` unless told otherwise. */
  key?: string;
  /** Registered sockets at most. */
  socketsMax?: number;
  /** Serve this broadcast only: its id is kept for a resident, and nothing is carried but what is for it or from it. */
  broadcastId?: string | undefined;
  /** A new challenge, never the same twice; absent: broadcast ids are given to whoever asks first. */
  makeNonce?: (() => string) | undefined;
}

const RESIDENT_TOKEN = '';

/** Broadcast ids whose last holder was replaced: so many are remembered. */
const REPLACED_MAX = 1_000;

/** What `src` and the key order may add to a frame; more growth comes from numbers written out again, such as 1e20. */
const ENVELOPE_CHARS_MAX = 256;

type RelayMessage = Extract<ClientMessage, { kind: 'relay' }>;

const EXPLANATIONS: Partial<Record<CloseReason, string>> = {
  'invalid-parameters': 'The id, token or key is missing or malformed.',
  full: 'The server has reached its limit of connected peers.',
  silent: 'The connection was silent for too long.',
  'too-fast': 'Too many messages a second.',
  'not-proved': 'The id belongs to whoever holds its key, and this signature is not of it.',
};

/** The state of one server. All times are milliseconds of one monotonic clock. */
export class Exchange {
  readonly #key: string;
  readonly #socketsMax: number;
  readonly #broadcastId: string | undefined;
  readonly #makeNonce: (() => string) | undefined;
  readonly #peersById = new Map<string, Peer>();
  readonly #peersByConnection = new Map<ConnectionId, Peer>();
  readonly #waiting = new WaitingRoom();
  /** By broadcast id, the token of the holder that gave way: it isn't to take the id back in turn. */
  readonly #replaced = new Map<string, string>();

  constructor({ key = 'peerjs', socketsMax = SOCKETS_MAX, broadcastId, makeNonce }: ExchangeOptions = {}) {
    this.#key = key;
    this.#socketsMax = socketsMax;
    this.#broadcastId = broadcastId;
    this.#makeNonce = makeNonce;
  }

  /** How many peers are registered, and how many bytes wait for absent ones. */
  get load(): { peers: number; waitingBytes: number } {
    return { peers: this.#peersById.size, waitingBytes: this.#waiting.bytes };
  }

  /** Whether `id` is held by a connected peer. */
  has(id: string): boolean {
    return this.#peersById.has(id);
  }

  /**
   * A socket opened with these credentials: OPEN and what waited for it, a CHALLENGE where the id is a broadcast's, or a
   * refusal and the close.
   */
  connect(
    connection: ConnectionId,
    { key, id, token }: Credentials,
    nowMs: number,
    arrival: Arrival = { host: '' },
  ): Effect[] {
    if (!isPeerId(id) || !isToken(token) || key === '') return refuse(connection, 'invalid-parameters');
    if (key !== this.#key) return refuse(connection, 'invalid-key');
    if (id === this.#broadcastId || this.#replaced.get(id) === token) return refuse(connection, 'id-taken');
    const owner = this.#peersById.get(id);
    const nonce = isBroadcastId(id) ? this.#makeNonce?.() : undefined;
    if (nonce === undefined && owner && owner.token !== token) return refuse(connection, 'id-taken');
    if (!owner && this.#peersByConnection.size >= this.#socketsMax) return refuse(connection, 'full');
    const peer = { ...newPeer({ id, token, connection }, nowMs), ...arrival };
    if (nonce === undefined) return this.#register(peer);
    this.#peersByConnection.set(connection, { ...peer, nonce });
    return [send(connection, { type: 'CHALLENGE', payload: { nonce } })];
  }

  /** A peer of this very process takes the broadcast's id; it is never silent, since it has no socket to lose. */
  connectResident(connection: ConnectionId): Effect[] {
    const id = this.#broadcastId;
    if (id === undefined) return [];
    return this.#register(newPeer({ id, token: RESIDENT_TOKEN, connection }, Infinity));
  }

  /** What became of the check that a `verify` effect asked for. */
  proved(connection: ConnectionId, isRight: boolean, nowMs: number): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    if (!peer?.isChecking) return [];
    if (!isRight) return this.#expel(peer, 'not-proved');
    return this.#register({
      ...peer,
      nonce: undefined,
      isChecking: false,
      isProven: true,
      frames: fullAllowance(PROVEN_FRAMES_BURST, nowMs),
    });
  }

  /** Gives a peer its id; the same peer may hold it still on an old path, whose end takes minutes to be noticed. */
  #register(peer: Peer): Effect[] {
    const { id, connection } = peer;
    const effects: Effect[] = [];
    const owner = this.#peersById.get(id);
    if (owner) {
      this.disconnect(owner.connection);
      effects.push({ kind: 'close', connection: owner.connection, reason: 'replaced' });
      if (owner.token !== peer.token) this.#noteReplaced(owner);
    }
    this.#peersById.set(id, peer);
    this.#peersByConnection.set(connection, peer);
    const waiting = this.#waiting.take(id);
    return [
      ...effects,
      send(connection, { type: 'OPEN' }),
      ...waiting.map(({ text }): Effect => ({ kind: 'send', connection, text })),
    ];
  }

  #noteReplaced({ id, token }: Peer): void {
    this.#replaced.delete(id);
    this.#replaced.set(id, token);
    const [oldest] = this.#replaced.keys();
    if (this.#replaced.size > REPLACED_MAX && oldest !== undefined) this.#replaced.delete(oldest);
  }

  /** A text frame arrived. Hostile frames cost the sender its connection; frames after a close have no effect. */
  receive(connection: ConnectionId, text: string, nowMs: number): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    if (!peer) return [];
    if (peer.token !== RESIDENT_TOKEN) {
      peer.lastHeardMs = nowMs;
      peer.hasSpoken = true;
      if (!mayGoOn(peer, nowMs)) return this.#expel(peer, 'too-fast');
    }
    const result = readFrame(text);
    if (!result.ok) return this.#expel(peer, result.code);
    switch (result.message.kind) {
      case 'relay':
        return peer.nonce === undefined ? this.#relay(peer, result.message, nowMs) : [];
      case 'proof':
        return this.#check(peer, result.message.payload);
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
    if (this.#peersById.get(peer.id) === peer) this.#peersById.delete(peer.id);
  }

  /** Time has passed: EXPIRE to senders whose messages waited too long, and silent sockets are closed. */
  tick(nowMs: number): Effect[] {
    const effects: Effect[] = [];
    for (const { src, dst } of this.#waiting.expire(nowMs)) effects.push(...this.#expired(src, dst));
    for (const peer of [...this.#peersByConnection.values()])
      if (isSilent(peer, nowMs)) effects.push(...this.#expel(peer, 'silent'));
    return effects;
  }

  #check(peer: Peer, payload: unknown): Effect[] {
    const { nonce, connection, id, host } = peer;
    // Nobody asked, or the first answer is being checked.
    if (nonce === undefined || peer.isChecking) return [];
    const proof = readProof(payload);
    if (!proof) return this.#expel(peer, 'not-proved');
    peer.isChecking = true;
    return [{ kind: 'verify', connection, id, statement: challengeStatement(host, nonce), ...proof }];
  }

  #relay(peer: Peer, { type, dst, payload }: RelayMessage, nowMs: number): Effect[] {
    const src = peer.id;
    const text = JSON.stringify({ type, src, dst, payload });
    if (text.length > MESSAGE_BYTES_MAX + ENVELOPE_CHARS_MAX) return this.#expel(peer, 'too-large');
    if (this.#broadcastId !== undefined && src !== this.#broadcastId && dst !== this.#broadcastId)
      return this.#expired(src, dst);
    const target = this.#peersById.get(dst);
    if (type === 'OFFER' && target && !take(target.offers, nowMs, OFFERS_PER_SECOND, OFFERS_BURST))
      return this.#expired(src, dst);
    if (peer.visitor && !peer.isProven && !maySpeak(peer.visitor, nowMs)) return this.#expired(src, dst);
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

function newPeer(who: Pick<Peer, 'id' | 'token' | 'connection'>, nowMs: number): Peer {
  return {
    ...who,
    host: '',
    sinceMs: nowMs,
    lastHeardMs: nowMs,
    hasSpoken: false,
    isChecking: false,
    isProven: false,
    frames: fullAllowance(FRAMES_BURST, nowMs),
    offers: fullAllowance(OFFERS_BURST, nowMs),
  };
}

/** Whether it keeps to the pace of its kind. */
function mayGoOn({ frames, isProven }: Peer, nowMs: number): boolean {
  return isProven
    ? take(frames, nowMs, PROVEN_FRAMES_PER_SECOND, PROVEN_FRAMES_BURST)
    : take(frames, nowMs, FRAMES_PER_SECOND, FRAMES_BURST);
}

function isSilent({ hasSpoken, sinceMs, lastHeardMs }: Peer, nowMs: number): boolean {
  return nowMs - lastHeardMs >= SILENCE_MS_MAX || (!hasSpoken && nowMs - sinceMs >= FIRST_FRAME_MS_MAX);
}

function send(connection: ConnectionId, message: object): Effect {
  return { kind: 'send', connection, text: JSON.stringify(message) };
}

function refuse(connection: ConnectionId, reason: CloseReason): Effect[] {
  const type = reason === 'id-taken' ? 'ID-TAKEN' : reason === 'invalid-key' ? 'INVALID-KEY' : 'ERROR';
  const msg = EXPLANATIONS[reason] ?? `Refused: ${reason}.`;
  return [send(connection, { type, payload: { msg } }), { kind: 'close', connection, reason }];
}
