// What the broadcaster sees of the own programme, silent, in a frame whose shape never changes.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Programme } from '../../ports.ts';
import { baseStyles } from '../base-styles.ts';

/** Shows `programme`, or its slot when there is none or it is `covered`. */
@localized()
@customElement('lucarne-preview')
export class LucarnePreview extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      .frame {
        position: relative;
        display: grid;
        place-items: center;
        aspect-ratio: 16 / 9;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background:
          radial-gradient(120% 90% at 78% 0%, #33407a 0%, transparent 60%),
          linear-gradient(160deg, #141c40, var(--night));
        color: var(--night-ink);
      }
      .picture,
      .picture > * {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .picture[data-mirrored] {
        transform: scaleX(-1);
      }
      .picture[data-covered] {
        visibility: hidden;
      }
      .empty {
        position: relative;
        display: grid;
        gap: var(--space-3);
        justify-items: center;
        max-width: 30rem;
        padding: var(--space-4);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) programme: Programme | undefined;
  /** Shows the slot in place of the picture. */
  @property({ type: Boolean, attribute: 'covered' }) isCovered = false;
  /** Shows it as in a mirror. */
  @property({ type: Boolean, attribute: 'mirrored' }) isMirrored = false;
  #video: HTMLVideoElement | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#video) this.#video.srcObject = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate('programme');
  }

  protected override render(): TemplateResult {
    const picture = this.programme && this.#picture(this.programme);
    return html`<div class="frame">
      <div
        class="picture"
        role="img"
        aria-label=${msg('Preview')}
        ?data-covered=${this.isCovered}
        ?data-mirrored=${this.isMirrored}
        ?hidden=${!picture}
      >
        ${picture}
      </div>
      <div class="empty" ?hidden=${Boolean(picture) && !this.isCovered}><slot></slot></div>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const preview = this.programme?.preview;
    if (!changed.has('programme') || !(preview instanceof MediaStream) || !this.#video) return;
    if (this.#video.srcObject !== preview) this.#video.srcObject = preview;
    // Refused only when the element has gone again, and then nobody is looking.
    this.#video.play().catch(() => undefined);
  }

  #picture({ preview }: Programme): HTMLElement {
    if (!(preview instanceof MediaStream)) return preview;
    this.#video ??= Object.assign(document.createElement('video'), { muted: true, playsInline: true });
    return this.#video;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-preview': LucarnePreview;
  }
}
