// What a static host says of its Lucarne, in `lucarne.json` beside index.html: which signaling servers to use, and which
// STUN and TURN servers. Anything else that a host may answer there (an error page, a list) means nothing.

import type { Result } from './errors.ts';
import { readIceServers, type IceServer } from './ice-servers.ts';
import { readServers } from './link.ts';

/** The settings of a place where the app is served; what is absent is asked of the signaling server, or is the page's own origin. */
export interface SiteFile {
  /** Origins. */
  servers?: string[];
  iceServers?: IceServer[];
}

/** Why a file says nothing. */
export type SiteFileFault = 'not-json' | 'not-an-object' | 'bad-server' | 'bad-ice-servers';

/** Reads `{ "server": "ORIGIN[,ORIGIN]", "iceServers": [...] }`, both optional. Total. */
export function readSiteFile(text: string): Result<SiteFile, SiteFileFault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, code: 'not-an-object' };
  const { server, iceServers } = value as Record<string, unknown>;
  const file: SiteFile = {};
  if (server !== undefined) {
    const servers = typeof server === 'string' ? readServers(server) : [];
    if (servers.length === 0) return { ok: false, code: 'bad-server' };
    file.servers = servers;
  }
  if (iceServers !== undefined) {
    const list = readIceServers(iceServers);
    if (!list) return { ok: false, code: 'bad-ice-servers' };
    file.iceServers = list;
  }
  return { ok: true, value: file };
}
