// The link of a broadcast and the ways to hand it on: copy, share, and a code for a phone's camera.

import { localized, msg } from '@lit/localize';
import { generate } from 'lean-qr';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { embedCodeOf } from './embed-code.ts';
import { shareBySystem } from './system-share.ts';

/** Shares `link`; `name` is what the other app shows beside it. */
@customElement('lucarne-share')
@localized()
export class LucarneShare extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        grid-template-rows: auto auto 1fr auto;
        gap: var(--space-3) var(--space-4);
        align-items: start;
      }
      .field {
        grid-column: 1 / -1;
      }
      .field input {
        font-family: var(--font-mono);
        font-size: max(16px, var(--text-s));
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      /* Both fill their line, whether it is one or two. */
      .buttons button {
        flex: 1 1 auto;
      }
      .said {
        min-height: 1.5em;
      }
      details {
        grid-column: 1 / -1;
        order: 2;
        font-size: var(--text-s);
      }
      summary {
        width: fit-content;
        padding-block: var(--space-2);
        font-weight: 600;
        cursor: pointer;
      }
      details > * + * {
        margin-top: var(--space-2);
      }
      textarea {
        display: block;
        width: 100%;
        padding: 0.5rem 0.85rem;
        border: 1.5px solid var(--edge);
        border-radius: var(--round);
        background: var(--surface);
        color: var(--ink);
        font: 400 max(16px, var(--text-s)) / 1.4 var(--font-mono);
        resize: vertical;
      }
      .code {
        display: grid;
        grid-area: 2 / 2 / span 2;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--round);
      }
      canvas {
        width: 9.5rem;
        height: 9.5rem;
        image-rendering: pixelated;
      }
      @media (max-width: 22rem) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
        .code {
          grid-area: auto;
          order: 1;
          justify-self: start;
        }
      }
    `,
  ];

  @property() link = '';
  @property() name = '';
  /** The link carries a key. */
  @property({ type: Boolean, attribute: 'private' }) isPrivate = false;
  @state() private said = '';
  @query('input') private field!: HTMLInputElement;
  @query('textarea') private embedField?: HTMLTextAreaElement;
  @query('canvas') private code!: HTMLCanvasElement;

  protected override render(): TemplateResult {
    return html`
      <div class="field">
        <label for="link">${msg('Link')}</label>
        <input id="link" readonly .value=${this.link} @focus=${() => this.field.select()} />
      </div>
      <div class="code">
        <canvas role="img" aria-label=${msg('The link as a code for a phone’s camera')}></canvas>
      </div>
      <div class="buttons">
        <button class="primary" @click=${() => void this.#copy()}>${msg('Copy link')}</button>
        <button @click=${() => void this.#share()}>${msg('Share')}</button>
      </div>
      <p class="soft said" role="status">${this.said || this.#meaning()}</p>
      ${this.isPrivate ? nothing : this.#renderEmbed()}
    `;
  }

  /** Not for a private broadcast: its key would stand in a page that anybody can read. */
  #renderEmbed(): TemplateResult {
    return html`<details>
      <summary>${msg('Show it on a page of yours')}</summary>
      <textarea
        readonly
        rows="5"
        spellcheck="false"
        aria-label=${msg('Code for your page')}
        .value=${embedCodeOf(this.link)}
        @focus=${() => this.embedField?.select()}
      ></textarea>
      <button @click=${() => void this.#copyCode()}>${msg('Copy code')}</button>
    </details>`;
  }

  #meaning(): string {
    return this.isPrivate
      ? msg(
          'Only who has this whole link can watch: its last part is the key. Send it to those you mean, and nobody else.',
        )
      : msg('Whoever has the link can watch. No account needed.');
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('link') && this.link) {
      generate(this.link).toCanvas(this.code, { on: [16, 20, 48, 255], off: [255, 250, 240, 255], pad: 4 });
    }
  }

  async #copy(): Promise<void> {
    const isCopied = await this.#write(this.field);
    this.said = isCopied
      ? msg('The link is copied. Paste it wherever your viewers are.')
      : msg('Your browser didn’t let the page copy. The link is selected: copy it by hand.');
  }

  async #copyCode(): Promise<void> {
    if (!this.embedField) return;
    const isCopied = await this.#write(this.embedField);
    this.said = isCopied
      ? msg('The code is copied. Paste it into the page where the picture should be.')
      : msg('Your browser didn’t let the page copy. The code is selected: copy it by hand.');
  }

  /** Copies what stands in a field; where the browser refuses, it is selected. */
  async #write(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      field.focus();
      field.select();
      return false;
    }
  }

  async #share(): Promise<void> {
    if (!(await shareBySystem(this.link, this.name))) await this.#copy();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-share': LucarneShare;
  }
}
