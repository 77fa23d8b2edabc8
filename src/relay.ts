// Composition of the headless relay (Node): the viewers' session on WebRTC and WebSockets of Node, without a player.

import { GROUP_CACHE_BYTES_MAX, GROUP_CACHE_SECONDS_MAX } from './base/limits.ts';
import { openEdges } from './edge/edges.ts';
import { nodeWrtc, releaseWrtc } from './edge/node-wrtc.ts';
import type { RelaySettings } from './headless/settings.ts';
import { createKey, signerOf } from './identity/keys.ts';
import { nodeVerifier } from './identity/node-verifier.ts';
import { Promotion } from './overlay/promotion.ts';
import { openClock } from './platform/clock.ts';
import { random } from './platform/random.ts';
import { fetchIceServers } from './rendezvous/ice-servers.ts';
import { prepareForPeerJs } from './rendezvous/node-globals.ts';
import { openRendezvousWith } from './rendezvous/rendezvous.ts';
import { openResident } from './rendezvous/resident.ts';
import { openSealedWith } from './sealed-claim.ts';
import { startServer } from './server/server.ts';
import { LiveRelay } from './session/relay-session.ts';
import { RecallCarrier } from './session/recall-carrier.ts';
import { LiveWatchRoom } from './session/watch-room.ts';

/** Which broadcast to pass on, and how much. */
export type RelayOptions = Pick<
  RelaySettings,
  'broadcastId' | 'key' | 'servers' | 'children' | 'uplinkBitsPerSecond' | 'listenPort'
>;

/** A relay at work. */
export interface RunningRelay {
  session: LiveRelay;
  /** Port at which it serves the signaling of the broadcast, if it was asked to. */
  port?: number;
  /** Says `bye` to everybody and ends what runs. */
  close(): Promise<void>;
}

/** Starts to look for the broadcast; never gives up until closed. One process runs at most one relay at a time. */
export async function startRelay({
  servers,
  listenPort,
  key,
  ...options
}: RelayOptions): Promise<RunningRelay> {
  prepareForPeerJs();
  const clock = openClock();
  const iceServers = fetchIceServers(servers);
  const edges = iceServers.then((offered) => openEdges(offered, nodeWrtc, clock));
  const { broadcastId } = options;
  // Newcomers are told of the STUN and TURN servers that the broadcast's own server names.
  const listening =
    listenPort === undefined
      ? undefined
      : await startServer({ port: listenPort, broadcastId, iceServers: await iceServers });
  const session = new LiveRelay({
    ...options,
    clock,
    random,
    verifier: nodeVerifier,
    edges,
    openRendezvous: openRendezvousWith(clock, random),
    servers: Promise.resolve(servers),
    loadRoom: () =>
      Promise.resolve(
        // A relay shows nothing that could be judged.
        (parts) =>
          new LiveWatchRoom({
            ...{ ...parts, watch: undefined },
            makeSigner: async () => signerOf(await createKey()),
          }),
      ),
    loadSealed: () => Promise.resolve(openSealedWith(clock, broadcastId, key, { showsNothing: true })),
    loadRecall: () => Promise.resolve((parts) => new RecallCarrier(parts)),
    loadPromoter: (loaded) => loaded(new Promotion()),
    ...(listening && {
      openOwnDoor: (events) => openResident(listening.enter, broadcastId, events),
    }),
    cacheBounds: { bytesMax: GROUP_CACHE_BYTES_MAX, secondsMax: GROUP_CACHE_SECONDS_MAX },
  });
  const close = async (): Promise<void> => {
    await session.leave();
    await listening?.close();
    releaseWrtc();
  };
  return { session, close, ...(listening && { port: listening.port }) };
}
