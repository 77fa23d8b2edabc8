// LIVE, in the one colour that nothing else on the pages has.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { baseStyles } from './base-styles.ts';

/** Shown only while a broadcast is live. */
@customElement('lucarne-live-badge')
@localized()
export class LucarneLiveBadge extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        padding: 0.3em 0.6em 0.3em 0.5em;
        border: 1px solid transparent;
        border-radius: 0.35rem;
        background: var(--live);
        color: var(--live-ink);
        font-size: var(--text-xs);
        font-weight: 700;
        line-height: 1.1;
        letter-spacing: 0.06em;
        text-transform: uppercase;
      }
      .dot {
        width: 0.55em;
        height: 0.55em;
        border-radius: 50%;
        background: currentColor;
        animation: breathe 2.4s ease-in-out infinite;
      }
      @media (forced-colors: active) {
        .dot {
          background: CanvasText;
          forced-color-adjust: none;
        }
      }
      @keyframes breathe {
        50% {
          opacity: 0.35;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .dot {
          animation: none;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<span class="dot" aria-hidden="true"></span
      >${msg('Live', { desc: 'A broadcast is on air' })}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-live-badge': LucarneLiveBadge;
  }
}
