// A fault as people meet it: a plain sentence and the next step, with buttons of the page in its slot.

import { localized } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from '../base-styles.ts';
import { faultText } from './faults.ts';
import type { ShownFault } from '../fault-codes.ts';

/** Announces itself once when it appears; without a fault it shows nothing. */
@customElement('lucarne-notice')
@localized()
export class LucarneNotice extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      .notice {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-4);
        border: 1.5px solid var(--live-text);
        border-radius: var(--round);
        background: var(--surface);
        font-size: var(--text-s);
        text-align: start;
      }
      .sentence {
        font-weight: 600;
      }
      ::slotted(*) {
        margin-top: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) fault: ShownFault | undefined;

  protected override render(): TemplateResult {
    const text = this.fault && faultText(this.fault);
    return html`<div role="alert">
      ${
        text
          ? html`<div class="notice">
              <p class="sentence">${text.sentence}</p>
              <p>${text.step}</p>
              <slot></slot>
            </div>`
          : nothing
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-notice': LucarneNotice;
  }
}
