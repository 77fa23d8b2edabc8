// The list of keys, and the switch that turns them off.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { baseStyles } from '../base-styles.ts';
import { focusedElement, isFocusLost } from '../focus-keeper.ts';
import { areKeysOn, switchKeys } from './player-keys.ts';

/** The wish to put the list away. */
export class LucarneCloseRequest extends Event {
  static readonly type = 'lucarne-close-request';
  constructor() {
    super(LucarneCloseRequest.type);
  }
}

/** Takes the focus, and gives it back; fires LucarneCloseRequest on Escape. */
@customElement('lucarne-keys')
@localized()
export class LucarneKeys extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      section {
        width: max-content;
        max-width: calc(100vw - 2 * var(--space-3));
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--round);
        background: var(--surface);
        color: var(--ink);
        font-size: var(--text-s);
        box-shadow: var(--shadow);
      }
      h2 {
        font-size: var(--text-m);
      }
      dl {
        display: grid;
        grid-template-columns: auto auto;
        gap: var(--space-1) var(--space-4);
        align-items: baseline;
        padding-block: var(--space-2);
      }
      dt {
        display: flex;
        gap: var(--space-1);
      }
      kbd {
        min-width: 1.6em;
        padding: 0 0.4em;
        border: 1px solid var(--edge);
        border-radius: 0.3em;
        font: 600 var(--text-xs) / 1.6 var(--font-mono);
        text-align: center;
      }
      label {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 2rem;
        cursor: pointer;
      }
      input {
        width: 1.1rem;
        height: 1.1rem;
        margin: 0;
      }
    `,
  ];

  #opener: Element | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#opener = focusedElement();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (isFocusLost()) (this.#opener as HTMLElement | null)?.focus();
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const keys: [keys: string[], what: string][] = [
      [['k', msg('Space')], msg('Play or pause')],
      [['j', '←'], msg('10 seconds back')],
      [['l', '→'], msg('10 seconds forward')],
      [['End'], msg('Back to live')],
      [['m'], msg('Mute or unmute')],
      [['f'], msg('Full screen')],
      [['p'], msg('Picture in picture')],
      [['h'], msg('Heart')],
      [['s'], msg('Share')],
      [['?'], msg('This list')],
    ];
    return html`<section aria-label=${msg('Keys')} @keydown=${this.#pressed}>
      <h2>${msg('Keys')}</h2>
      <dl>
        ${keys.map(
          ([names, what]) =>
            html`<dt>${names.map((name) => html`<kbd>${name}</kbd>`)}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <label>
        <input
          type="checkbox"
          .checked=${areKeysOn()}
          @change=${({ target }: Event) => switchKeys((target as HTMLInputElement).checked)}
        />
        ${msg('Use these keys on this page')}
      </label>
    </section>`;
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.dispatchEvent(new LucarneCloseRequest());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-keys': LucarneKeys;
  }
}
