// What both compositions of a watch load late (app.ts, and embed-watch.ts for other people's pages): code that a viewer needs later than
// the first script, or never.

import { painted } from './platform/next-paint.ts';
import type { EarlyOffer } from './edge/early-offer.ts';
import type { Clock, EdgeMaker } from './ports.ts';
import type { LoadPromoter } from './session/node-parts.ts';
import type { LoadRecall } from './session/recall-door.ts';
import type { LoadSealed } from './session/sealed-door.ts';

/** Places are given anew after half a minute (PROMOTED_AFTER_MS): the code for it comes before that, ms. */
const PROMOTER_AFTER_MS = 15_000;

/** How connections are made. */
export interface EdgeWishes {
  /** Through TURN servers only. */
  isRelayOnly: boolean;
  /** An offer that was made before there was this code. */
  early?: EarlyOffer | undefined;
}

/** Half of all code that a viewer needs: it comes while the signaling server is being reached. */
export async function loadEdges(
  clock: Clock,
  iceServers: Promise<RTCIceServer[]>,
  { isRelayOnly, early }: EdgeWishes,
): Promise<EdgeMaker> {
  const { openEdges } = await import('./edge/edges.ts');
  const servers = await iceServers;
  // What watching tells others stands on the page by then.
  if (!early) await painted();
  return openEdges(servers, undefined, clock, early, isRelayOnly ? 'relay' : 'all');
}

/** Private broadcasts alone are sealed; `key`: of the link, where it has one. */
export function loadSealedWith(clock: Clock, broadcastId: string, key: string | undefined): LoadSealed {
  return async () => (await import('./sealed-claim.ts')).openSealedWith(clock, broadcastId, key);
}

/** Who gives places anew; whoever leaves soon never needs it. */
export function loadPromoterWith(clock: Clock): LoadPromoter {
  return (loaded) =>
    clock.after(PROMOTER_AFTER_MS, () => {
      // Without it everybody stays where it is.
      import('./overlay/promotion.ts').then(
        ({ Promotion }) => loaded(new Promotion()),
        () => undefined,
      );
    });
}

/** Few viewers are ever asked for packets that the broadcaster lost. */
export const loadRecall: LoadRecall = async () => {
  const { RecallCarrier } = await import('./session/recall-carrier.ts');
  return (parts) => new RecallCarrier(parts);
};
