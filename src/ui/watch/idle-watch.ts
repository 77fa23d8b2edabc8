// Marks its host `idle` while nobody touches it, so that full screen can be all picture.

import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Time without pointer or key after which controls may go: what players usually wait. */
const IDLE_MS = 3000;
const EVENTS = ['pointermove', 'pointerdown', 'keydown'] as const;

/** Sets and removes the attribute `idle` on its host. */
export class IdleWatch implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    for (const event of EVENTS) this.#host.addEventListener(event, this.#wake);
    this.#wake();
  }

  hostDisconnected(): void {
    for (const event of EVENTS) this.#host.removeEventListener(event, this.#wake);
    clearTimeout(this.#timer);
  }

  readonly #wake = (): void => {
    clearTimeout(this.#timer);
    this.#host.removeAttribute('idle');
    this.#timer = setTimeout(() => this.#host.setAttribute('idle', ''), IDLE_MS);
  };
}
