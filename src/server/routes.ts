// The HTTP side: health, ICE servers, what is on, peer ids, the certificate of the local authority, and the app for the rest.
// One rule: only GET and HEAD mean anything, but for posts to the list of what is on, and no request, however malformed, throws out of here.
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { iceServersFor } from './ice.ts';
import type { IceServer, IceSettings } from './ice.ts';
import type { LiveNow } from './live-now.ts';
import type { Metrics } from './metrics.ts';
import { corsHeaders } from './origins.ts';
import type { AllowedOrigins } from './origins.ts';
import type { Pages } from './pages.ts';
import { respond } from './responses.ts';
import { readTarget } from './target.ts';

/** What the routes answer from. */
export interface RouteOptions {
  allowedOrigins: AllowedOrigins;
  ice: IceSettings;
  /** In place of what `ice` says. */
  iceServers?: readonly IceServer[] | undefined;
  /** The app; without it every other address is 404. */
  pages?: Pages | undefined;
  /** Whether a peer id is held by somebody. */
  isIdHeld: (id: string) => boolean;
  metrics: Metrics;
  /** The public list of what is on; absent: there is none. */
  liveNow?: LiveNow | undefined;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const ID_PATHS = /^\/peerjs(?:\/[\w-]{1,64})?\/id$/;
/** A link whose `#` was written as `%23` on its way; what follows can lead nowhere but into the app. */
const ESCAPED_LINK = /^\/%23\/([a-z0-9/]{0,80})$/i;
/** What is on, and a still of each. */
const LIVE_PATHS = /^\/api\/live(?:\/|$)/;
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'Content-Type',
  'Access-Control-Max-Age': '86400',
};

/** The request listener of the server. */
export function createRoutes(options: RouteOptions): Handler {
  return (request, response) => {
    response.on('error', () => response.destroy());
    try {
      answer(options, request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else respond(response, 500, 'text/plain', 'internal error\n');
    }
  };
}

function answer(options: RouteOptions, request: IncomingMessage, response: ServerResponse): void {
  const pathname = readTarget(request.url)?.pathname;
  const isShared = pathname?.startsWith('/api/') === true || pathname?.startsWith('/peerjs/') === true;
  const cors = isShared ? corsHeaders(request, options.allowedOrigins) : {};
  const respondNotFound = (): void => respond(response, 404, 'text/plain', 'not found\n', cors);
  if (pathname === undefined) {
    respond(response, 400, 'text/plain', 'bad request\n');
  } else if (request.method === 'OPTIONS' && isShared) {
    response.writeHead(204, { ...cors, ...PREFLIGHT_HEADERS }).end();
  } else if (options.liveNow && LIVE_PATHS.test(pathname) && isMeant(request, 'POST')) {
    void options.liveNow.respond(request, response, pathname, cors);
  } else if (!isMeant(request)) {
    respond(response, 405, 'text/plain', 'method not allowed\n', { Allow: 'GET, HEAD' });
  } else if (pathname === '/healthz') {
    respond(response, 200, 'text/plain', 'ok');
  } else if (pathname === '/metrics') {
    void respondMetrics(options, response);
  } else if (pathname === '/api/ice') {
    respondIce(options, response, cors);
  } else if (ID_PATHS.test(pathname)) {
    respond(response, 200, 'text/plain', freeId(options), cors);
  } else if (ESCAPED_LINK.test(pathname)) {
    const { search } = readTarget(request.url) ?? { search: '' };
    const Location = `/${search}#/${ESCAPED_LINK.exec(pathname)?.[1] ?? ''}`;
    respond(response, 302, 'text/plain', 'the link leads here\n', { Location });
  } else if (options.pages && !isShared) {
    options.pages(request, response, respondNotFound);
  } else {
    respondNotFound();
  }
}

function isMeant({ method = '' }: IncomingMessage, ...others: string[]): boolean {
  return ['GET', 'HEAD', ...others].includes(method);
}

function respondIce(options: RouteOptions, response: ServerResponse, cors: Record<string, string>): void {
  const { ice } = options;
  const name = randomBytes(6).toString('base64url');
  const iceServers = options.iceServers ?? iceServersFor(ice, Date.now() / 1000, name);
  respond(response, 200, 'application/json', JSON.stringify({ iceServers }), cors);
}

async function respondMetrics({ metrics }: RouteOptions, response: ServerResponse): Promise<void> {
  const { type, text } = await metrics.page();
  respond(response, 200, type, text);
}

function freeId({ isIdHeld }: RouteOptions): string {
  let id = randomUUID() as string;
  while (isIdHeld(id)) id = randomUUID();
  return id;
}
