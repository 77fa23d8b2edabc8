// The STUN and TURN servers that this server recommends to its peers. None unless the operator names some:
// nothing on the internet learns who talks to whom by default.
// TURN credentials follow coturn's `use-auth-secret`: user `<expiry>:<name>`, password HMAC-SHA1 of it under the shared secret.
import { createHmac } from 'node:crypto';
import { TURN_CREDENTIAL_S } from './limits.ts';

/** What the operator configured. `turnUrls` need `turnSecret`. */
export interface IceSettings {
  stunUrls: readonly string[];
  turnUrls: readonly string[];
  turnSecret?: string;
}

/** One entry of `RTCConfiguration.iceServers`. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** The ICE servers for one client, with credentials that expire. `unixS` is now in seconds, `name` unique to the client. */
export function iceServersFor(settings: IceSettings, unixS: number, name: string): IceServer[] {
  const { stunUrls, turnUrls, turnSecret } = settings;
  const servers: IceServer[] = [];
  if (stunUrls.length > 0) servers.push({ urls: [...stunUrls] });
  if (turnUrls.length > 0 && turnSecret !== undefined) {
    const username = `${Math.floor(unixS) + TURN_CREDENTIAL_S}:${name}`;
    const credential = createHmac('sha1', turnSecret).update(username).digest('base64');
    servers.push({ urls: [...turnUrls], username, credential });
  }
  return servers;
}
