// How many are watching, as a status that screen readers hear at most once in two seconds.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { countText } from './amounts.ts';
import { baseStyles } from './base-styles.ts';

/** A count that jumps faster than this would drown everything else that a screen reader says. */
const ANNOUNCE_INTERVAL_MS = 2000;

/** Shows `count`; the first change is shown at once, later ones at the pace above. */
@customElement('lucarne-viewers')
@localized()
export class LucarneViewers extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: inline-block;
        font-variant-numeric: tabular-nums;
        font-size: var(--text-s);
        color: inherit;
      }
    `,
  ];

  @property({ type: Number }) count = 0;
  @state() private shown = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('count') || this.#timer !== undefined) return;
    this.shown = this.count;
    // The count that a page opens with is no news yet.
    if (!this.hasUpdated) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.shown = this.count;
    }, ANNOUNCE_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  protected override render(): TemplateResult {
    const count = countText(this.shown);
    return html`<span role="status"
      >${this.shown === 1 ? msg('1 watching') : msg(str`${count} watching`)}</span
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-viewers': LucarneViewers;
  }
}
