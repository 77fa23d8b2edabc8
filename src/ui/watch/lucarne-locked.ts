// What the watch page says of a private broadcast that its link doesn't open. Loaded for those alone.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LockReason } from '../../session/session-api.ts';

/** Needs `why`. */
@customElement('lucarne-locked')
@localized()
export class LucarneLocked extends LitElement {
  static override readonly styles = css`
    :host {
      display: grid;
      gap: var(--space-2);
      max-width: 34rem;
    }
    p {
      margin: 0;
    }
    .sentence {
      font: 600 var(--text-l) / 1.2 var(--font-display);
    }
    .meanwhile {
      opacity: 0.8;
    }
  `;

  @property() why: LockReason = 'no-key';

  protected override render(): TemplateResult {
    return html`
      <p class="sentence">${msg('This broadcast is private: ask for the whole link.')}</p>
      <p>
        ${this.why === 'no-key' ? msg('The link that you opened lacks its last part, the key.') : msg('The key in this link doesn’t open it.')}
      </p>
      <p class="meanwhile">${msg('Meanwhile this page can pass it on to others, and can’t read it.')}</p>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-locked': LucarneLocked;
  }
}
