// "2 people have joined": a line that comes and goes. The broadcaster's desk gathers those who come within some seconds, and says nothing
// any more when many do; who has just come isn't told of itself.

import { msg, str } from '@lit/localize';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { countText } from '../amounts.ts';

/** How long the line stands, ms. */
const SHOWN_MS = 6000;
/** After coming, ms, a notice may be of oneself: they are five seconds apart. */
const OWN_MS = 7000;

/** Keeps the line of one host up to date. */
export class JoinNotice implements ReactiveController {
  /** What to show; '' for nothing. */
  text = '';
  readonly #host: ReactiveControllerHost;
  #known: number | undefined;
  #sinceMs = 0;
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** `joined`: of the room, which only grows. */
  note(joined: number): void {
    const nowMs = performance.now();
    if (this.#known === undefined) this.#sinceMs = nowMs;
    const fresh = joined - (this.#known ?? joined);
    this.#known = joined;
    if (fresh <= 0 || nowMs - this.#sinceMs < OWN_MS) return;
    this.text = fresh === 1 ? msg('1 person has joined') : msg(str`${countText(fresh)} people have joined`);
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.#clear(), SHOWN_MS);
  }

  hostDisconnected(): void {
    clearTimeout(this.#end);
    this.text = '';
    this.#known = undefined;
  }

  #clear(): void {
    this.text = '';
    this.#host.requestUpdate();
  }
}
