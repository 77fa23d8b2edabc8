// The title while on air, and the way to another one.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { TITLE_CHARS_MAX } from '../../base/limits.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';

/** The wish for another title; '' for none. */
export class LucarneTitleRequest extends Event {
  static readonly type = 'lucarne-title-request';
  readonly wanted: string;
  constructor(wanted: string) {
    super(LucarneTitleRequest.type, { bubbles: true, composed: true });
    this.wanted = wanted;
  }
}

const PEN = svg`<path d="M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM13.500 7.500l3 3"></path>`;

/** Shows `text`, or its slot when that is empty; fires LucarneTitleRequest. */
@customElement('lucarne-title')
@localized()
export class LucarneTitle extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      /* The pen stands behind the last word, on however many lines. */
      h1 {
        display: inline;
        overflow-wrap: anywhere;
      }
      .pen {
        width: var(--tap);
        padding: 0;
        vertical-align: middle;
      }
      form {
        display: grid;
        gap: var(--space-3);
      }
      .ways {
        display: flex;
        gap: var(--space-2);
      }
    `,
  ];

  @property() text = '';
  /** Whether it can be changed now. */
  @property({ type: Boolean, attribute: 'editable' }) isEditable = false;
  @state() private isEditing = false;
  @query('input') private field!: HTMLInputElement | null;
  @query('.pen') private pen!: HTMLButtonElement | null;

  protected override render(): TemplateResult {
    return this.isEditing && this.isEditable ? this.#renderForm() : this.#renderShown();
  }

  #renderShown(): TemplateResult {
    return html`<div>
      <h1><bdi>${this.text || html`<slot></slot>`}</bdi></h1>
      <button
        class="pen quiet"
        aria-label=${msg('Change the title')}
        title=${msg('Change the title')}
        ?hidden=${!this.isEditable}
        @click=${() => void this.#edit(true)}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${PEN}</svg>
      </button>
    </div>`;
  }

  #renderForm(): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${this.#press}>
      <div class="field">
        <label for="title">${msg('Title')}</label>
        <input id="title" maxlength=${TITLE_CHARS_MAX} autocomplete="off" .value=${this.text} />
      </div>
      <div class="ways">
        <button class="primary" type="submit">${msg('Save')}</button>
        <button type="button" @click=${() => void this.#edit(false)}>${msg('Cancel')}</button>
      </div>
    </form>`;
  }

  /** The focus goes where the hand goes on. */
  async #edit(isEditing: boolean): Promise<void> {
    this.isEditing = isEditing;
    await this.updateComplete;
    if (isEditing) this.field?.select();
    else this.pen?.focus();
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const wanted = this.field?.value.trim() ?? '';
    if (wanted !== this.text) this.dispatchEvent(new LucarneTitleRequest(wanted));
    void this.#edit(false);
  };

  readonly #press = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') void this.#edit(false);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-title': LucarneTitle;
  }
}
