// Three seconds over the preview before going on air, for who wants them. They can be cut short, and taken back.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';

const COUNT_FROM = 3;

/** The countdown is over: `isWanted` says whether to go on air now. */
export class LucarneCountdownEnded extends Event {
  static readonly type = 'lucarne-countdown-ended';
  readonly isWanted: boolean;
  constructor(isWanted: boolean) {
    super(LucarneCountdownEnded.type, { bubbles: true, composed: true });
    this.isWanted = isWanted;
  }
}

/** Counts down from the moment it is shown; fires LucarneCountdownEnded once. */
@customElement('lucarne-countdown')
@localized()
export class LucarneCountdown extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-4);
        border-radius: var(--round-l);
        background: #070b1cb3;
        color: var(--night-ink);
      }
      .count {
        font: 600 clamp(4rem, 18vw, 8rem) / 1 var(--font-display);
        font-variant-numeric: tabular-nums;
      }
      .ways {
        display: flex;
        gap: var(--space-2);
      }
      button:not(.primary) {
        border-color: #8c97c4;
        color: inherit;
      }
      button:not(.primary):hover {
        background: #ffffff1f;
      }
    `,
  ];

  @state() private left = COUNT_FROM;
  #ticks: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ticks = setInterval(() => this.#tick(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ticks);
  }

  /** Three seconds are no time to look for the way back. */
  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.cancel')?.focus();
  }

  protected override render(): TemplateResult {
    return html`<p class="count" role="status">${this.left}</p>
      <div class="ways" @keydown=${this.#press}>
        <button class="primary" type="button" @click=${() => this.#end(true)}>${msg('Start now')}</button>
        <button class="cancel" type="button" @click=${() => this.#end(false)}>${msg('Cancel')}</button>
      </div>`;
  }

  #tick(): void {
    if (this.left > 1) this.left -= 1;
    else this.#end(true);
  }

  readonly #press = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') this.#end(false);
  };

  #end(isWanted: boolean): void {
    clearInterval(this.#ticks);
    this.dispatchEvent(new LucarneCountdownEnded(isWanted));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-countdown': LucarneCountdown;
  }
}
