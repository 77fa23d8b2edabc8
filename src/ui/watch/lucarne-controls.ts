// The player's controls: wishes go up as events, state comes down as attributes, and nothing is assumed in between.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';

/** The wish to play when paused, and to pause when playing. */
export class LucarnePlayRequest extends Event {
  static readonly type = 'lucarne-play-request';
  constructor() {
    super(LucarnePlayRequest.type, { bubbles: true, composed: true });
  }
}

/** The wish to turn the sound off, or on again. */
export class LucarneMuteRequest extends Event {
  static readonly type = 'lucarne-mute-request';
  constructor() {
    super(LucarneMuteRequest.type, { bubbles: true, composed: true });
  }
}

/** The wish for another loudness, 0 to 1. */
export class LucarneVolumeRequest extends Event {
  static readonly type = 'lucarne-volume-request';
  readonly volume: number;
  constructor(volume: number) {
    super(LucarneVolumeRequest.type, { bubbles: true, composed: true });
    this.volume = volume;
  }
}

/** The wish to enter or leave full screen. */
export class LucarneFullScreenRequest extends Event {
  static readonly type = 'lucarne-full-screen-request';
  constructor() {
    super(LucarneFullScreenRequest.type, { bubbles: true, composed: true });
  }
}

const ICONS = {
  play: svg`<path d="M7 4.500v15l12-7.500z" fill="currentColor"></path>`,
  pause: svg`<path d="M8 5v14M16 5v14" stroke-width="3.500"></path>`,
  sound: svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9a4.500 4.500 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11"></path>`,
  silence: svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16.500 9.500l5 5M21.500 9.500l-5 5"></path>`,
  whole: svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"></path>`,
};

/** Fires the four wishes above. While `blocked`, the player's own "Unmute" stands for the sound button. */
@localized()
@customElement('lucarne-controls')
export class LucarneControls extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        color: var(--night-ink);
      }
      button {
        width: var(--tap);
        padding: 0;
        border-color: transparent;
        color: inherit;
        font-size: var(--text-m);
      }
      button:hover {
        border-color: transparent;
        background: #ffffff24;
      }
      :focus-visible {
        outline-color: #ffd899;
        outline-offset: -2px;
      }
      input {
        width: clamp(4rem, 12vw, 7rem);
        height: var(--tap);
        cursor: pointer;
      }
      .rest {
        display: flex;
        flex: 1;
        align-items: center;
        min-width: 0;
      }
    `,
  ];

  @property({ type: Boolean, attribute: 'paused' }) isPaused = false;
  @property({ type: Boolean, attribute: 'muted' }) isMuted = false;
  @property({ type: Boolean, attribute: 'blocked' }) isBlocked = false;
  @property({ type: Number }) volume = 1;

  protected override render(): TemplateResult {
    const isSilent = this.isMuted || this.volume === 0;
    return html`
      ${this.#renderButton(
        this.isPaused ? msg('Play') : msg('Pause'),
        this.isPaused ? ICONS.play : ICONS.pause,
        () => new LucarnePlayRequest(),
      )}
      ${
        this.isBlocked
          ? ''
          : this.#renderButton(
              this.isMuted ? msg('Unmute') : msg('Mute'),
              isSilent ? ICONS.silence : ICONS.sound,
              () => new LucarneMuteRequest(),
            )
      }
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        aria-label=${msg('Volume')}
        .value=${String(this.volume)}
        ?disabled=${this.isBlocked}
        @input=${(event: Event) => {
          this.dispatchEvent(new LucarneVolumeRequest(Number((event.target as HTMLInputElement).value)));
        }}
      />
      <span class="rest"><slot></slot></span>
      ${this.#renderButton(msg('Full screen'), ICONS.whole, () => new LucarneFullScreenRequest())}
    `;
  }

  #renderButton(name: string, icon: SVGTemplateResult, wish: () => Event): TemplateResult {
    return html`<button aria-label=${name} title=${name} @click=${() => this.dispatchEvent(wish())}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${icon}</svg>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-controls': LucarneControls;
  }
}
