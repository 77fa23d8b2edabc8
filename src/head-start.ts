// Runs inside the document, before any other script is here: a link's broadcast is asked for a place at once. What it
// began is taken over by the app (app.ts), which does all of it by itself where this didn't run.

import { base32 } from './base/bytes.ts';
import { isBroadcastId, parseQuery } from './base/link.ts';
import { offerEarly, type EarlyOffer } from './edge/early-offer.ts';
import { joinEnvelope } from './overlay/join-envelope.ts';
import { random } from './platform/random.ts';
import { openEarlySocket, type EarlySocket } from './rendezvous/early-socket.ts';
import { fetchIceServers } from './rendezvous/ice-servers.ts';
import { findSite, type Site } from './rendezvous/site.ts';
import { peerIdOf } from './session/peer-id.ts';

const TOKEN_BYTES = 15;

/** A join that was begun. */
export interface HeadStart {
  broadcastId: string;
  /** Our ids in it. */
  peer: string;
  join: string;
  site: Promise<Site>;
  iceServers: Promise<RTCIceServer[]>;
  /** To the first server of the site; there once that is known. */
  socket?: EarlySocket;
  offer: EarlyOffer;
}

declare global {
  var lucarneHeadStart: HeadStart | undefined;
}

function begin(broadcastId: string): HeadStart {
  const [peer, join] = [peerIdOf(random), peerIdOf(random)];
  const site = findSite(parseQuery(location.search).servers);
  const iceServers = site.then(({ servers, iceServers }) => iceServers ?? fetchIceServers(servers));
  const socket = site.then(({ servers: [server = location.origin] }) =>
    openEarlySocket(server, peer, base32(random.bytes(TOKEN_BYTES))),
  );
  const offer = offerEarly(iceServers, (signal) => {
    const kind = signal.type === 'offer' ? 'offer' : 'candidate';
    const payload = joinEnvelope(join, peer, signal);
    socket.then((open) => open.send(broadcastId, kind, payload)).catch(() => undefined);
  });
  const begun: HeadStart = { broadcastId, peer, join, site, iceServers, offer };
  socket.then((open) => (begun.socket = open)).catch(() => undefined);
  return begun;
}

const [watched = ''] = location.hash.replace(/^#\/*/, '').split('/');
try {
  if (isBroadcastId(watched) && 'VideoDecoder' in globalThis) globalThis.lucarneHeadStart = begin(watched);
} catch {
  // The app will find out what this browser lacks, and say so.
}
