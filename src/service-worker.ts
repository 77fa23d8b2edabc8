// The app without a network: the last build that was loaded, so that recordings can be played and downloaded anywhere. Built into one file by
// tools/offline-shell.ts, which says what belongs to the build. The rules:
//  1. a document comes from the network whenever that answers: nobody is kept on an old build, and no page is ever loaded anew from here;
//  2. of other files only those of the build are answered, whose names change with their content;
//  3. nothing else is touched: not the server's API, not its sockets, not lucarne.json, nothing of another origin.

/** Addresses, relative to the app's own, of all that the build consists of; the first is its document. */
declare const OFFLINE_FILES: readonly string[];
/** Another one for another build. */
declare const OFFLINE_VERSION: string;

/** What this file uses of a service worker's world, which TypeScript's types of pages lack. */
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asking extends Lasting {
  readonly request: Request;
  /** What the browser has asked for while this worker was starting. */
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(response: Promise<Response>): void;
}
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  addEventListener(type: 'install' | 'activate', listen: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', listen: (event: Asking) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

const PREFIX = 'lucarne-build-';
const NAME = PREFIX + OFFLINE_VERSION;
/** A network that says nothing for so long, ms, counts as none. */
const NETWORK_MS_MAX = 5000;

/** Read once: the build writes the list where it stands. */
const FILES = OFFLINE_FILES;
const [DOCUMENT = './'] = FILES;
const absolute = (file: string): string => new URL(file, scope.registration.scope).href;

async function keepBuild(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES.map((file) => new Request(absolute(file), { cache: 'no-cache' })));
}

/** Once no page of an earlier build is open any more. */
async function dropEarlier(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)),
  );
  // Otherwise each document would wait for this worker to start.
  await scope.registration.navigationPreload.enable();
}

function kept(address: string): Promise<Response | undefined> {
  return caches.open(NAME).then((cache) => cache.match(address));
}

/** The network's answer, or what is kept where it has none. */
async function fresh(network: Promise<Response>, address: string): Promise<Response> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, NETWORK_MS_MAX));
  const answer = await Promise.race([network, late]).catch(() => undefined);
  return answer ?? (await kept(address)) ?? network;
}

async function asked({ preloadResponse, request }: Asking): Promise<Response> {
  return (await preloadResponse) ?? fetch(request);
}

const held = new Set(FILES.map(absolute));

function answer(event: Asking): void {
  const { method, mode, url } = event.request;
  if (method !== 'GET') return;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  const isDocument = address === absolute(DOCUMENT) || address === absolute('index.html');
  if (mode === 'navigate') {
    if (isDocument) event.respondWith(fresh(asked(event), absolute(DOCUMENT)));
    return;
  }
  if (isDocument || !held.has(address)) return;
  if (pathname.includes('/assets/'))
    event.respondWith(kept(address).then((response) => response ?? fetch(event.request)));
  else event.respondWith(fresh(fetch(event.request), address));
}

scope.addEventListener('install', (event) => event.waitUntil(keepBuild()));
scope.addEventListener('activate', (event) => event.waitUntil(dropEarlier()));
scope.addEventListener('fetch', answer);
