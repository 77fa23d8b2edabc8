// The switch between the languages of the pages, named in the language that it leads to.

import { localized } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { baseStyles, buttonStyles } from './base-styles.ts';
import { chooseLanguage, language } from './locale.ts';

const NAMES = { en: 'English', fr: 'Français' } as const;

/** One button: with two languages a list would be one step more. */
@customElement('lucarne-language')
@localized()
export class LucarneLanguage extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      /* The word, not the button's unseen edge, ends with the page. */
      :host {
        margin-inline-end: -0.9rem;
      }
      button {
        padding-inline: 0.9rem;
        color: inherit;
        font-weight: 500;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const other = language() === 'en' ? 'fr' : 'en';
    return html`<button class="quiet" lang=${other} @click=${() => void chooseLanguage(other)}>
      ${NAMES[other]}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-language': LucarneLanguage;
  }
}
