// Composition of watching for other people's pages: picture and sound, and passing them on; the room is on the full page.
// One rule: the page that we stand in says nothing; its address, storage and servers are its own.

import { LucarneError } from './base/errors.ts';
import { SLOTS_MAX } from './base/limits.ts';
import { parseLink, parseQuery } from './base/link.ts';
import { verifier } from './identity/verifier.ts';
import { openPlayer } from './media/player.ts';
import { openClock } from './platform/clock.ts';
import { abilities, cacheBounds } from './platform/device.ts';
import { random } from './platform/random.ts';
import { watchRelayWillingness } from './platform/relay-willingness.ts';
import { iceServersOf } from './rendezvous/ice-servers.ts';
import { openRendezvousWith } from './rendezvous/rendezvous.ts';
import { findSiteOf } from './rendezvous/site.ts';
import { LiveWatch } from './session/watch-session.ts';
import type { Watching } from './ui/embed/lucarne-player.ts';
import { loadEdges, loadPromoterWith, loadRecall, loadSealedWith } from './watch-code.ts';

const clock = openClock();
const openRendezvous = openRendezvousWith(clock, random);

/** Watching where the app is at `home`, from which `script` was loaded. */
export function openWatching(home: string, script: string): Watching {
  const ownSite = findSiteOf(home, script);
  return {
    home,
    supports: abilities,
    watch(link, { iceServers } = {}) {
      const target = parseLink(link);
      if (!target.ok) throw new LucarneError('link-invalid');
      const { broadcastId, key, servers, origin = new URL(home).origin } = target.value;
      const isOwn = servers.length === 0 && origin === new URL(home).origin;
      const site = isOwn ? ownSite : Promise.resolve({ servers: servers.length > 0 ? servers : [origin] });
      const isRelayOnly = URL.canParse(link) && parseQuery(new URL(link).search).isRelayOnly === true;
      return new LiveWatch({
        ...{ clock, random, verifier, openRendezvous, openPlayer, broadcastId, cacheBounds: cacheBounds() },
        edges: loadEdges(clock, iceServers ? Promise.resolve(iceServers) : site.then(iceServersOf), {
          isRelayOnly,
        }),
        servers: site.then(({ servers }) => servers),
        loadRecall,
        loadPromoter: loadPromoterWith(clock),
        loadSealed: loadSealedWith(clock, broadcastId, key),
        slots: SLOTS_MAX,
        watchFitness: (changed) => watchRelayWillingness((refusal) => changed(refusal === undefined)),
        openedAtMs: clock.nowMs(),
      });
    },
  };
}
