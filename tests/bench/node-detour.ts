// Loaded into a headless relay before its own code: what pages/detour.ts is to a page. The places are asked for at
// LUCARNE_DETOUR.

import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { rewriteCandidate, rewriteSdp } from './pages/rewrite-candidates.ts';
import type { Detour, Place } from './pages/rewrite-candidates.ts';

const origin = process.env['LUCARNE_DETOUR'];

const detour: Detour = async (address, port) => {
  const response = await fetch(`${origin}/${address}/${port}`);
  return (await response.json()) as Place;
};

interface Taking {
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
  addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void>;
}

const connection = RTCPeerConnection.prototype as unknown as Taking;
// eslint-disable-next-line @typescript-eslint/unbound-method -- both are called with their `this` below
const { setRemoteDescription, addIceCandidate } = connection;

connection.setRemoteDescription = async function ({ type, sdp }) {
  await setRemoteDescription.call(this, { type, sdp: await rewriteSdp(sdp ?? '', detour) });
};

connection.addIceCandidate = async function (candidate) {
  const rewritten = await rewriteCandidate(candidate?.candidate ?? '', detour);
  if (!rewritten) return;
  await addIceCandidate.call(this, { ...plain(candidate!), candidate: rewritten });
};

function plain({ sdpMid, sdpMLineIndex }: RTCIceCandidateInit): RTCIceCandidateInit {
  return { sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null };
}
