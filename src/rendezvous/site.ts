// Where the page that we run in finds its peers: at the servers that its address names, else at those of `lucarne.json`
// beside it, else at its own origin. Our own server marks its pages, so that nobody who joins there waits for a file that
// isn't there; any other host is asked (docs/decisions/0011-finding-the-servers.md).

import type { IceServer } from '../base/ice-servers.ts';
import { SITE_FILE_CHARS_MAX, SITE_FILE_MS_MAX } from '../base/limits.ts';
import { readSiteFile, type SiteFile } from '../base/site-file.ts';

/** The name in the Server-Timing header by which our server marks a page. */
const MARK = 'lucarne';

/** A place that serves the app. */
export interface Site {
  /** Origins of its signaling servers, at least one. */
  servers: readonly string[];
  /** STUN and TURN servers; undefined: those that a signaling server offers. */
  iceServers?: IceServer[] | undefined;
}

/** The place of this page; `named` are the servers in its address. Never rejects, and is settled at once where our server serves it. */
export async function findSite(named: readonly string[]): Promise<Site> {
  if (named.length > 0) return { servers: named };
  return siteAround(location.href, performance.getEntriesByType('navigation'));
}

/**
 * The place of the app at `home`, for a page of somebody else that has loaded `script` from it (both are addresses). Never rejects, and is
 * settled at once where our server serves it.
 */
export function findSiteOf(home: string, script: string): Promise<Site> {
  return siteAround(home, performance.getEntriesByName(script));
}

async function siteAround(home: string, loads: PerformanceEntryList): Promise<Site> {
  const { servers = [new URL(home).origin], iceServers } = isOurs(loads) ? {} : await fetchSiteFile(home);
  return { servers, iceServers };
}

function isOurs([load]: PerformanceEntryList): boolean {
  const timing = (load as PerformanceResourceTiming | undefined)?.serverTiming;
  return timing?.some(({ name }) => name === MARK) === true;
}

async function fetchSiteFile(home: string): Promise<SiteFile> {
  try {
    const address = new URL('lucarne.json', home);
    const response = await fetch(address, { signal: AbortSignal.timeout(SITE_FILE_MS_MAX) });
    const text = response.ok ? await response.text() : '';
    const file = readSiteFile(text.slice(0, SITE_FILE_CHARS_MAX));
    return file.ok ? file.value : {};
  } catch {
    return {};
  }
}
