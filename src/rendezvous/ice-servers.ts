// The STUN and TURN servers that signaling servers offer. A stock PeerServer offers none, which is an answer too.

import { RENDEZVOUS_HEDGE_MS } from '../base/limits.ts';
import type { Site } from './site.ts';

const ANSWER_MS_MAX = 2000;

/**
 * What the first of the servers to answer lists under `/api/ice`; each further one is asked when those before have failed or
 * took RENDEZVOUS_HEDGE_MS. Empty when there is no such list or no answer within 2 s. Never rejects.
 */
export async function fetchIceServers(servers: readonly string[]): Promise<RTCIceServer[]> {
  const deadline = AbortSignal.timeout(ANSWER_MS_MAX);
  const asked: Promise<RTCIceServer[]>[] = [];
  for (const server of servers) {
    const answer = ask(server, deadline);
    asked.push(answer);
    const isFirst = await Promise.race([
      Promise.any(asked).then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), RENDEZVOUS_HEDGE_MS)),
    ]);
    if (isFirst) break;
  }
  return Promise.any(asked).catch(() => []);
}

/** Those of a site: what its file names, else what its servers offer. Never rejects. */
export function iceServersOf({ servers, iceServers }: Site): Promise<RTCIceServer[]> {
  return iceServers ? Promise.resolve(iceServers) : fetchIceServers(servers);
}

/** Rejects where there is no such list. */
async function ask(server: string, signal: AbortSignal): Promise<RTCIceServer[]> {
  const response = await fetch(`${server}/api/ice`, { signal });
  const { iceServers } = (await response.json()) as { iceServers?: RTCIceServer[] };
  if (!Array.isArray(iceServers)) throw new Error('no list of ICE servers');
  return iceServers;
}
