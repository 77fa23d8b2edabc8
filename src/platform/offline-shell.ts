// Keeps the app for times without a network (src/service-worker.ts). One rule: it never takes over a page that is open, and never loads one anew;
// what it keeps is for the next time.

import { trustedAddress } from '../trusted-worker.ts';

/** Beside the document, whose folder it answers for. */
const FILE = 'service-worker.js';

/** Begins to keep the app, or to renew what is kept. Where a browser can't, or won't, the app needs the network as before. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || window.top !== window.self) return;
  await navigator.serviceWorker
    .register(trustedAddress(new URL(FILE, document.baseURI)), { updateViaCache: 'none' })
    .catch(() => undefined);
}
