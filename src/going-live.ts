// Composition of a broadcast, fetched by the first page that goes live.

import { ROOT_SLOTS_DEFAULT } from './base/limits.ts';
import { linkOf, type LinkQuery } from './base/link.ts';
import { claimBroadcast, claimUnrecorded } from './broadcast-claim.ts';
import { moderatorKeys } from './identity/moderator-keys.ts';
import { isAddressHidden } from './platform/viewer-choices.ts';
import type { EdgeMaker, GuestCalls, Programme, Store, TakeStill } from './ports.ts';
import type { Site } from './rendezvous/site.ts';
import { LiveBroadcast } from './session/broadcast-session.ts';
import type { NodeParts } from './session/node-parts.ts';
import type { BroadcastSession, StartOptions } from './session/session-api.ts';

/** What a broadcast is made with: the place of this page, and what its other sessions are made with, too. */
interface LiveParts {
  query: LinkQuery;
  ownSite: Promise<Site>;
  nodeParts: (site: Promise<Site>, edges: Promise<EdgeMaker>) => NodeParts;
  ownEdges: (isRelayOnly: boolean) => Promise<EdgeMaker>;
  ownCalls: (isRelayOnly: boolean) => Promise<GuestCalls>;
  loadStore: () => Promise<Store>;
  takeStill: TakeStill;
}

/** Goes on air, as the broadcast that is resumed or as a new one. Rejects when its code can't be had, or somebody else has claimed it. */
export async function goLive(
  { query, ownSite, nodeParts, ownEdges, ownCalls, loadStore, takeStill }: LiveParts,
  programme: Programme,
  title: string,
  { resumeId, isUnrecorded, isPrivate, isRelayOnly = query.isRelayOnly }: StartOptions = {},
): Promise<BroadcastSession> {
  // Here already when the session asks for it, so that going live fails as a whole or not at all.
  await import('./edge/edges.ts');
  const claim = isUnrecorded
    ? await claimUnrecorded({ isPrivate, isRelayOnly })
    : await claimBroadcast(await loadStore(), title, { resumeId, isPrivate, isRelayOnly });
  const { servers } = await ownSite;
  const isHere = servers.length === 1 && servers[0] === location.origin;
  const isHidden = isAddressHidden(claim.isRelayOnly || query.isRelayOnly);
  const session = new LiveBroadcast({
    ...nodeParts(ownSite, ownEdges(isHidden)),
    loadCalls: () => ownCalls(isHidden),
    ...claim,
    moderatorKeys,
    programme,
    title,
    isResumed: resumeId !== undefined,
    // As links name the app itself.
    link: linkOf(location.origin + location.pathname, {
      broadcastId: claim.signer.broadcastId,
      servers: isHere ? [] : [...servers],
      ...(claim.linkKey && { key: claim.linkKey }),
      ...(claim.isRelayOnly && { isRelayOnly: true }),
    }),
    slots: query.children ?? ROOT_SLOTS_DEFAULT,
    takeStill,
    postListing: async (...entry) => (await import('./rendezvous/live-list.ts')).postListing(...entry),
  });
  session.start();
  return session;
}
