// The address of the full page of a broadcast, from what a page that shows it here has written down.

import { linkOf, parseLink, readServers } from '../../base/link.ts';

/** `src` where it is a whole address, else that of the app at `home` with what `src` and `server` say; `home` when they say nothing. Total. */
export function fullPageOf(home: string, src: string, server: string | null): string {
  const target = parseLink(src);
  if (!target.ok) return home;
  const { broadcastId, key, origin, servers } = target.value;
  if (origin !== undefined) return src.trim();
  const named = servers.length > 0 ? servers : readServers(server ?? '');
  return linkOf(home, { broadcastId, ...(key && { key }), servers: named });
}
