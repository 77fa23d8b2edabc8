// The rules of the signaling server: who is registered, what waits for whom, what goes where. No socket, clock or timer:
// `exchange.receive(connection, text, nowMs) -> effects`, and the shell carries the effects out in order.
// A broadcast id goes only to whoever proves it with its key (challenge.ts), a door to whoever has its certificate (door.ts). Other processes of the same front door (neighbours.ts) are
// asked for each id and for each peer that isn't here.
// Invariants: (1) an id is held by at most one connection, a connection holds at most one id; (2) `src` is the sender's id;
// (3) nothing goes to a connection after its close or disconnect; (4) between two peers the order is kept; (5) queues stay bounded.
import { challengeStatement } from '../base/challenge.ts';
import { isBroadcastId } from '../base/link.ts';
import { MESSAGE_BYTES_MAX, SOCKETS_MAX } from './limits.ts';
import { doorStatement } from '../overlay/door-certificate.ts';
import { readProof } from './challenge.ts';
import { broadcastOfDoor, hasBetterRight, readShown } from './door.ts';
import { expiryOf, refuse, send } from './effect.ts';
import type { CloseReason, ConnectionId, Effect, Passage } from './effect.ts';
import { isPeerId, isToken, readFrame } from './message.ts';
import type { ClientMessage, Credentials } from './message.ts';
import { hold, isSilent, mayBeOffered, mayGoOn, newRegistration, proven } from './registration.ts';
import type { Arrival, Registration } from './registration.ts';
import { maySpeak } from './visitors.ts';
import { WaitingRoom } from './waiting-room.ts';

/** What an exchange may be given instead of its defaults. */
export interface ExchangeOptions {
  /** The API key that clients must name; PeerJS says `peerjs` unless told otherwise. */
  key?: string;
  /** Registered sockets at most. */
  socketsMax?: number;
  /** Serve this broadcast only: its id is kept for a resident, and nothing is carried but what is for it or from it. */
  broadcastId?: string | undefined;
  /** A new challenge, never the same twice; absent: broadcast ids and doors are given to whoever asks first. */
  makeNonce?: (() => string) | undefined;
  /** Unix time, s: certificates of doors expire by it. */
  unixS?: () => number;
  /** There may be other processes of the same front door: effects `claim` and `pass` ask them. */
  hasNeighbours?: boolean;
  /** The tag that an offer to a broadcast carries, made of that and of whence it comes; absent: offers carry none. */
  tagOf?: ((broadcastId: string, address: string) => string) | undefined;
}

const RESIDENT_TOKEN = '';

/** Broadcast ids whose last holder was replaced: so many are remembered. */
const REPLACED_MAX = 1_000;

/** What `src` and the key order may add to a frame; more growth comes from numbers written out again, such as 1e20. */
const ENVELOPE_CHARS_MAX = 256;

type RelayMessage = Extract<ClientMessage, { kind: 'relay' }>;

/** The state of one server. All times are milliseconds of one monotonic clock. */
export class Exchange {
  readonly #key: string;
  readonly #socketsMax: number;
  readonly #broadcastId: string | undefined;
  readonly #makeNonce: (() => string) | undefined;
  readonly #unixS: () => number;
  readonly #hasNeighbours: boolean;
  readonly #peersById = new Map<string, Registration>();
  readonly #peersByConnection = new Map<ConnectionId, Registration>();
  readonly #tagOf: ExchangeOptions['tagOf'];
  readonly #waiting = new WaitingRoom();
  /** By broadcast id, the token of the holder that gave way: it isn't to take the id back in turn. */
  readonly #replaced = new Map<string, string>();

  constructor({
    key = 'peerjs',
    socketsMax = SOCKETS_MAX,
    broadcastId,
    makeNonce,
    unixS = () => 0,
    hasNeighbours = false,
    tagOf,
  }: ExchangeOptions = {}) {
    this.#key = key;
    this.#socketsMax = socketsMax;
    this.#broadcastId = broadcastId;
    this.#makeNonce = makeNonce;
    this.#unixS = unixS;
    this.#hasNeighbours = hasNeighbours;
    this.#tagOf = tagOf;
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
   * A socket opened with these credentials: OPEN and what waited for it, a CHALLENGE where the id is a broadcast's or its door's, or
   * a refusal and the close.
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
    const isKept = isBroadcastId(id) || broadcastOfDoor(id) !== undefined;
    const nonce = isKept ? this.#makeNonce?.() : undefined;
    if (nonce === undefined && owner && owner.token !== token) return refuse(connection, 'id-taken');
    if (!owner && this.#peersByConnection.size >= this.#socketsMax) return refuse(connection, 'full');
    const peer = newRegistration({ id, token, connection }, nowMs, arrival);
    if (nonce === undefined) return this.#claim(peer);
    this.#peersByConnection.set(connection, { ...peer, nonce });
    return [send(connection, { type: 'CHALLENGE', payload: { nonce } })];
  }

  /** A peer of this very process takes the broadcast's id; it is never silent, since it has no socket to lose. */
  connectResident(connection: ConnectionId): Effect[] {
    const id = this.#broadcastId;
    if (id === undefined) return [];
    return this.#register(newRegistration({ id, token: RESIDENT_TOKEN, connection }, Infinity));
  }

  /** What became of the check that a `verify` effect asked for. */
  proved(connection: ConnectionId, isRight: boolean, nowMs: number): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    if (!peer?.isChecking) return [];
    if (!isRight) return this.#expel(peer, peer.expiryS === undefined ? 'not-proved' : 'not-certified');
    const isFree = peer.expiryS === undefined || hasBetterRight(peer, this.#peersById.get(peer.id));
    return isFree ? this.#claim(proven(peer, nowMs)) : this.#expel(peer, 'id-taken');
  }

  /** Asks the neighbours for the id of a peer that may have it here; meanwhile what it says is kept. */
  #claim(peer: Registration): Effect[] {
    if (!this.#hasNeighbours) return this.#register(peer);
    const { connection, id, token, isProven, expiryS } = peer;
    this.#peersByConnection.set(connection, { ...peer, held: [] });
    return [{ kind: 'claim', connection, id, token, isProven, ...(expiryS !== undefined && { expiryS }) }];
  }

  /** What the neighbours say to a `claim` effect. */
  claimed(connection: ConnectionId, isGranted: boolean, nowMs: number): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    if (!peer?.held) return [];
    const { held, id } = peer;
    // Somebody else may have come here in between.
    const isFree = hasBetterRight(peer, this.#peersById.get(id));
    if (!isGranted || !isFree) return this.#expel(peer, 'id-taken');
    const effects = this.#register({ ...peer, held: undefined });
    return [...effects, ...held.flatMap((text) => this.#read(connection, text, nowMs))];
  }

  /** A neighbour has given the id of this connection to somebody with a better right to it. */
  supersede(connection: ConnectionId): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    return peer ? this.#expel(peer, 'replaced') : [];
  }

  /** Gives a peer its id; the same peer may hold it still on an old path, whose end takes minutes to be noticed. */
  #register(peer: Registration): Effect[] {
    const { id, connection } = peer;
    const effects: Effect[] = [];
    const owner = this.#peersById.get(id);
    if (owner) {
      this.disconnect(owner.connection);
      effects.push({ kind: 'close', connection: owner.connection, reason: 'replaced' });
      if (owner.isProven && owner.token !== peer.token) this.#noteReplaced(owner);
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

  #noteReplaced({ id, token }: Registration): void {
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
    if (peer.held) return hold(peer.held, text) ? [] : this.#expel(peer, 'too-fast');
    return this.#read(connection, text, nowMs);
  }

  #read(connection: ConnectionId, text: string, nowMs: number): Effect[] {
    const peer = this.#peersByConnection.get(connection);
    if (!peer) return [];
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

  #check(peer: Registration, payload: unknown): Effect[] {
    const { nonce, connection, id, host } = peer;
    // Nobody asked, or the first answer is being checked.
    if (nonce === undefined || peer.isChecking) return [];
    const broadcastId = broadcastOfDoor(id);
    if (broadcastId !== undefined) return this.#checkDoor(peer, broadcastId, payload);
    const proof = readProof(payload);
    if (!proof) return this.#expel(peer, 'not-proved');
    peer.isChecking = true;
    const statement = challengeStatement(host, nonce);
    return [{ kind: 'verify', connection, broadcastId: id, label: 'challenge', statement, ...proof }];
  }

  #checkDoor(peer: Registration, broadcastId: string, payload: unknown): Effect[] {
    const shown = readShown(payload);
    if (!shown) return this.#expel(peer, 'not-certified');
    const { expiryS, ...proof } = shown;
    if (expiryS <= this.#unixS()) return this.#expel(peer, 'certificate-expired');
    peer.isChecking = true;
    peer.expiryS = expiryS;
    const statement = doorStatement(peer.id, expiryS);
    return [{ kind: 'verify', connection: peer.connection, broadcastId, label: 'door', statement, ...proof }];
  }

  #relay(peer: Registration, { type, dst, payload }: RelayMessage, nowMs: number): Effect[] {
    const src = peer.id;
    const address = type === 'OFFER' && isBroadcastId(dst) ? peer.visitor?.tag : undefined;
    const tag = address === undefined ? undefined : this.#tagOf?.(dst, address);
    const text = JSON.stringify({ type, src, dst, payload, tag });
    if (text.length > MESSAGE_BYTES_MAX + ENVELOPE_CHARS_MAX) return this.#expel(peer, 'too-large');
    if (this.#broadcastId !== undefined && src !== this.#broadcastId && dst !== this.#broadcastId)
      return this.#expired(src, dst);
    const target = this.#peersById.get(dst);
    if (type === 'OFFER' && target && !mayBeOffered(target, nowMs)) return this.#expired(src, dst);
    if (peer.visitor && !peer.isProven && !maySpeak(peer.visitor, nowMs)) return this.#expired(src, dst);
    const passage = { type, src, dst, text };
    if (target) return [{ kind: 'send', connection: target.connection, text }];
    // What waits already goes first.
    if (this.#hasNeighbours && !this.#waiting.has(dst)) return [{ kind: 'pass', ...passage }];
    return this.unreached(passage, nowMs);
  }

  /** No neighbour has the peer that this message is for: it waits, or comes back to its sender. */
  unreached({ type, src, dst, text }: Passage, nowMs: number): Effect[] {
    const target = this.#peersById.get(dst);
    if (target) return [{ kind: 'send', connection: target.connection, text }];
    if (type === 'LEAVE' || type === 'EXPIRE') return [];
    return this.#waiting.add(dst, { type, src, text }, nowMs) ? [] : this.#expired(src, dst);
  }

  /** A neighbour passes on a message for a peer that is here, or was. */
  deliver({ type, src, dst, text }: Passage, nowMs: number): Effect[] {
    const target = this.#peersById.get(dst);
    const isWelcome = type !== 'OFFER' || (target && mayBeOffered(target, nowMs));
    if (target && isWelcome) return [{ kind: 'send', connection: target.connection, text }];
    return type === 'LEAVE' || type === 'EXPIRE' ? [] : this.#expired(src, dst);
  }

  /** A peer has registered at a neighbour: what waits for it here goes there. */
  arrivedElsewhere(dst: string): Effect[] {
    if (this.#peersById.has(dst)) return [];
    return this.#waiting.take(dst).map((message): Effect => ({ kind: 'pass', dst, ...message }));
  }

  /** Tells `src` that nobody took its message to `dst`. */
  #expired(src: string, dst: string): Effect[] {
    const expiry = expiryOf(src, dst);
    const sender = this.#peersById.get(src);
    if (sender) return [{ kind: 'send', connection: sender.connection, text: expiry.text }];
    return this.#hasNeighbours ? [{ kind: 'pass', ...expiry }] : [];
  }

  #expel(peer: Registration, reason: CloseReason): Effect[] {
    this.disconnect(peer.connection);
    return refuse(peer.connection, reason);
  }
}
