// One call: a media connection of PeerJS, between what the other side says by way of the server and what is to be said there.
// One rule: nothing that comes from there makes a connection before the call is answered.

import type { MediaConnection as Connection, Peer as PeerClass } from 'peerjs';
import { CALL_BROKEN_MS_MAX, CALL_CONNECT_MS_MAX, EDGE_CANDIDATES_MAX } from '../base/limits.ts';
import type { CallEnd, CallEvents, Clock, RendezvousKind, RingingCall, Stop } from '../ports.ts';
import { callOver, type CallMessage } from './call-message.ts';
import { MediaConnection } from './peerjs-library.ts';

/** What a call works with. */
export interface PeerCallParts {
  clock: Clock;
  config: RTCConfiguration;
  /** Peer id of the other side. */
  peer: string;
  send(kind: RendezvousKind, payload: object): void;
  /** Nothing more comes of it. */
  over(): void;
}

type Offer = Extract<CallMessage, { is: 'offer' }>;

const KINDS: Readonly<Record<string, RendezvousKind>> = {
  OFFER: 'offer',
  ANSWER: 'answer',
  CANDIDATE: 'candidate',
};

export class PeerCall implements RingingCall {
  readonly peer: string;
  readonly said: unknown;
  /** Hears what happens, from the moment at which it is set. */
  events: CallEvents | undefined;
  readonly #parts: PeerCallParts;
  readonly #offer: Offer | undefined;
  /** Candidates that came before the answer, as PeerJS keeps them. */
  readonly #early: object[] = [];
  #candidates = 0;
  #connection: Connection | undefined;
  #stream: MediaStream | undefined;
  #isConnected = false;
  #isOver = false;
  #stopWaiting: Stop | undefined;

  /** With an offer it rings here; else `start` makes the other side ring. */
  constructor(parts: PeerCallParts, offer?: Offer) {
    this.#parts = parts;
    this.#offer = offer;
    this.peer = parts.peer;
    this.said = offer?.said;
  }

  /** As it is named to the other side; undefined before there is a connection to be named. */
  get id(): string | undefined {
    return this.#offer?.id ?? this.#connection?.connectionId;
  }

  /** Calls. */
  start(own: MediaStream, said: object): void {
    if (!this.#isOver) this.#connect({ _stream: own, metadata: said });
  }

  answer(own: MediaStream | undefined): void {
    if (this.#isOver || this.#connection || !this.#offer) return;
    const { id, sdp } = this.#offer;
    this.#wait(CALL_CONNECT_MS_MAX);
    this.#connect({ connectionId: id, _payload: { sdp } }).answer(own);
  }

  /** The other side speaks. */
  hear(message: CallMessage): void {
    if (message.is === 'over') return this.#finish(message.why);
    if (message.is === 'candidate' && ++this.#candidates > EDGE_CANDIDATES_MAX) return;
    const heard =
      message.is === 'candidate'
        ? { type: 'CANDIDATE', payload: { candidate: message.candidate } }
        : { type: 'ANSWER', payload: { sdp: message.sdp } };
    if (message.is === 'offer' || (message.is === 'answer' && this.#offer)) return;
    if (message.is === 'answer') this.#wait(CALL_CONNECT_MS_MAX);
    if (this.#connection?.peerConnection) this.#connection.handleMessage(heard as never);
    else this.#early.push(heard);
  }

  /** The server says that nobody is there. */
  miss(): void {
    if (!this.#isConnected) this.#finish('absent');
  }

  sendTrack(track: MediaStreamTrack): void {
    const senders = this.#connection?.peerConnection.getSenders() ?? [];
    const sender = senders.find((one) => one.track?.kind === track.kind);
    // Refused only when the call has just ended.
    sender?.replaceTrack(track).catch(() => undefined);
  }

  end(why: CallEnd): void {
    if (this.#isOver) return;
    if (this.id !== undefined) this.#parts.send('candidate', callOver(this.id, why));
    this.#close();
  }

  #connect(options: object): Connection {
    const connection = new MediaConnection(this.peer, this.#provider() as unknown as PeerClass, options);
    this.#connection = connection;
    let broken: CallEnd = 'left';
    connection.on('stream', (stream) => (this.#stream ??= stream));
    connection.on('error', () => (broken = 'lost'));
    connection.on('close', () => this.#finish(broken));
    connection.on('iceStateChanged', (state) => this.#follow(state));
    return connection;
  }

  /** All that a media connection asks of its Peer. */
  #provider(): object {
    return {
      options: { config: this.#parts.config },
      socket: {
        send: ({ type, payload }: { type: string; payload: object }) => {
          const kind = KINDS[type];
          if (kind && !this.#isOver) this.#parts.send(kind, payload);
        },
      },
      getConnection: () => this.#connection,
      _getMessages: () => this.#early.splice(0),
      _removeConnection: () => undefined,
      // A description or candidate that the browser refuses: without a path the wait for one ends it.
      emitError: () => undefined,
    };
  }

  #follow(state: RTCIceConnectionState): void {
    if (this.#isOver) return;
    if (state === 'disconnected') this.#wait(CALL_BROKEN_MS_MAX);
    if (state !== 'connected' && state !== 'completed') return;
    this.#stopWaiting?.();
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.events?.connected(this.#stream);
  }

  #wait(delayMs: number): void {
    this.#stopWaiting?.();
    this.#stopWaiting = this.#parts.clock.after(delayMs, () => this.#finish('lost'));
  }

  #finish(why: CallEnd): void {
    if (this.#isOver) return;
    this.#close();
    this.events?.ended(why);
  }

  #close(): void {
    this.#isOver = true;
    this.#stopWaiting?.();
    this.#connection?.close();
    this.#parts.over();
  }
}
