// Keeps an element in step with a session: it renders again whenever the session says that something changed.
// The session outlives the element; an element that goes away only stops listening.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LucarneSessionChanged } from '../session/session-api.ts';

/** Follows at most one session for its host. `changed` runs before the host renders. */
export class SessionFollower implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #changed: () => void;
  #session: EventTarget | undefined;
  #isConnected = false;

  constructor(host: ReactiveControllerHost, changed: () => void = () => undefined) {
    this.#host = host;
    this.#changed = changed;
    host.addController(this);
  }

  /** Follows this session from now on, or none. */
  follow(session: EventTarget | undefined): void {
    if (session === this.#session) return;
    this.#session?.removeEventListener(LucarneSessionChanged.type, this.#update);
    this.#session = session;
    if (this.#isConnected) this.hostConnected();
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#session?.addEventListener(LucarneSessionChanged.type, this.#update);
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#session?.removeEventListener(LucarneSessionChanged.type, this.#update);
  }

  readonly #update = (): void => {
    this.#changed();
    this.#host.requestUpdate();
  };
}
