// Reads a list of STUN and TURN servers that somebody wrote by hand. All or nothing: a list that is half understood would
// connect some viewers and not others, and nobody would know why.

const SCHEME = /^(?:stun|stuns|turn|turns):\S+$/;
/** More than anybody runs; a browser asks each of them for each edge. */
const ICE_SERVERS_MAX = 16;

/** W3C RTCIceServer, plain. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** A list of RTCIceServer (`urls`, and for TURN `username` and `credential`); undefined when it is anything else. */
export function readIceServers(list: unknown): IceServer[] | undefined {
  if (!Array.isArray(list) || list.length > ICE_SERVERS_MAX) return undefined;
  return list.every(isIceServer) ? list : undefined;
}

/** The same from JSON. */
export function parseIceServers(text: string): IceServer[] | undefined {
  try {
    return readIceServers(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isIceServer(value: unknown): value is IceServer {
  if (typeof value !== 'object' || value === null) return false;
  const { urls, username, credential } = value as Record<string, unknown>;
  const all: unknown[] = Array.isArray(urls) ? urls : [urls];
  const areUrls = all.length > 0 && all.every((url) => typeof url === 'string' && SCHEME.test(url));
  // A browser throws on a TURN server without its credential.
  const isComplete = [username, credential].every((part) => typeof part === 'string');
  const isTurn = all.some((url) => String(url).startsWith('turn'));
  return areUrls && (isComplete || !isTurn);
}
