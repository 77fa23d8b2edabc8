// Edges on simple-peer: it negotiates, watches ICE and cleans up; this file owns the two channels.
// The other peer is a stranger: whatever it does wrong closes its edge, and nothing it sends is thrown.

import Peer from 'simple-peer';
import { assert } from '../base/assert.ts';
import type { Bytes } from '../base/bytes.ts';
import {
  CHANNEL_BUFFERED_BYTES_LOW,
  EARLY_MESSAGES_MAX,
  EDGE_CANDIDATES_MAX,
  EDGE_OPEN_MS_MAX,
  MESSAGE_BYTES_MAX,
} from '../base/limits.ts';
import type { Clock, Edge, EdgeEvents, EdgeMaker, EdgeSignal, Stop } from '../ports.ts';
import { CONTROL_CHANNEL, MEDIA_CHANNEL } from './channels.ts';
import { DescriptionHold } from './description-hold.ts';
import type { EarlyOffer } from './early-offer.ts';
import { readSignal } from './edge-signal.ts';
import { candidateSignal, descriptionOf } from './own-signal.ts';

/** A WebRTC implementation, where the platform has none of its own. */
export interface Wrtc {
  RTCPeerConnection: typeof RTCPeerConnection;
  RTCSessionDescription: typeof RTCSessionDescription;
  RTCIceCandidate: typeof RTCIceCandidate;
}

type Delay = Pick<Clock, 'after'>;
type PeerOptions = Peer.Options & { wrtc?: Wrtc };
/** What simple-peer holds and its types leave out; absent when the browser refused another connection. */
type PeerParts = Peer.Instance & {
  _pc?: RTCPeerConnection | null;
  _channel?: RTCDataChannel | null;
  _iceCompleteTimer?: ReturnType<typeof setTimeout> | null;
};

/** From the end of the channels to that of the connection, ms: a busy page tells of an opened channel within that time. */
const END_MS = 200;

const ownTimers: Delay = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Opens edges that may use these STUN and TURN servers, and no others. `wrtc` is needed where the platform has no
 * WebRTC. With a `clock` the deadlines keep their pace in hidden tabs. The first offer is the `early` one, if there is one. With
 * the policy 'relay' nobody learns our address but the TURN servers.
 */
export function openEdges(
  iceServers: RTCIceServer[],
  wrtc?: Wrtc,
  clock: Delay = ownTimers,
  early?: EarlyOffer,
  iceTransportPolicy: RTCIceTransportPolicy = 'all',
): EdgeMaker {
  const open = (initiator: boolean, events: EdgeEvents, made?: EarlyOffer) => {
    const api = made ? takenOver(made) : wrtc;
    const options = {
      initiator,
      config: { iceServers, iceTransportPolicy },
      channelConfig: MEDIA_CHANNEL,
      trickle: true,
    };
    return new PeerEdge(events, clock, { ...options, ...(api && { wrtc: api }) }, made);
  };
  let unused = early;
  return {
    offer: (events) => {
      const made = unused;
      unused = undefined;
      return open(true, events, made);
    },
    answer: (events) => open(false, events),
  };
}

/** A WebRTC that gives simple-peer the connection which is there already, with its channel, its offer and the answer that it was given. */
function takenOver(early: EarlyOffer): Wrtc {
  const { connection, media, described } = early;
  // Without the overload of old that takes callbacks.
  const { setRemoteDescription } = connection as {
    setRemoteDescription: (description: RTCSessionDescriptionInit) => Promise<void>;
  };
  Object.assign(connection, {
    createDataChannel: () => media,
    createOffer: () => described.then(() => ({ ...descriptionOf(connection) })),
    setLocalDescription: () => Promise.resolve(),
    setRemoteDescription: async (description: RTCSessionDescriptionInit) =>
      early.answer?.sdp === description.sdp
        ? early.answer?.taken
        : setRemoteDescription.call(connection, description),
  });
  const Taken = function () {
    return connection;
  };
  return {
    RTCPeerConnection: Taken as unknown as typeof RTCPeerConnection,
    RTCSessionDescription,
    RTCIceCandidate,
  };
}

class PeerEdge implements Edge {
  readonly #events: EdgeEvents;
  readonly #peer: PeerParts | undefined;
  readonly #pc: RTCPeerConnection | undefined;
  readonly #media: RTCDataChannel | undefined;
  readonly #control: RTCDataChannel | undefined;
  readonly #stops: Stop[] = [];
  readonly #clock: Delay;
  readonly #isOfferer: boolean;
  readonly #made: EarlyOffer | undefined;
  #hold: DescriptionHold | undefined;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #early: (() => void)[] = [];
  #remoteSdp = '';
  #remoteCandidates = 0;

  constructor(events: EdgeEvents, clock: Delay, options: PeerOptions, early?: EarlyOffer) {
    this.#events = events;
    this.#clock = clock;
    this.#isOfferer = options.initiator === true;
    this.#made = early;
    this.#stops.push(clock.after(EDGE_OPEN_MS_MAX, () => this.#state === 'opening' && this.close()));
    try {
      this.#peer = new Peer(options);
      this.#peer.on('error', () => this.close());
      this.#peer.on('close', () => this.close());
      this.#pc = this.#peer._pc ?? undefined;
      this.#media = this.#peer._channel ?? undefined;
      // Before the description is made, so that it counts for both channels.
      this.#control = early?.control ?? this.#pc?.createDataChannel('control', CONTROL_CHANNEL);
    } catch {
      // The browser has no connection left to give.
    }
    if (!this.#peer || !this.#pc || !this.#media || !this.#control) {
      this.close();
      return;
    }
    this.#listen(this.#peer, this.#pc);
    // What was said is told before what came of it.
    if (early) early.follow((signal) => this.#state !== 'closed' && this.#events.signal(signal));
    else if (this.#isOfferer) this.#startHold();
    this.#carry(this.#media, (bytes) => this.#events.media(bytes), early);
    this.#carry(this.#control, (bytes) => this.#events.control(bytes), early);
    this.#media.bufferedAmountLowThreshold = CHANNEL_BUFFERED_BYTES_LOW;
    this.#media.onbufferedamountlow = () => this.#state === 'open' && this.#events.drained();
  }

  get mediaBufferedBytes(): number {
    return this.#media?.bufferedAmount ?? 0;
  }

  signal(value: EdgeSignal): void {
    if (this.#state === 'closed') return;
    const signal = readSignal(value);
    if (signal === undefined || !this.#isExpected(signal)) {
      this.close();
      return;
    }
    if (signal.type !== 'candidate') {
      // Whoever isn't sure that a description arrived may send it again.
      if (signal.sdp === this.#remoteSdp) return;
      this.#remoteSdp = signal.sdp;
      // An early one may have been open for a while.
      queueMicrotask(() => this.#openIfReady());
    }
    if (signal.type === 'offer') this.#startHold();
    // An answer may be here before the page was painted, and our description with it.
    if (this.#made) this.#made.described.then(() => this.#take(signal)).catch(() => this.close());
    else this.#take(signal);
  }

  #take(signal: EdgeSignal): void {
    if (this.#state === 'closed') return;
    try {
      this.#peer?.signal(signal.type === 'candidate' ? candidateData(signal) : signal);
    } catch {
      this.close();
    }
  }

  sendMedia(bytes: Bytes): boolean {
    return this.#send(this.#media, bytes);
  }

  sendControl(bytes: Bytes): boolean {
    return this.#send(this.#control, bytes);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#early = [];
    this.#hold?.stop();
    for (const stop of this.#stops) stop();
    release(this.#media);
    release(this.#control);
    if (this.#pc) this.#pc.ondatachannel = null;
    // The other side learns of it by the channels. The connection itself ends later: Chromium never frees one that is
    // closed while its channels are still being told that they opened.
    this.#clock.after(END_MS, () => {
      // The only timer that simple-peer leaves running.
      clearTimeout(this.#peer?._iceCompleteTimer ?? undefined);
      this.#peer?.destroy();
    });
    // Later, so that nobody is told of a closed edge while still opening it or in the middle of sending.
    queueMicrotask(() => this.#events.closed());
  }

  #isExpected(signal: EdgeSignal): boolean {
    if (signal.type === 'candidate') return ++this.#remoteCandidates <= EDGE_CANDIDATES_MAX;
    if (signal.type !== (this.#isOfferer ? 'answer' : 'offer')) return false;
    // The connection may be there already: it leads to whoever said that.
    if (this.#made?.answer && this.#made.answer.sdp !== signal.sdp) return false;
    return this.#remoteSdp === '' || this.#remoteSdp === signal.sdp;
  }

  #startHold(): void {
    this.#hold = new DescriptionHold((signal) => this.#events.signal(signal), this.#clock);
  }

  #listen(peer: PeerParts, pc: RTCPeerConnection): void {
    peer.on('signal', (data) => {
      if (this.#state === 'closed') return;
      if (data.type === 'offer' || data.type === 'answer') this.#hold?.describe(() => descriptionOf(pc));
      // In Node everything may be gathered before there is an answer to hold back.
      if (data.type === 'answer' && pc.iceGatheringState === 'complete') this.#hold?.gathered();
      if (data.type !== 'candidate') return;
      const candidate = candidateSignal(data.candidate);
      if (candidate) this.#hold?.candidate(candidate);
    });
    peer.on('iceStateChange', () => {
      if (this.#state !== 'closed' && pc.iceGatheringState === 'complete') this.#hold?.gathered();
    });
    // Both channels are agreed on: a third one is no business of an edge.
    pc.ondatachannel = () => this.close();
  }

  #carry(channel: RTCDataChannel, deliver: (bytes: Bytes) => void, early?: EarlyOffer): void {
    channel.binaryType = 'arraybuffer';
    const receive = ({ data }: MessageEvent<unknown>): void => {
      if (this.#state === 'closed') return;
      if (!(data instanceof ArrayBuffer) || data.byteLength > MESSAGE_BYTES_MAX) {
        this.close();
        return;
      }
      const bytes = new Uint8Array(data);
      this.#openIfReady();
      if (this.#isOpen()) deliver(bytes);
      else if (this.#early.push(() => deliver(bytes)) > EARLY_MESSAGES_MAX) this.close();
    };
    const before = early?.takeMessages(channel) ?? [];
    // In place of simple-peer's own, which would copy each message into a stream and lose its kind.
    channel.onmessage = receive;
    // Whoever opens this edge knows of it first.
    if (before.length > 0) queueMicrotask(() => before.forEach(receive));
    channel.addEventListener('open', () => this.#openIfReady());
    channel.addEventListener('close', () => this.close());
  }

  #openIfReady(): void {
    // Nobody is told that an edge is open before it was told of the answer.
    if (this.#state !== 'opening' || this.#remoteSdp === '') return;
    if (this.#media?.readyState !== 'open' || this.#control?.readyState !== 'open') return;
    this.#state = 'open';
    const early = this.#early;
    this.#early = [];
    this.#events.opened();
    for (const deliver of early) if (this.#isOpen()) deliver();
  }

  #isOpen(): boolean {
    return this.#state === 'open';
  }

  #send(channel: RTCDataChannel | undefined, bytes: Bytes): boolean {
    assert(bytes.length <= MESSAGE_BYTES_MAX, 'a message fits one data-channel message');
    if (this.#state !== 'open' || channel?.readyState !== 'open') return false;
    try {
      channel.send(bytes);
      return true;
    } catch {
      // The buffer is full beyond all measure, or the other side takes no messages of this size.
      this.close();
      return false;
    }
  }
}

function candidateData({
  candidate,
  sdpMid,
  sdpMLineIndex,
}: Extract<EdgeSignal, { type: 'candidate' }>): Peer.SignalData {
  return { type: 'candidate', candidate: { candidate, sdpMid, sdpMLineIndex } as RTCIceCandidate };
}

function release(channel: RTCDataChannel | undefined): void {
  if (!channel) return;
  channel.onmessage = null;
  channel.onbufferedamountlow = null;
  channel.close();
}
