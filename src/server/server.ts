// One process, one port: the app, the rendezvous and the few addresses of the API.
// One rule: when `close()` resolves, nothing of the server is left: no socket, no timer, no listener.
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { serveAuthority } from './authority-pages.ts';
import { BlockList } from './block-list.ts';
import { createFront } from './front.ts';
import type { IceServer, IceSettings } from './ice.ts';
import type { Log } from './log.ts';
import { CONNECTIONS_SPARE_MAX, HEADER_BYTES_MAX, HEADERS_MS_MAX, SOCKETS_MAX } from './limits.ts';
import { LiveNow } from './live-now.ts';
import type { AllowedOrigins } from './origins.ts';
import { RedisList } from './redis-list.ts';
import { RedisNeighbours } from './redis-neighbours.ts';
import { servePages } from './pages.ts';
import type { Pages } from './pages.ts';
import { createRoutes } from './routes.ts';
import { Signaling } from './signaling.ts';
import type { Resident } from './signaling.ts';

/** How to run a server. Everything has a default: any free port, every interface, no pages, no ICE servers. */
export interface ServerOptions {
  /** TCP port; 0 takes a free one. */
  port?: number | undefined;
  /** Address to listen on; without it every interface, IPv4 and IPv6. */
  host?: string | undefined;
  /** Folder of the built app. */
  distDir?: string | undefined;
  ice?: IceSettings | undefined;
  /** STUN and TURN servers to recommend as they are, in place of `ice`. */
  iceServers?: readonly IceServer[] | undefined;
  allowedOrigins?: AllowedOrigins | undefined;
  /** Reverse proxies of our own that stand in front, each of which adds to `X-Forwarded-For`. */
  proxies?: number | undefined;
  /** API key that PeerJS clients must name. */
  key?: string | undefined;
  /** Registered sockets at most. */
  socketsMax?: number | undefined;
  /** Serve this broadcast only, whose id is for whoever calls `enter`. */
  broadcastId?: string | undefined;
  /** The Redis or Valkey at which the processes of one front door meet; without it this process is all of it. */
  redisUrl?: string | undefined;
  /** Whether there is a public list of what is on; true unless this server is for one broadcast. */
  hasLiveList?: boolean | undefined;
  /** A file with the broadcasts and addresses that aren't wanted in that list. */
  blockListPath?: string | undefined;
  /** Where events go that the operator may want to know; without it nowhere. */
  log?: Log | undefined;
  /** Serve HTTPS with this certificate; plain HTTP then only offers the authority's certificate. */
  secure?: SecureSettings | undefined;
}

/** The server's certificate and key, and the certificate of the authority that signed it; all PEM. */
export interface SecureSettings {
  certPem: string;
  keyPem: string;
  authorityPem: string;
}

/** A server that listens. */
export interface RunningServer {
  port: number;
  /** Where a browser on this machine finds it, such as `http://localhost:8080`. */
  origin: string;
  /** Takes the broadcast's id for a peer of this process; `receive` hears the frames that are for it. */
  enter: (receive: (text: string) => void) => Resident;
  /** Stops listening and closes every socket with a close frame: at once where they are few, over some seconds where they are thousands. */
  close: () => Promise<void>;
}

/** Addresses to listen on that include this machine itself. */
const LOCAL_HOSTS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost']);

/** Starts a server; rejects with Node's error (`EADDRINUSE`, `EACCES`, …) when it cannot listen. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const {
    allowedOrigins = [],
    key,
    socketsMax = SOCKETS_MAX,
    broadcastId,
    secure,
    proxies,
    redisUrl,
  } = options;
  const log = options.log ?? ((): void => undefined);
  const signaling = new Signaling({
    allowedOrigins,
    proxies,
    socketsMax,
    broadcastId,
    log,
    neighbours: redisUrl === undefined ? undefined : new RedisNeighbours(redisUrl, log),
    ...(key === undefined ? {} : { key }),
  });
  const { hasLiveList = broadcastId === undefined } = options;
  const blockList = new BlockList(options.blockListPath, log);
  const shared = redisUrl === undefined || !hasLiveList ? undefined : new RedisList(redisUrl);
  const routes = createRoutes({
    allowedOrigins,
    liveNow: hasLiveList
      ? new LiveNow({ allowedOrigins, proxies: proxies ?? 0, blockList, shared })
      : undefined,
    ice: options.ice ?? { stunUrls: [], turnUrls: [] },
    iceServers: options.iceServers,
    pages: choosePages(options),
    isIdHeld: (id) => signaling.has(id),
    metrics: signaling.metrics,
  });
  const front = secure ? createSecureFront(secure, routes, signaling) : createWeb(routes, signaling);
  front.maxConnections = socketsMax + CONNECTIONS_SPARE_MAX;
  const sockets = trackSockets(front);
  const end = async (): Promise<void> => {
    blockList.stop();
    await Promise.all([signaling.close(), shared?.close()]);
  };
  try {
    await Promise.all([blockList.start(), signaling.start(), shared?.start()]);
    await listen(front, options);
  } catch (error) {
    await end();
    throw error;
  }
  const { port } = front.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const isClosed = new Promise<void>((resolve) => front.close(() => resolve()));
    await end();
    for (const socket of sockets) socket.destroy();
    await isClosed;
  };
  const enter = (receive: (text: string) => void): Resident => signaling.enter(receive);
  return {
    enter,
    port,
    origin: `${secure ? 'https' : 'http'}://${reachableName(options.host)}:${port}`,
    close,
  };
}

/** What a browser on this machine calls a server that listens on `host`. */
function reachableName(host: string | undefined): string {
  if (host === undefined || LOCAL_HOSTS.has(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function choosePages({ distDir, secure }: ServerOptions): Pages | undefined {
  const app = distDir === undefined ? undefined : servePages(distDir);
  if (!secure) return app;
  const authority = serveAuthority(secure.authorityPem);
  return (request, response, next) =>
    authority(request, response, () => (app ? app(request, response, next) : next()));
}

/** HTTP with the rendezvous on its upgrades. */
function createWeb(routes: RequestListener, signaling: Signaling): Server {
  return limit(createHttpServer({ maxHeaderSize: HEADER_BYTES_MAX }, routes), signaling);
}

/** HTTPS, and beside it plain HTTP that offers the authority's certificate and sends everybody else to HTTPS. */
function createSecureFront(secure: SecureSettings, routes: RequestListener, signaling: Signaling): NetServer {
  const { certPem: cert, keyPem: key, authorityPem } = secure;
  const web = limit(createHttpsServer({ cert, key, maxHeaderSize: HEADER_BYTES_MAX }, routes), signaling);
  const authority = serveAuthority(authorityPem);
  const plain = limit(
    createHttpServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) =>
      authority(request, response, () => {
        response.writeHead(307, {
          Location: `https://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`,
        });
        response.end();
      }),
    ),
  );
  return createFront(web, plain);
}

function limit<Web extends Server>(web: Web, signaling?: Signaling): Web {
  web.headersTimeout = HEADERS_MS_MAX;
  web.requestTimeout = HEADERS_MS_MAX;
  web.on('clientError', (_error, socket) => socket.destroy());
  web.on('upgrade', (request, socket, head) => {
    if (!signaling?.handleUpgrade(request, socket, head)) socket.destroy();
  });
  return web;
}

function trackSockets(server: NetServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

function listen(server: NetServer, { port = 0, host }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
