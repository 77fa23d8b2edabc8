// The WebSocket side of the exchange: numbers the sockets, hands frames in, carries effects out.
// One rule: it decides nothing. Every socket has an error listener before anything else can happen to it.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData } from 'ws';
import { nodeVerifier } from '../identity/node-verifier.ts';
import { addressTag, dialledHost } from './client-address.ts';
import type { CloseReason, ConnectionId, Effect } from './effect.ts';
import { Exchange } from './exchange.ts';
import {
  BACKLOG_BYTES_MAX,
  CHALLENGE_BYTES,
  CLOSE_MS_MAX,
  DRAIN_MS_MAX,
  DRAIN_SOCKETS_PER_SECOND,
  DRAIN_WAVE_MS,
  MESSAGE_BYTES_MAX,
  PING_INTERVAL_MS,
  REFUSALS_LOG_MS,
  TICK_INTERVAL_MS,
} from './limits.ts';
import type { Log } from './log.ts';
import type { Credentials } from './message.ts';
import { Metrics } from './metrics.ts';
import type { Neighbours } from './neighbours.ts';
import { isOriginAllowed } from './origins.ts';
import type { AllowedOrigins } from './origins.ts';
import { Passing } from './passing.ts';
import { Refusals } from './refusals.ts';
import type { Arrival } from './registration.ts';
import { Tags } from './tags.ts';
import { readTarget } from './target.ts';
import { Visitors, type Visitor } from './visitors.ts';

const SIGNALING_PATHS: ReadonlySet<string> = new Set(['/peerjs', '/peerjs/peerjs']);

// RFC 6455, section 7.4.1.
const CLOSE_NORMAL = 1000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_UNSUPPORTED_DATA = 1003;
const CLOSE_POLICY_VIOLATION = 1008;
const CLOSE_TOO_BIG = 1009;
const CLOSE_TRY_AGAIN_LATER = 1013;

/** What the signaling may be given instead of its defaults. */
export interface SignalingOptions {
  /** The API key that clients must name. */
  key?: string;
  allowedOrigins?: AllowedOrigins;
  /** Reverse proxies of our own that stand in front. */
  proxies?: number | undefined;
  /** Registered sockets at most. */
  socketsMax?: number;
  /** Serve this broadcast only; its id is for whoever calls `enter`. */
  broadcastId?: string | undefined;
  /** Other processes of the same front door. */
  neighbours?: Neighbours | undefined;
  /** Where events go that the operator may want to know; without it nowhere. */
  log?: Log | undefined;
}

/** A peer of this very process, which holds the broadcast's id until it leaves. */
export interface Resident {
  /** Says a frame, as a client would. */
  speak(text: string): void;
  leave(): void;
}

/** Rendezvous over WebSockets for one HTTP server. */
export class Signaling {
  readonly #exchange: Exchange;
  readonly #allowedOrigins: AllowedOrigins;
  readonly #proxies: number;
  readonly #log: Log;
  readonly #neighbours: Neighbours | undefined;
  readonly #passing = new Passing(
    async (passage) => (await this.#neighbours?.pass(passage)) === true,
    (passage) => this.#carryOut(this.#exchange.unreached(passage, performance.now())),
  );
  readonly #tags = new Tags();
  readonly #refusals = new Refusals();
  readonly #visitors = new Visitors();
  readonly metrics = new Metrics(() => ({
    ...this.#exchange.load,
    addresses: this.#visitors.size,
    isAlone: this.#neighbours?.isReachable !== true,
  }));
  readonly #sockets = new Map<ConnectionId, WebSocket>();
  readonly #residents = new Map<ConnectionId, (text: string) => void>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #timers: NodeJS.Timeout[];
  #connectionCount = 0;
  #isStopping = false;

  constructor({
    allowedOrigins = [],
    proxies = 0,
    log = () => undefined,
    neighbours,
    ...exchangeOptions
  }: SignalingOptions = {}) {
    const makeNonce = (): string => randomBytes(CHALLENGE_BYTES).toString('base64url');
    const hasNeighbours = neighbours !== undefined;
    const tagOf = (broadcastId: string, address: string): string => this.#tags.of(broadcastId, address);
    const unixS = (): number => Date.now() / 1000;
    this.#exchange = new Exchange({ ...exchangeOptions, makeNonce, unixS, hasNeighbours, tagOf });
    this.#neighbours = neighbours;
    this.#allowedOrigins = allowedOrigins;
    this.#proxies = proxies;
    this.#log = log;
    this.#timers = [
      setInterval(() => this.#carryOut(this.#exchange.tick(performance.now())), TICK_INTERVAL_MS).unref(),
      setInterval(() => this.#ping(), PING_INTERVAL_MS).unref(),
      setInterval(() => this.#logRefusals(), REFUSALS_LOG_MS).unref(),
    ];
  }

  /** Looks for the other processes of the front door; resolves when they are found, or aren't there for now. */
  async start(): Promise<void> {
    await this.#neighbours?.start(this.#tags, {
      delivered: (passage) => this.#carryOut(this.#exchange.deliver(passage, performance.now())),
      superseded: (connection) => this.#carryOut(this.#exchange.supersede(connection)),
      arrived: (id) => {
        this.#passing.arrived(id);
        this.#carryOut(this.#exchange.arrivedElsewhere(id));
      },
    });
  }

  /** Whether `id` is held by a connected peer. */
  has(id: string): boolean {
    return this.#exchange.has(id);
  }

  /** Takes the broadcast's id; `receive` hears each frame of the server, in a later turn. */
  enter(receive: (text: string) => void): Resident {
    const connection = ++this.#connectionCount;
    this.#residents.set(connection, receive);
    this.#carryOut(this.#exchange.connectResident(connection));
    return {
      speak: (text) => this.#carryOut(this.#exchange.receive(connection, text, performance.now())),
      leave: () => {
        this.#residents.delete(connection);
        this.#exchange.disconnect(connection);
      },
    };
  }

  /** Takes an upgrade to `/peerjs`; false when the request is for somebody else, who then owns the socket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const target = readTarget(request.url);
    if (!target || !SIGNALING_PATHS.has(target.pathname)) return false;
    socket.on('error', destroyIt);
    const refuse = (status: string, outcome: 'crowded' | 'forbidden' | 'stopping'): true => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
      this.metrics.arrived(outcome);
      this.#refusals.note(outcome);
      return true;
    };
    if (this.#isStopping) return refuse('503 Service Unavailable', 'stopping');
    if (!isOriginAllowed(request, this.#allowedOrigins)) return refuse('403 Forbidden', 'forbidden');
    const visitor = this.#visitors.arrive(addressTag(request, this.#proxies), performance.now());
    if (!visitor) return refuse('429 Too Many Requests', 'crowded');
    this.#seeOff(socket, visitor);
    const arrival = { visitor, host: dialledHost(request, this.#proxies) };
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.metrics.arrived('accepted');
      this.#accept(webSocket, readCredentials(target.searchParams), arrival);
    });
    return true;
  }

  /**
   * Takes nobody any more, and sends those who are here elsewhere with a close frame, in waves, so that they don't come to the
   * next server in one moment. Those who still wait for their wave are served. Resolves when all are gone.
   */
  async close(): Promise<void> {
    this.#isStopping = true;
    const waves = Math.ceil(DRAIN_MS_MAX / DRAIN_WAVE_MS);
    const here = [...this.#sockets.values()];
    const size = Math.max((DRAIN_SOCKETS_PER_SECOND * DRAIN_WAVE_MS) / 1000, Math.ceil(here.length / waves));
    const closings: Promise<void>[] = [];
    for (let from = 0; from < here.length; from += size) {
      if (from > 0) await wait(DRAIN_WAVE_MS);
      for (const socket of here.slice(from, from + size)) {
        if (socket.readyState === WebSocket.CLOSED) continue;
        closings.push(new Promise((resolve) => socket.once('close', () => resolve())));
        closeSoon(socket, CLOSE_GOING_AWAY, 'stopping');
      }
    }
    await Promise.all(closings);
    for (const timer of this.#timers) clearInterval(timer);
    this.#logRefusals();
    await this.#neighbours?.close();
  }

  /** Apart from `handleUpgrade`, since what is remembered here as long as the socket would remember its request as well. */
  #seeOff(socket: Duplex, visitor: Visitor): void {
    socket.on('close', () => this.#visitors.leave(visitor));
  }

  #accept(socket: WebSocket, credentials: Credentials, arrival: Arrival): void {
    const connection = ++this.#connectionCount;
    // ws closes a socket by itself after a malformed frame; without a listener the error would end the process.
    socket.on('error', ignore);
    this.#sockets.set(connection, socket);
    socket.on('close', () => {
      this.#sockets.delete(connection);
      this.#neighbours?.release(connection);
      this.#exchange.disconnect(connection);
    });
    socket.on('pong', () => this.#exchange.heard(connection, performance.now()));
    socket.on('message', (data, isBinary) => this.#receive(connection, socket, data, isBinary));
    this.#carryOut(this.#exchange.connect(connection, credentials, performance.now(), arrival));
  }

  #receive(connection: ConnectionId, socket: WebSocket, data: RawData, isBinary: boolean): void {
    this.metrics.framed('in');
    if (isBinary) {
      this.#exchange.disconnect(connection);
      closeSoon(socket, CLOSE_UNSUPPORTED_DATA, 'binary');
      return;
    }
    // With the default binaryType a message is one Buffer, and ws has checked its UTF-8.
    this.#carryOut(this.#exchange.receive(connection, (data as Buffer).toString('utf8'), performance.now()));
  }

  #carryOut(effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'verify') void this.#verify(effect);
      else if (effect.kind === 'claim') void this.#claim(effect);
      else if (effect.kind === 'pass') this.#passing.add(effect);
      else if (effect.kind === 'close') this.#shut(effect.connection, effect.reason);
      else this.#say(effect.connection, effect.text);
    }
  }

  #say(connection: ConnectionId, text: string): void {
    const resident = this.#residents.get(connection);
    if (resident) queueMicrotask(() => resident(text));
    const socket = this.#sockets.get(connection);
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > BACKLOG_BYTES_MAX) return;
    this.metrics.framed('out');
    socket.send(text, { binary: false });
  }

  #shut(connection: ConnectionId, reason: CloseReason): void {
    const socket = this.#sockets.get(connection);
    if (!socket) return;
    this.#neighbours?.release(connection);
    this.metrics.closed(reason);
    this.#refusals.note(reason);
    closeSoon(socket, closeCode(reason), reason);
  }

  async #verify(effect: Extract<Effect, { kind: 'verify' }>): Promise<void> {
    const { connection, broadcastId, label, publicKey, statement, signature } = effect;
    const isRight =
      (await nodeVerifier.broadcastIdOf(publicKey)) === broadcastId &&
      (await nodeVerifier.verify(label, publicKey, statement, signature));
    this.#carryOut(this.#exchange.proved(connection, isRight, performance.now()));
  }

  async #claim({ connection, ...claim }: Extract<Effect, { kind: 'claim' }>): Promise<void> {
    const isGranted = (await this.#neighbours?.claim(connection, claim)) !== false;
    this.#carryOut(this.#exchange.claimed(connection, isGranted, performance.now()));
  }

  #logRefusals(): void {
    const counts = this.#refusals.take();
    if (counts) this.#log('refused', counts);
  }

  #ping(): void {
    for (const socket of this.#sockets.values()) if (socket.readyState === socket.OPEN) socket.ping();
  }
}

function destroyIt(this: Duplex): void {
  this.destroy();
}

function ignore(): void {
  // The socket closes by itself.
}

function readCredentials(query: URLSearchParams): Credentials {
  return { key: query.get('key') ?? '', id: query.get('id') ?? '', token: query.get('token') ?? '' };
}

function closeCode(reason: CloseReason): number {
  switch (reason) {
    case 'left':
      return CLOSE_NORMAL;
    case 'full':
      return CLOSE_TRY_AGAIN_LATER;
    case 'too-large':
      return CLOSE_TOO_BIG;
    default:
      return CLOSE_POLICY_VIOLATION;
  }
}

/** Closes with a close frame, and cuts the line when the other side does not answer it. */
function closeSoon(socket: WebSocket, code: number, reason: string): void {
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS_MAX).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.close(code, reason);
}
