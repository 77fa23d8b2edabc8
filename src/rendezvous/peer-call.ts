// One call: a media connection of PeerJS, between what the other side says by way of the server and what is to be said there.
// One rule: nothing that comes from there makes a connection before the call is answered.

import type { MediaConnection } from 'peerjs';
import { CALL_BROKEN_MS_MAX, EDGE_OPEN_MS_MAX, EDGE_CANDIDATES_MAX } from '../base/limits.ts';
import type { CallEnd, CallEvents, Clock, RendezvousKind, RingingCall, SayAtDoor, Stop } from '../ports.ts';
import { callOver, fingerprintOf, readCallMessage, type CallMessage } from './call-message.ts';
import { wiredPeer, type Frame, type WiredPeer } from './wired-peer.ts';

/** What a call works with. */
export interface PeerCallParts {
  clock: Clock;
  config: RTCConfiguration;
  /** Our own peer id, and that of the other side. */
  id: string;
  peer: string;
  send: (kind: RendezvousKind, payload: object) => void;
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
  readonly fingerprint: string | undefined;
  /** Hears what happens, from the moment at which it is set. */
  events: CallEvents | undefined;
  readonly #parts: PeerCallParts;
  readonly #offer: Offer | undefined;
  /** Candidates that came before the answer. */
  readonly #early: Frame[] = [];
  #candidates = 0;
  #wired: WiredPeer | undefined;
  #connection: MediaConnection | undefined;
  #stream: MediaStream | undefined;
  #isAnswered = false;
  #isConnected = false;
  #isOver = false;
  #stopWaiting: Stop | undefined;
  /** What PeerJS says, in its order: an offer waits for what is said with it. */
  #saying: Promise<void> = Promise.resolve();

  /** With an offer it rings here; else `start` makes the other side ring. */
  constructor(parts: PeerCallParts, offer?: Offer) {
    this.#parts = parts;
    this.#offer = offer;
    this.peer = parts.peer;
    this.said = offer?.said;
    this.fingerprint = offer && fingerprintOf(offer.sdp.sdp ?? '');
  }

  /** As it is named to the other side; undefined before there is a connection to be named. */
  get id(): string | undefined {
    return this.#offer?.id ?? this.#connection?.connectionId;
  }

  /** Calls. */
  start(own: MediaStream, say: SayAtDoor): void {
    if (this.#isOver) return;
    this.#follow(this.#wire(say).peer.call(this.peer, own));
  }

  answer(own: MediaStream | undefined): void {
    if (this.#isOver || this.#wired || !this.#offer) return;
    const { id, sdp } = this.#offer;
    const { peer, hear } = this.#wire();
    this.#wait(EDGE_OPEN_MS_MAX);
    peer.on('call', (connection) => {
      this.#follow(connection);
      connection.answer(own);
    });
    hear(this.#frame('OFFER', { type: 'media', connectionId: id, sdp }));
    for (const frame of this.#early.splice(0)) hear(frame);
  }

  /** The other side speaks. */
  hear(message: CallMessage): void {
    if (message.is === 'over') return this.#finish(message.why);
    const { id: connectionId } = message;
    if (message.is === 'candidate') {
      if (++this.#candidates > EDGE_CANDIDATES_MAX) return;
      const frame = this.#frame('CANDIDATE', { type: 'media', connectionId, candidate: message.candidate });
      if (this.#wired) this.#wired.hear(frame);
      else this.#early.push(frame);
    } else if (message.is === 'answer' && !this.#offer && !this.#isAnswered) {
      this.#isAnswered = true;
      this.#wait(EDGE_OPEN_MS_MAX);
      this.#wired?.hear(this.#frame('ANSWER', { type: 'media', connectionId, sdp: message.sdp }));
    }
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

  #wire(say?: SayAtDoor): WiredPeer {
    const { id, config } = this.#parts;
    this.#wired = wiredPeer(id, config, (frame) => {
      this.#saying = this.#saying.then(() => this.#pass(frame, say)).catch(() => this.#finish('lost'));
    });
    // A description or candidate that the browser refuses: without a path the wait for one ends the call.
    this.#wired.peer.on('error', () => undefined);
    return this.#wired;
  }

  /** What is said with an offer may vouch for the certificate in it, so that it can be said only now. */
  async #pass({ type, payload }: Frame, say: SayAtDoor | undefined): Promise<void> {
    const kind = KINDS[type];
    if (!kind) return;
    const message = readCallMessage(kind, payload);
    const said =
      message?.is === 'offer' &&
      (await say?.({ peer: this.#parts.id, fingerprint: fingerprintOf(message.sdp.sdp ?? '') }));
    if (!this.#isOver) this.#parts.send(kind, said ? { ...payload, metadata: said } : payload);
  }

  #frame(type: string, payload: object): Frame {
    return { type, payload, src: this.peer };
  }

  #follow(connection: MediaConnection): void {
    this.#connection = connection;
    let why: CallEnd = 'left';
    connection.on('stream', (stream) => (this.#stream ??= stream));
    connection.on('error', () => (why = 'lost'));
    connection.on('close', () => this.#finish(why));
    connection.on('iceStateChanged', (state) => this.#note(state));
  }

  #note(state: RTCIceConnectionState): void {
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
    this.#wired?.peer.destroy();
    this.#parts.over();
  }
}
