// "Share" on the watch page, where the system has no share sheet: the link, a button that copies it, and a code for a phone's camera.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import '../share/lucarne-share.ts';

/** `open` shows it over everything; whoever closes it is back where they were. */
@customElement('lucarne-share-sheet')
@localized()
export class LucarneShareSheet extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      dialog {
        width: min(27rem, calc(100vw - 2 * var(--space-4)));
        max-height: calc(100dvh - 2 * var(--space-4));
        padding: var(--space-5);
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: #070b1ca6;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        margin-bottom: var(--space-3);
      }
      /* A thumb comes from below. */
      @media (max-width: 47.99rem) and (orientation: portrait) {
        dialog {
          margin-bottom: max(var(--space-4), env(safe-area-inset-bottom));
        }
      }
    `,
  ];

  @property() link = '';
  @property() name = '';
  @property({ type: Boolean, attribute: 'private' }) isPrivate = false;
  @query('dialog') private dialog!: HTMLDialogElement;

  /** Shows it; resolves when it is closed. */
  async open(): Promise<void> {
    await this.updateComplete;
    this.dialog.showModal();
    await new Promise((resolve) => this.dialog.addEventListener('close', resolve, { once: true }));
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="what">
      <header>
        <h2 id="what">${msg('Share this broadcast')}</h2>
        <button class="quiet" @click=${() => this.dialog.close()}>${msg('Close')}</button>
      </header>
      <lucarne-share .link=${this.link} .name=${this.name} ?private=${this.isPrivate}></lucarne-share>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-share-sheet': LucarneShareSheet;
  }
}
