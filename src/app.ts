// Composition of the app: builds the adapters and hands them to the sessions. The only place that knows all of them.

import { LucarneError } from './base/errors.ts';
import { SLOTS_MAX } from './base/limits.ts';
import { loadOnce } from './base/load-once.ts';
import { parseLink, parseQuery, type LinkTarget } from './base/link.ts';
import type { HeadStart } from './head-start.ts';
import { verifier } from './identity/verifier.ts';
import { openPlayer } from './media/player.ts';
import { openClock } from './platform/clock.ts';
import { abilities, cacheBounds } from './platform/device.ts';
import { random } from './platform/random.ts';
import { isAddressHidden, isChosen } from './platform/viewer-choices.ts';
import { watchRelayWillingness } from './platform/relay-willingness.ts';
import type { EdgeMaker, Programme, ProgrammeOptions, TakeStill } from './ports.ts';
import { lateRecordings } from './record/late-recordings.ts';
import { iceServersOf } from './rendezvous/ice-servers.ts';
import { openRendezvousWith } from './rendezvous/rendezvous.ts';
import { findSite, type Site } from './rendezvous/site.ts';
import type { NodeParts } from './session/node-parts.ts';
import type { LoadCopy } from './session/copy-door.ts';
import type { LoadRewind } from './session/rewind-door.ts';
import type { OpenRoom } from './session/room-door.ts';
import type { LoadSealed } from './session/sealed-door.ts';
import type {
  BroadcastSession,
  Lucarne,
  Recordings,
  WatchOptions,
  WatchSession,
} from './session/session-api.ts';
import { LiveWatch } from './session/watch-session.ts';
import { loadEdges, loadPromoterWith, loadRecall, loadSealedWith } from './watch-code.ts';

/** What a page may wait for the offer of a link, ms: half of what a person notices as a wait. */
const HEAD_START_MS_MAX = 500;

const query = parseQuery(location.search);
const clock = openClock();
/** What the document has begun already. */
let headStart = globalThis.lucarneHeadStart;
const begun = headStart;
const openRendezvous = openRendezvousWith(clock, random, () => begun?.socket);
const loadStore = loadOnce(async () => (await import('./store/indexed-store.ts')).openStore());
const ownSite = headStart?.site ?? findSite(query.servers);
/** Asked for at once, so that the answer is there when the page that needs it is. */
const ownIceServers = headStart?.iceServers ?? ownSite.then(iceServersOf);
/** Which broadcast is watched, and the key that opens it, if it is private. */
type Target = Pick<LinkTarget, 'broadcastId' | 'key'>;

let hasWatched = false;
/** The broadcast of the address, watched before a page asked for it. */
let ahead: { session: LiveWatch; key: string | undefined } | undefined;

function nodeParts(site: Promise<Site>, edges: Promise<EdgeMaker>): NodeParts {
  const servers = site.then(({ servers }) => servers);
  const loadPromoter = loadPromoterWith(clock);
  return {
    clock,
    random,
    verifier,
    edges,
    openRendezvous,
    servers,
    loadPromoter,
    cacheBounds: cacheBounds(),
  };
}

/** Connections as the address, or who sits here, wants them. */
function edgesFor(
  iceServers: Promise<RTCIceServer[]>,
  isRelayOnly = isAddressHidden(query.isRelayOnly),
  early?: HeadStart,
): Promise<EdgeMaker> {
  return loadEdges(clock, iceServers, { isRelayOnly, early: early?.offer });
}

/** Comments and hearts come after the picture. */
async function loadRoom(): Promise<OpenRoom> {
  return (await import('./room-opening.ts')).openWatchRoom;
}

/** Few viewers keep a copy. */
function loadCopy(key: string | undefined): LoadCopy {
  return async () => (await import('./copy-claim.ts')).openCopiesIn(await loadStore(), key);
}

/** Private broadcasts alone are sealed; where the link has a key, this is one. */
function loadSealed(broadcastId: string, key: string | undefined): LoadSealed {
  const load = loadSealedWith(clock, broadcastId, key);
  // Here before the first packet is.
  if (key !== undefined) load().catch(() => undefined);
  return load;
}

/** Few viewers go back. */
const loadRewind: LoadRewind = async () => {
  const { Rewind } = await import('./session/rewind.ts');
  return (...parts) => new Rewind(...parts);
};

const takeStill: TakeStill = async (...picture) => (await import('./media/still.ts')).takeStill(...picture);

async function loadRecordings(): Promise<Recordings> {
  const [{ openRecordings }, { heldKeys }] = await Promise.all([
    import('./record/recordings.ts'),
    import('./identity/key-lock.ts'),
  ]);
  return openRecordings(await loadStore(), heldKeys, takeStill, async (broadcastId, linkKey) =>
    (await import('./identity/link-cipher.ts')).keptCipherOf(broadcastId, linkKey),
  );
}

async function openProgramme(options: ProgrammeOptions): Promise<Programme> {
  const { openProgramme } = await import('./media/programme.ts');
  return openProgramme(options);
}

/** Few broadcasts have a guest, and few viewers are one. */
const loadGuests = () => import('./guest-opening.ts');
const calling = { clock, random, openRendezvous };

/** Few pages go live. */
async function startBroadcast(...wanted: Parameters<Lucarne['startBroadcast']>): Promise<BroadcastSession> {
  const { goLive } = await import('./going-live.ts');
  const ownEdges = (isRelayOnly: boolean) => edgesFor(ownIceServers, isRelayOnly);
  const ownCalls = async (isRelayOnly: boolean) =>
    (await loadGuests()).openCalls({ ...calling, iceServers: ownIceServers, isRelayOnly });
  return goLive({ query, ownSite, nodeParts, ownEdges, ownCalls, loadStore, takeStill }, ...wanted);
}

/** Where a link's broadcast is to be looked for: at the servers it names, else where it leads to; undefined: at our own. */
function siteOf({ servers, origin }: LinkTarget): Site | undefined {
  if (servers.length > 0) return servers.join() === query.servers.join() ? undefined : { servers };
  return origin !== undefined && origin !== location.origin ? { servers: [origin] } : undefined;
}

/**
 * Begins to watch a broadcast of this page's own server; the first `watch` of it takes over from here. Resolves when the
 * broadcaster was asked for a place, or after HEAD_START_MS_MAX: the page is then built while the answer is on its way.
 */
export async function watchAhead(target: Target): Promise<void> {
  if (!abilities().watch) return;
  const begun = headStart?.broadcastId === target.broadcastId ? headStart : undefined;
  headStart = undefined;
  const session = openWatch(target, ownSite, edgesFor(ownIceServers, undefined, begun), begun);
  ahead = { session, key: target.key };
  const isLate = new Promise((resolve) => clock.after(HEAD_START_MS_MAX, () => resolve(true)));
  // What goes wrong is the session's to tell.
  await Promise.race([session.asked, isLate]);
}

function watch(link: string, options: WatchOptions = {}): WatchSession {
  const target = parseLink(link);
  if (!target.ok) throw new LucarneError('link-invalid');
  const { broadcastId, key } = target.value;
  const site = siteOf(target.value);
  const early = ahead;
  ahead = undefined;
  const isSame = early?.session.broadcastId === broadcastId && early.key === key;
  if (isSame && !site && !options.iceServers) return early.session;
  early?.session.close();
  const offered = () => (site ? iceServersOf(site) : ownIceServers);
  const iceServers = options.iceServers ? Promise.resolve(options.iceServers) : offered();
  return openWatch(target.value, site ? Promise.resolve(site) : ownSite, edgesFor(iceServers));
}

function openWatch(
  { broadcastId, key }: Target,
  site: Promise<Site>,
  edges: Promise<EdgeMaker>,
  asked?: HeadStart,
): LiveWatch {
  // The page itself was opened for the first watch, so its time counts from the navigation.
  const openedAtMs = hasWatched ? clock.nowMs() : 0;
  hasWatched = true;
  const session = new LiveWatch({
    ...nodeParts(site, edges),
    openPlayer,
    loadRoom,
    loadRecall,
    loadRewind,
    loadCopy: loadCopy(key),
    loadSealed: loadSealed(broadcastId, key),
    broadcastId,
    slots: query.children ?? SLOTS_MAX,
    watchFitness: (changed) => watchRelayWillingness((refusal) => changed(refusal === undefined)),
    openedAtMs,
    asked: asked && { peer: asked.peer, join: asked.join },
  });
  if (isChosen('declinesHelp')) session.relaying = false;
  return session;
}

/** Everything the pages need. */
export const lucarne: Lucarne = {
  openProgramme,
  startBroadcast,
  watch,
  visit: async (...wanted) =>
    (await loadGuests()).openVisit({ ...calling, ownSite, ownIceServers, siteOf, query }, ...wanted),
  openGuide: async () =>
    (await import('./rendezvous/live-list.ts')).openGuide((await ownSite).servers, verifier),
  openRights: async () =>
    (await import('./platform/viewer-rights.ts')).openRights(await ownIceServers, query.isRelayOnly === true),
  recordings: lateRecordings(loadRecordings),
  verifyRecording: async (video, proof, options) =>
    (await import('./verify-claim.ts')).verifyWith(verifier, video, proof, options),
  supports: abilities,
};
