// WebRTC for Node: libdatachannel behind the W3C interface, adjusted to what simple-peer expects of a browser.
// Only data channels; who uses it must call `releaseWrtc` before the process ends, since its threads outlive JavaScript.

import { cleanup, PeerConnection } from 'node-datachannel';
import {
  RTCIceCandidate as NodeIceCandidate,
  RTCPeerConnection as NodePeerConnection,
  RTCSessionDescription as NodeSessionDescription,
} from 'node-datachannel/polyfill';
import type { Wrtc } from './edges.ts';

/** A connection as simple-peer expects it: descriptions are made when they are asked for and may be assigned to, channels
 * need no name, and candidates begin as the standard says. An offer names no candidate: they follow its answer. The library
 * hands the answer to its ICE thread before it stores it; were we reachable already, that thread could finish with DTLS in
 * between, find no fingerprint to compare with, and fail. (One connection in six, on a busy machine.) */
class PlainPeerConnection extends NodePeerConnection {
  readonly #native: PeerConnection;
  readonly #held: Event[] = [];

  constructor({ iceServers = [] }: RTCConfiguration = {}) {
    const servers = iceServers.flatMap(nativeServers);
    // By itself the library would offer as soon as there is a channel, also on the side that is to answer.
    const native = new PeerConnection('lucarne', { iceServers: servers, disableAutoNegotiation: true });
    super({ iceServers: [], peerConnection: native });
    this.#native = native;
  }

  override createDataChannel(label: unknown, options?: RTCDataChannelInit) {
    return super.createDataChannel(typeof label === 'string' ? label : '', options);
  }

  override get localDescription() {
    const { type, sdp } = super.localDescription;
    return new NodeSessionDescription({ type, sdp: this.#isOffering() ? withoutCandidates(sdp) : sdp });
  }

  override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await super.setRemoteDescription({ type, sdp: safeSdp(type, sdp) });
    for (const event of this.#held.splice(0)) super.dispatchEvent(event);
  }

  /** The description was set when it was made. */
  override setLocalDescription(): Promise<void> {
    return Promise.resolve();
  }

  override async createOffer(): Promise<RTCSessionDescriptionInit> {
    this.#native.setLocalDescription('offer');
    return plain((await super.createOffer()) as RTCSessionDescriptionInit);
  }

  override async createAnswer(): Promise<RTCSessionDescriptionInit> {
    this.#native.setLocalDescription('answer');
    return plain((await super.createAnswer()) as RTCSessionDescriptionInit);
  }

  override dispatchEvent(event: Event): boolean {
    const plainEvent = standard(event);
    if (event.type !== 'icecandidate' || !this.#isOffering()) return super.dispatchEvent(plainEvent);
    this.#held.push(plainEvent);
    return true;
  }

  #isOffering(): boolean {
    return this.signalingState === 'have-local-offer';
  }
}

function withoutCandidates(sdp: string): string {
  return sdp.replace(/a=(candidate:.*|end-of-candidates)\r?\n/g, '');
}

/** What the library takes without harm. It hands a description to its ICE thread before the candidates in it: told that
 * these are all, the thread may give up in between. And as the answering side we let the other one begin with DTLS: our own
 * first packet would come before the answer, be dropped, and be sent again only after a second. */
function safeSdp(type: RTCSdpType, sdp: string): string {
  const open = sdp.replace(/a=end-of-candidates\r?\n/g, '');
  return type === 'offer' ? open.replace('a=setup:actpass', 'a=setup:active') : open;
}

/** The library writes candidates as lines of a description. */
function standard(event: Event & { candidate?: RTCIceCandidateInit | null }): Event {
  const { candidate } = event;
  if (event.type !== 'icecandidate' || !candidate?.candidate?.startsWith('a=')) return event;
  const { sdpMid = null, sdpMLineIndex = null } = candidate;
  return Object.assign(new Event(event.type), {
    candidate: { candidate: candidate.candidate.slice(2), sdpMid, sdpMLineIndex },
  });
}

/** Addresses as the library takes them, with the credential inside; what it can't use would cost the whole connection. */
function nativeServers({ urls, username, credential }: RTCIceServer): string[] {
  const known = [urls].flat().filter((url) => /^(stun|turns?):./.test(url));
  if (username === undefined || credential === undefined)
    return known.filter((url) => url.startsWith('stun'));
  const login = `${encodeURIComponent(username)}:${encodeURIComponent(credential)}@`;
  return known.map((url) => url.replace(/^(turns?:)/, `$1${login}`));
}

/** What `openEdges` needs in Node. */
export const nodeWrtc = {
  RTCPeerConnection: PlainPeerConnection,
  RTCSessionDescription: NodeSessionDescription,
  RTCIceCandidate: NodeIceCandidate,
} as unknown as Wrtc;

/** Ends the library's threads. */
export function releaseWrtc(): void {
  cleanup();
}

function plain({ type, sdp }: RTCSessionDescriptionInit): RTCSessionDescriptionInit {
  return { type, ...(sdp !== undefined && { sdp }) };
}
