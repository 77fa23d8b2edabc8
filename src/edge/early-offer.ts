// The offer of a first edge, made before simple-peer is here to make it: the first connection of a page takes a browser
// some 50 ms, and the rest of the code arrives meanwhile. One rule: whoever takes it over hears everything from the start.

import type { EdgeSignal } from '../ports.ts';
import { CONTROL_CHANNEL, MEDIA_CHANNEL } from './channels.ts';
import { DescriptionHold } from './description-hold.ts';
import { candidateSignal, descriptionOf } from './own-signal.ts';

/** A connection that offers itself. */
export interface EarlyOffer {
  readonly connection: RTCPeerConnection;
  readonly media: RTCDataChannel;
  readonly control: RTCDataChannel;
  /** Settles once the connection has its description. */
  readonly described: Promise<void>;
  /** Settles once the offer was signalled. */
  readonly offered: Promise<void>;
  /** Tells `next` what was signalled so far, in a later turn, and all that comes after it. */
  follow(next: (signal: EdgeSignal) => void): void;
}

const timers = {
  after(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Makes an offer, and candidates as soon as it is known which STUN and TURN servers to ask. `signal` hears what is to be
 * carried to the other peer. With the policy 'relay' there are candidates of TURN servers only. Throws where the browser gives no connection.
 */
export function offerEarly(
  iceServers: Promise<RTCIceServer[]>,
  signal: (signal: EdgeSignal) => void,
  iceTransportPolicy: RTCIceTransportPolicy = 'all',
): EarlyOffer {
  const connection = new RTCPeerConnection();
  const media = connection.createDataChannel('media', MEDIA_CHANNEL);
  const control = connection.createDataChannel('control', CONTROL_CHANNEL);
  const listeners = [signal];
  const signals: EdgeSignal[] = [];
  let resolveOffered: () => void;
  const offered = new Promise<void>((resolve) => (resolveOffered = resolve));
  // Made while it is being found out which servers to ask; it says nothing of them.
  const made = connection.createOffer();
  const describe = async () => {
    const servers = await iceServers;
    connection.setConfiguration({ iceServers: servers, iceTransportPolicy });
    const hold = new DescriptionHold((own) => {
      signals.push(own);
      for (const tell of listeners) tell(own);
      resolveOffered();
    }, timers);
    connection.addEventListener('icecandidate', ({ candidate }) => {
      const own = candidateSignal(candidate);
      if (own) hold.candidate(own);
    });
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') hold.gathered();
    });
    connection.addEventListener('signalingstatechange', () => {
      if (connection.signalingState === 'closed') hold.stop();
    });
    await connection.setLocalDescription(await made);
    hold.describe(() => descriptionOf(connection));
  };
  const described = describe();
  // A connection that fails tells its edge.
  for (const step of [made, described]) step.catch(() => undefined);
  return {
    connection,
    media,
    control,
    described,
    offered,
    follow(next) {
      queueMicrotask(() => {
        for (const own of signals) next(own);
        listeners.push(next);
      });
    },
  };
}
