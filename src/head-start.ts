// Runs inside the document, before any other script is here: a link's broadcast is asked for a place at once. What it
// began is taken over by the app (app.ts), which does all of it by itself where this didn't run.

import { base32 } from './base/bytes.ts';
import { isBroadcastId, parseQuery } from './base/link.ts';
import { offerEarly, type EarlyOffer } from './edge/early-offer.ts';
import { joinEnvelope } from './overlay/join-envelope.ts';
import type { JoinSignal } from './overlay/message.ts';
import { painted } from './platform/next-paint.ts';
import { random } from './platform/random.ts';
import { isAddressHidden } from './platform/viewer-choices.ts';
import { TYPES } from './rendezvous/client-message.ts';
import { openEarlySocket, type EarlySocket } from './rendezvous/early-socket.ts';
import { iceServersOf } from './rendezvous/ice-servers.ts';
import { findSite, type Site } from './rendezvous/site.ts';
import { peerIdOf } from './session/peer-id.ts';

const TOKEN_BYTES = 15;
/** What watching shares, before there is a page to say it (src/ui/watch/lucarne-watch.ts says the same). */
const NOTICE = navigator.language.startsWith('fr')
  ? 'Regarder partage votre adresse réseau avec quelques spectateurs et leur transmet la diffusion.'
  : 'Watching shares your network address with a few viewers, and passes the broadcast on to them.';

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
  const { servers, isRelayOnly } = parseQuery(location.search);
  const site = findSite(servers);
  // Nothing is gathered before it has been said what that tells others.
  const told = place().then((app) => {
    app.append(notice());
    return painted();
  });
  const iceServers = site.then(async (found) => {
    const offered = iceServersOf(found);
    await told;
    return offered;
  });
  const socket = site.then(({ servers: [server = location.origin] }) =>
    openEarlySocket(server, peer, base32(random.bytes(TOKEN_BYTES)), (frame) => {
      const sdp = answerIn(frame, join);
      if (sdp !== undefined) offer.connect(sdp);
    }),
  );
  const offer = offerEarly(
    iceServers,
    (signal) => {
      const kind = signal.type === 'offer' ? 'offer' : 'candidate';
      const payload = joinEnvelope(join, peer, signal);
      socket.then((open) => open.send(broadcastId, kind, payload)).catch(() => undefined);
    },
    isAddressHidden(isRelayOnly) ? 'relay' : 'all',
  );
  const begun: HeadStart = { broadcastId, peer, join, site, iceServers, offer };
  socket.then((open) => (begun.socket = open)).catch(() => undefined);
  return begun;
}

/** The answer to this join, if the frame has one. The browser refuses what doesn't fit the offer; the app reads all of it again. */
function answerIn(frame: unknown, join: string): string | undefined {
  try {
    const { type, payload } = JSON.parse(String(frame)) as { type?: string; payload?: JoinSignal };
    const signal = type === TYPES.answer && payload?.join === join ? payload.signal : undefined;
    return signal?.type === 'answer' ? signal.sdp : undefined;
  } catch {
    return undefined;
  }
}

/** Where the page will be: the document is still being read. */
function place(): Promise<Element> {
  return new Promise((resolve) => {
    const look = (): void => {
      const app = document.querySelector('#app');
      if (!app) return;
      observer.disconnect();
      resolve(app);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
    look();
  });
}

function notice(): HTMLElement {
  return Object.assign(document.createElement('p'), { className: 'notice', textContent: NOTICE });
}

const [watched = ''] = location.hash.replace(/^#\/*/, '').split('/');
try {
  if (isBroadcastId(watched) && 'VideoDecoder' in globalThis) globalThis.lucarneHeadStart = begin(watched);
} catch {
  // The app will find out what this browser lacks, and say so.
}
