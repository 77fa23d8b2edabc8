// Hash routes: which page an address means, and the one place that listens to the address.
// While `isHeld` says so (on air), a page isn't left: the address is put back and `held` hears where one wanted to go.

import { isBroadcastId, parseLink } from '../base/link.ts';
import type { LinkFault } from '../base/link.ts';

/** A page of the app. */
export type Route =
  | { page: 'home' | 'recordings' | 'verify' | 'live' }
  /** `resumeId`: go on with an earlier broadcast under its link. */
  | { page: 'studio'; resumeId?: string }
  /** `key`: of a private broadcast. */
  | { page: 'watch'; broadcastId: string; key?: string }
  | { page: 'lost'; code: LinkFault; hash: string };

/** The page that a fragment (`#/…`, as `location.hash` gives it) means. Total. */
export function routeOf(hash: string): Route {
  const path = hash.replace(/^#?\/*/, '').replace(/\/+$/, '');
  if (path === '') return { page: 'home' };
  if (path === 'studio' || path === 'recordings' || path === 'verify' || path === 'live')
    return { page: path };
  const [first, resumeId = ''] = path.split('/');
  if (first === 'studio' && isBroadcastId(resumeId)) return { page: 'studio', resumeId };
  const link = parseLink(decoded(`#/${path}`));
  if (link.ok) {
    const { broadcastId, key } = link.value;
    return { page: 'watch', broadcastId, ...(key && { key }) };
  }
  return { page: 'lost', code: link.code, hash };
}

/** Follows the address of a window. */
export class Router {
  /** Whether the present page may not be left now. */
  isHeld: () => boolean = () => false;
  #hash: string;
  readonly #window: Window;
  readonly #go: (route: Route) => void;
  readonly #held: (hash: string) => void;

  /** `go` hears each new route; `held` the fragment of one that was refused. */
  constructor(window: Window, go: (route: Route) => void, held: (hash: string) => void) {
    this.#window = window;
    this.#go = go;
    this.#held = held;
    this.#hash = window.location.hash;
  }

  /** Goes to the present address and follows it from now on. */
  start(): void {
    this.#window.addEventListener('hashchange', this.#follow);
    this.#go(routeOf(this.#hash));
  }

  /** Names the present page anew, without opening anything: a reload comes back to this address. */
  rename(hash: string): void {
    this.#hash = hash;
    this.#window.history.replaceState(null, '', hash);
  }

  stop(): void {
    this.#window.removeEventListener('hashchange', this.#follow);
  }

  readonly #follow = (): void => {
    const { hash } = this.#window.location;
    if (hash === this.#hash) return;
    if (this.isHeld()) {
      this.#window.history.replaceState(null, '', this.#hash || '#/');
      this.#held(hash || '#/');
      return;
    }
    this.#hash = hash;
    // The same page may be open already, without the invitation: it comes anew, and takes it.
    if (hash.includes('/on-air-')) this.#window.location.reload();
    else this.#go(routeOf(hash));
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
