// Nobody who uses a keyboard loses their place because what they pressed has gone: the focus moves to what took its place, or stands
// before it. What is only switched off for a moment gets it back. A finger or a mouse has no place to lose.

import type { ReactiveController, ReactiveElement } from 'lit';

const HOLDERS = 'button:not(:disabled), a[href], input:not(:disabled), select, textarea, summary';

/** For the controls of its host's own root. */
export class FocusKeeper implements ReactiveController {
  readonly #host: ReactiveElement;
  #held: HTMLElement | undefined;
  #place = -1;

  constructor(host: ReactiveElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    const active = this.#host.shadowRoot?.activeElement;
    if (!active && isFocusLost()) return;
    this.#held = active?.matches(':focus-visible') ? (active as HTMLElement) : undefined;
    // Which of the controls can be seen is asked for the keyboard's sake only: it lays out the page.
    if (this.#held) this.#place = this.#holders().indexOf(this.#held);
  }

  hostUpdated(): void {
    const held = this.#held;
    if (!held || this.#place === -1 || !(isFocusLost() || !isThere(held))) return;
    // Switched off, it can't be focused yet; the next update looks again.
    if (isThere(held)) return held.focus();
    const holders = this.#holders();
    (holders[this.#place] ?? holders.at(-1))?.focus();
  }

  #holders(): HTMLElement[] {
    const all = this.#host.shadowRoot?.querySelectorAll<HTMLElement>(HOLDERS) ?? [];
    return [...all].filter((holder) => holder.checkVisibility());
  }
}

/** Whether nothing has the focus. */
export function isFocusLost(): boolean {
  return document.activeElement === document.body;
}

/** What has the focus, however deep in the page. */
export function focusedElement(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function isThere(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility();
}
