// Starts the app in the browser. A link is followed at once, before there is a page to show it: the pages come while the
// broadcast is being found.

import { preparePlayerWorker } from './media/player-worker.ts';
import { routeOf } from './ui/router.ts';

/** How long the app's code waits until the document's own connection is described, ms: running it in between would only delay that. */
const DESCRIBED_MS_MAX = 150;

/** How long after its page the app is kept for times without a network, ms: the page comes first. */
const OFFLINE_MS = 3000;

async function start(): Promise<void> {
  const begun = globalThis.lucarneHeadStart;
  if (begun) {
    preparePlayerWorker();
    await Promise.race([begun.offer.described.catch(() => undefined), after(DESCRIBED_MS_MAX)]);
  }
  const { lucarne, watchAhead } = await import('./app.ts');
  const route = routeOf(location.hash);
  if (route.page === 'watch') {
    await watchAhead(route);
    // Loaded beside the app and not after it; the app asks again and shows what is wrong.
    import('./ui/watch/lucarne-watch.ts').catch(() => undefined);
  }
  const { mountApp } = await import('./ui/lucarne-app.ts');
  const root = document.querySelector<HTMLElement>('#app');
  if (root) await mountApp(root, lucarne);
  // Whoever only follows a link has no recordings, and downloads no more than that.
  if (import.meta.env.PROD && route.page !== 'watch') void after(OFFLINE_MS).then(keepOffline);
}

async function keepOffline(): Promise<void> {
  // Without its code the app needs the network, as before.
  await import('./platform/offline-shell.ts').then(({ keepOffline: keep }) => keep()).catch(() => undefined);
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

void start();
