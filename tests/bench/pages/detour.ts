// Put into a page before its own scripts: every remote candidate is rewritten to a port of the path proxy, so that all
// packets of all connections take the detour, whoever signalled them.

import { rewriteCandidate, rewriteSdp } from './rewrite-candidates.ts';
import type { Detour } from './rewrite-candidates.ts';

declare global {
  interface Window {
    benchDetour: Detour;
  }
}

const detour: Detour = (address, port) => window.benchDetour(address, port);
const Direct = RTCPeerConnection;

window.RTCPeerConnection = class extends Direct {
  override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const sdp = await rewriteSdp(description.sdp ?? '', detour);
    await super.setRemoteDescription({ type: description.type, sdp });
  }

  override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
    if (!candidate?.candidate) return;
    const rewritten = await rewriteCandidate(candidate.candidate, detour);
    if (rewritten === undefined) return;
    const { sdpMid, sdpMLineIndex } = candidate;
    await super.addIceCandidate({
      candidate: rewritten,
      sdpMid: sdpMid ?? null,
      sdpMLineIndex: sdpMLineIndex ?? null,
    });
  }
};
