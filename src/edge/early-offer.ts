// The first edge's connection, offered and connected before simple-peer is here to do it: a browser takes its time for both, and the rest
// of the code arrives meanwhile. One rule: whoever takes it over hears everything from the start.

import { EARLY_MESSAGES_MAX } from '../base/limits.ts';
import type { EdgeSignal } from '../ports.ts';
import { CONTROL_CHANNEL, MEDIA_CHANNEL } from './channels.ts';
import { candidateSignal } from './own-signal.ts';

/** A connection that offers itself. */
export interface EarlyOffer {
  readonly connection: RTCPeerConnection;
  readonly media: RTCDataChannel;
  readonly control: RTCDataChannel;
  /** Settles once the connection has its description: until then it takes no answer. */
  readonly described: Promise<void>;
  /** The answer that it was given; undefined as long as there is none. */
  readonly answer: EarlyAnswer | undefined;
  /** Connects to whoever says this; only the first answer counts. */
  connect(sdp: string): void;
  /** Ends the wait for messages of this channel, and gives those that came so far. */
  takeMessages(channel: RTCDataChannel): MessageEvent[];
  /** Tells `next` what was signalled so far, in a later turn, and all that comes after it. */
  follow(next: (signal: EdgeSignal) => void): void;
}

/** An answer that was given to the connection. */
export interface EarlyAnswer {
  readonly sdp: string;
  /** Settles once the connection has it. */
  readonly taken: Promise<void>;
}

/**
 * Makes an offer and signals it at once: it names no address. Candidates are gathered, and follow one by one, as soon as it is known which STUN
 * and TURN servers to ask. `signal` hears what is to be carried to the other peer. With the policy 'relay' there are candidates of
 * TURN servers only. Throws where the browser gives no connection.
 */
export function offerEarly(
  iceServers: Promise<RTCIceServer[]>,
  signal: (signal: EdgeSignal) => void,
  iceTransportPolicy: RTCIceTransportPolicy = 'all',
): EarlyOffer {
  const connection = new RTCPeerConnection();
  const media = connection.createDataChannel('media', MEDIA_CHANNEL);
  const control = connection.createDataChannel('control', CONTROL_CHANNEL);
  const messages = new Map<RTCDataChannel, MessageEvent[]>();
  for (const channel of [media, control]) {
    const kept: MessageEvent[] = [];
    messages.set(channel, kept);
    channel.binaryType = 'arraybuffer';
    channel.onmessage = (event) => {
      if (kept.length < EARLY_MESSAGES_MAX) kept.push(event);
    };
  }
  let answer: EarlyAnswer | undefined;
  const listeners = [signal];
  const signals: EdgeSignal[] = [];
  const tell = (own: EdgeSignal): void => {
    signals.push(own);
    for (const hear of listeners) hear(own);
  };
  connection.addEventListener('icecandidate', ({ candidate }) => {
    const own = candidateSignal(candidate);
    if (own) tell(own);
  });
  const made = connection.createOffer().then((offer) => {
    tell({ type: 'offer', sdp: offer.sdp ?? '' });
    return offer;
  });
  const describe = async (): Promise<void> => {
    const servers = await iceServers;
    connection.setConfiguration({ iceServers: servers, iceTransportPolicy });
    await connection.setLocalDescription(await made);
  };
  const described = describe();
  // A connection that fails tells its edge.
  for (const step of [made, described]) step.catch(() => undefined);
  return {
    connection,
    media,
    control,
    described,
    get answer() {
      return answer;
    },
    connect(sdp) {
      if (answer) return;
      const taken = described.then(() => connection.setRemoteDescription({ type: 'answer', sdp }));
      taken.catch(() => undefined);
      answer = { sdp, taken };
    },
    takeMessages(channel) {
      channel.onmessage = null;
      return messages.get(channel) ?? [];
    },
    follow(next) {
      queueMicrotask(() => {
        for (const own of signals) next(own);
        listeners.push(next);
      });
    },
  };
}
