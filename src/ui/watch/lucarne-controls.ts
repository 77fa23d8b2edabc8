// The player's controls: wishes go up as events, state comes down as attributes, and nothing is assumed in between.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { parseLink } from '../../base/link.ts';
import type { WatchSession } from '../../session/session-api.ts';
import { durationText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { controlsStyles } from './controls-styles.ts';
import { canFloat } from './picture-in-picture.ts';
import './lucarne-keys.ts';

/** A wish without more to say: `lucarne-<what>-request`. */
export type PlainWish = 'play' | 'mute' | 'full-screen' | 'float' | 'share';

/** The wish to play when paused and to pause when playing; to turn the sound off or on; for full screen, a window that floats, or the share sheet. */
export class LucarnePlayerRequest extends Event {
  constructor(wish: PlainWish) {
    super(`lucarne-${wish}-request`, { bubbles: true, composed: true });
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

/** The wish to play from so far behind what comes, ms; 0: live. */
export class LucarneRewindRequest extends Event {
  static readonly type = 'lucarne-rewind-request';
  readonly behindMs: number;
  constructor(behindMs: number) {
    super(LucarneRewindRequest.type, { bubbles: true, composed: true });
    this.behindMs = behindMs;
  }
}

/** One step back, ms. */
export const STEP_MS = 10_000;

const ICONS = {
  play: svg`<path d="M7 4.500v15l12-7.500z" fill="currentColor"></path>`,
  pause: svg`<path d="M8 5v14M16 5v14" stroke-width="3.500"></path>`,
  sound: svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9a4.500 4.500 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11"></path>`,
  silence: svg`<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16.500 9.500l5 5M21.500 9.500l-5 5"></path>`,
  whole: svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"></path>`,
  float: svg`<path d="M10.500 18H4V5h16v5.500"></path><path d="M13 13.500h8V20h-8z" fill="currentColor"></path>`,
  back: svg`<path d="M4 4.500v5h5M4.600 9.500a8 8 0 1 1-.6 4"></path><path d="M9.500 11.500v4.500M12.500 12.500v2.500a1.200 1.200 0 0 0 2.400 0v-2.500a1.200 1.200 0 0 0-2.400 0z" stroke-width="1.500"></path>`,
  share: svg`<path d="M12 15V3.500M8 7l4-3.500L16 7M6.500 11H5v9.500h14V11h-1.500"></path>`,
  keys: svg`<path d="M3 6.500h18v11H3zM7 10h.01M12 10h.01M17 10h.01M8.500 14h7"></path>`,
};

/** Fires the wishes above. While `blocked`, the player's own "Unmute" stands for the sound button. */
@customElement('lucarne-controls')
@localized()
export class LucarneControls extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, controlsStyles];

  @property({ type: Boolean, attribute: 'paused' }) isPaused = false;
  @property({ type: Boolean, attribute: 'muted' }) isMuted = false;
  @property({ type: Boolean, attribute: 'blocked' }) isBlocked = false;
  @property({ type: Number }) volume = 1;
  /** What "Share" would hand on; a link that leads nowhere by itself isn't offered. */
  @property({ attribute: false }) src: string | null = null;
  /** Where playback is, if not live. */
  @property({ attribute: false }) rewound: WatchSession['rewound'];
  @state() private areKeysShown = false;

  /** Shows the list of keys, or puts it away. */
  toggleKeys(): void {
    this.areKeysShown = !this.areKeysShown;
  }

  /** Moves the focus to the sound button, once it is there. */
  async focusSound(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-keyshortcuts="m"]')?.focus();
  }

  protected override render(): TemplateResult {
    const isSilent = this.isMuted || this.volume === 0;
    return html`
      ${this.rewound ? this.#renderBar(this.rewound) : nothing}
      ${
        this.isPaused
          ? this.#renderButton(msg('Play'), ICONS.play, 'play', 'k')
          : this.#renderButton(msg('Pause'), ICONS.pause, 'play', 'k')
      }
      ${
        this.isBlocked
          ? nothing
          : this.#renderButton(
              this.isMuted ? msg('Unmute') : msg('Mute'),
              isSilent ? ICONS.silence : ICONS.sound,
              'mute',
              'm',
            )
      }
      <input
        class="volume"
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
      <button
        aria-label=${msg('10 seconds back')}
        aria-keyshortcuts="j"
        title=${`${msg('10 seconds back')} (j)`}
        @click=${() => this.dispatchEvent(new LucarneRewindRequest((this.rewound?.behindMs ?? 0) + STEP_MS))}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${ICONS.back}</svg>
      </button>
      <span class="rest"><slot></slot></span>
      ${this.#renderKeys()}
      ${this.#hasLink() ? this.#renderButton(msg('Share'), ICONS.share, 'share', 's', 'extra') : nothing}
      ${canFloat() ? this.#renderButton(msg('Picture in picture'), ICONS.float, 'float', 'p', 'extra') : nothing}
      ${this.#renderButton(msg('Full screen'), ICONS.whole, 'full-screen', 'f')}
    `;
  }

  /** Over the lower edge of the picture, so that nothing moves when it comes or goes. */
  #renderBar({ behindMs, reachMs }: NonNullable<WatchSession['rewound']>): TemplateResult {
    const behind = durationText(behindMs);
    return html`<div class="bar">
      <input
        type="range"
        aria-label=${msg('Position')}
        aria-valuetext=${msg(str`${behind} behind live`)}
        min=${-Math.round(Math.max(reachMs, behindMs) / 1000)}
        max="0"
        .value=${String(-Math.round(behindMs / 1000))}
        @change=${(event: Event) => {
          const seconds = -Number((event.target as HTMLInputElement).value);
          this.dispatchEvent(new LucarneRewindRequest(seconds * 1000));
        }}
      />
      <span class="behind" aria-hidden="true">−${behind}</span>
      <button class="live" @click=${() => this.dispatchEvent(new LucarneRewindRequest(0))}>
        ${msg('Back to live')}
      </button>
    </div>`;
  }

  #renderButton(
    name: string,
    icon: SVGTemplateResult,
    wish: PlainWish,
    key: string,
    kind = '',
  ): TemplateResult {
    return html`<button
      class=${kind}
      aria-label=${name}
      aria-keyshortcuts=${key}
      title=${`${name} (${key})`}
      @click=${() => this.dispatchEvent(new LucarnePlayerRequest(wish))}
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${icon}</svg>
    </button>`;
  }

  /** For those who have a keyboard; who has none sees nothing of it. */
  #renderKeys(): TemplateResult {
    const name = msg('Keys');
    return html`<button
        class="keys"
        aria-label=${name}
        title=${`${name} (?)`}
        aria-expanded=${this.areKeysShown ? 'true' : 'false'}
        @click=${() => this.toggleKeys()}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${ICONS.keys}</svg>
      </button>
      ${
        this.areKeysShown
          ? html`<lucarne-keys @lucarne-close-request=${() => this.toggleKeys()}></lucarne-keys>`
          : nothing
      }`;
  }

  #hasLink(): boolean {
    const link = parseLink(this.src ?? '');
    return link.ok && link.value.origin !== undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-controls': LucarneControls;
  }
}
