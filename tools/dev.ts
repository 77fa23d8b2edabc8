// `npm run dev`: the app through Vite with hot reload, and the signaling of src/server on the same address.
// A change under src/server loads the rendezvous anew; its sockets are closed and peers reconnect.
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer } from 'vite';
import type { ViteDevServer } from 'vite';
import type * as Routes from '../src/server/routes.ts';
import type * as BlockLists from '../src/server/block-list.ts';
import type * as LiveNows from '../src/server/live-now.ts';
import { SettingsError } from '../src/server/settings-error.ts';
import { readSettings } from '../src/server/settings.ts';
import type { Settings } from '../src/server/settings.ts';
import type * as SignalingModule from '../src/server/signaling.ts';

interface Rendezvous {
  signaling: SignalingModule.Signaling;
  routes: RequestListener;
}

/** Loads the server's modules through Vite, so that they are fresh after a change. */
async function load(vite: ViteDevServer, { allowedOrigins, proxies, ice }: Settings): Promise<Rendezvous> {
  const { Signaling } = (await vite.ssrLoadModule('/src/server/signaling.ts')) as typeof SignalingModule;
  const { createRoutes } = (await vite.ssrLoadModule('/src/server/routes.ts')) as typeof Routes;
  const { LiveNow } = (await vite.ssrLoadModule('/src/server/live-now.ts')) as typeof LiveNows;
  const { BlockList } = (await vite.ssrLoadModule('/src/server/block-list.ts')) as typeof BlockLists;
  const signaling = new Signaling({ allowedOrigins, proxies });
  const blockList = new BlockList(undefined, () => undefined);
  const routes = createRoutes({
    allowedOrigins,
    ice,
    isIdHeld: (id) => signaling.has(id),
    metrics: signaling.metrics,
    liveNow: new LiveNow({ allowedOrigins, proxies, blockList }),
  });
  return { signaling, routes };
}

/** The addresses that belong to the signaling server; Vite has all others. */
function isRendezvous(url = ''): boolean {
  return /^\/(?:peerjs|api|healthz|metrics)(?:[/?]|$)/.test(url);
}

async function run(settings: Settings): Promise<void> {
  const rendezvous: { current?: Rendezvous } = {};
  const vite = await createServer({
    server: {
      port: settings.port,
      strictPort: true,
      ...(settings.host === undefined ? {} : { host: settings.host }),
    },
    plugins: [
      {
        name: 'lucarne-signaling',
        configureServer({ middlewares, httpServer }) {
          middlewares.use((request, response, next) => {
            if (rendezvous.current && isRendezvous(request.url)) rendezvous.current.routes(request, response);
            else next();
          });
          // Vite takes its own upgrades by their subprotocol and leaves all others alone.
          httpServer?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
            rendezvous.current?.signaling.handleUpgrade(request, socket, head);
          });
        },
      },
    ],
  });
  rendezvous.current = await load(vite, settings);
  vite.watcher.on('change', (file) => {
    if (!file.includes('/src/server/')) return;
    const old = rendezvous.current;
    void load(vite, settings).then(
      async (fresh) => {
        rendezvous.current = fresh;
        await old?.signaling.close();
        console.log('signaling: loaded anew');
      },
      (error: unknown) => {
        console.error('signaling: kept as it was,', error);
      },
    );
  });
  await vite.listen();
  const { port } = vite.httpServer?.address() as AddressInfo;
  console.log(`Lucarne is on http://localhost:${port}`);
}

try {
  await run(readSettings(process.argv.slice(2), process.env));
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
