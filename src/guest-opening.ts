// Composition of a guest on air, on either side, fetched by the first invitation.

import { parseLink, type GuestInvitation, type LinkQuery, type LinkTarget } from './base/link.ts';
import { openCamera } from './media/capture-devices.ts';
import { isAddressHidden } from './platform/viewer-choices.ts';
import type { GuestCalls } from './ports.ts';
import { guestCallsWith, type GuestCallsParts } from './rendezvous/guest-calls.ts';
import { iceServersOf } from './rendezvous/ice-servers.ts';
import type { Site } from './rendezvous/site.ts';
import type { GuestPass, GuestVisit } from './session/guest-api.ts';
import { passByLink } from './session/guest-knock.ts';
import { LiveGuestVisit } from './session/guest-visit.ts';
import type { WatchSession } from './session/session-api.ts';

/** Of a guest's camera: it has half of the picture at most. */
const GUEST_QUALITY = '540p';

/** What calls are made with, before the ICE servers are known. */
type CallParts = Omit<GuestCallsParts, 'iceServers'> & { iceServers: Promise<RTCIceServer[]> };

/** What a visit is made with: the place of this page, and what a link says of another one. */
interface VisitParts extends Omit<CallParts, 'iceServers' | 'isRelayOnly'> {
  ownSite: Promise<Site>;
  ownIceServers: Promise<RTCIceServer[]>;
  siteOf(target: LinkTarget): Site | undefined;
  query: LinkQuery;
}

/** Opens what guests are called by. */
export async function openCalls(parts: CallParts): Promise<GuestCalls> {
  return guestCallsWith({ ...parts, iceServers: await parts.iceServers });
}

/** Opens the visit of a guest to the broadcast of a link, by a guest's link or by a tap on a comment. */
export function openVisit(
  parts: VisitParts,
  link: string,
  invitation: GuestInvitation | GuestPass,
  watch: WatchSession,
): GuestVisit {
  const { ownSite, ownIceServers, query } = parts;
  const target = parseLink(link);
  const other = target.ok ? parts.siteOf(target.value) : undefined;
  const site = other ? Promise.resolve(other) : ownSite;
  const iceServers = other ? iceServersOf(other) : ownIceServers;
  const isRelayOnly = isAddressHidden(query.isRelayOnly);
  return new LiveGuestVisit({
    pass: 'token' in invitation ? passByLink(invitation) : invitation,
    watch,
    servers: site.then(({ servers }) => servers),
    loadCalls: () => openCalls({ ...parts, iceServers, isRelayOnly }),
    openCamera: async () => (await openCamera({ source: 'camera', quality: GUEST_QUALITY })).stream,
  });
}
