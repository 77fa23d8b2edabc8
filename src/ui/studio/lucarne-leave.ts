// The question when somebody is about to leave a studio on air.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';

/** What they answered. */
export class LucarneLeaveAnswer extends Event {
  static readonly type = 'lucarne-leave-answer';
  readonly isLeaving: boolean;
  constructor(isLeaving: boolean) {
    super(LucarneLeaveAnswer.type);
    this.isLeaving = isLeaving;
  }
}

/** Asks while it is `asking`, and has the focus then; fires LucarneLeaveAnswer. */
@customElement('lucarne-leave')
@localized()
export class LucarneLeave extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        position: sticky;
        bottom: 0;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: var(--space-3);
        padding: var(--space-4) var(--gutter) max(var(--space-4), env(safe-area-inset-bottom));
        border-top: 1px solid var(--line);
        background: var(--raised);
        font-weight: 600;
      }
      /* Magnified, it would cover the page. */
      @media (max-height: 22rem) {
        :host {
          position: static;
        }
      }
    `,
  ];

  @property({ type: Boolean, attribute: false }) asking = false;

  protected override render(): TemplateResult | typeof nothing {
    if (!this.asking) return nothing;
    return html`
      <p>${msg('You’re on air. Leaving the studio stops the broadcast for everyone.')}</p>
      <button class="primary" @click=${this.#answer(false)}>${msg('Stay on air')}</button>
      <button class="danger" @click=${this.#answer(true)}>${msg('Stop and leave')}</button>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('asking')) this.renderRoot.querySelector('button')?.focus();
  }

  #answer(isLeaving: boolean): () => void {
    return () => this.dispatchEvent(new LucarneLeaveAnswer(isLeaving));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-leave': LucarneLeave;
  }
}
