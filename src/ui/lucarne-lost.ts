// The page for an address that means nothing: what is wrong with it, and the ways on.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LinkFault } from '../base/link.ts';
import { baseStyles, buttonStyles } from './base-styles.ts';
import { faultText } from './words/faults.ts';

/** Explains `fault`; a link in capital letters is offered in small ones. */
@customElement('lucarne-lost')
@localized()
export class LucarneLost extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
        align-content: center;
        max-width: 36rem;
        min-height: 50dvh;
        margin-inline: auto;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        margin-top: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) fault: LinkFault = 'link-without-id';
  /** The fragment as it stands in the address. */
  @property() hash = '';

  protected override render(): TemplateResult {
    const { sentence, step } = faultText(this.fault);
    return html`
      <h1>${msg('This link leads nowhere')}</h1>
      <p>${sentence}</p>
      <p>${step}</p>
      <div class="ways">
        ${
          this.fault === 'link-upper-case'
            ? html`<a class="button primary" href=${this.hash.toLowerCase()}
                >${msg('Try it in small letters')}</a
              >`
            : nothing
        }
        <a class="button" href="#/">${msg('Go to the start page')}</a>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-lost': LucarneLost;
  }
}
