// Which pages may use this server, by their Origin. A client without an Origin (a headless relay) is always accepted.
import type { IncomingMessage } from 'node:http';

/** Origins that may use the server; empty: any. */
export type AllowedOrigins = readonly string[];

/** Whether the page that sent `request` may use the server. Pages served by this very host always may. */
export function isOriginAllowed(request: IncomingMessage, allowed: AllowedOrigins): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.length === 0 || allowed.includes(origin)) return true;
  return host !== undefined && (origin === `https://${host}` || origin === `http://${host}`);
}

/** The CORS headers for a reading of `/api/*` or a peer id by `request`. */
export function corsHeaders(request: IncomingMessage, allowed: AllowedOrigins): Record<string, string> {
  if (allowed.length === 0) return { 'Access-Control-Allow-Origin': '*' };
  const { origin } = request.headers;
  if (origin === undefined || !isOriginAllowed(request, allowed)) return { Vary: 'Origin' };
  return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
}
