// The level of the microphone, as a bar that moves and as a meter that can be asked for.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Programme } from '../../ports.ts';
import { baseStyles } from '../base-styles.ts';
import { LevelGauge } from './level-gauge.ts';

/** Between two looks, ms: the bar moves smoothly, and the processor hardly notices. */
const LOOK_MS = 100;
/** The named level changes with each step of so much, not with every look. */
const STEP = 0.1;
/** Of loudness: below it nothing is said, and above it the sound may be distorted. */
const SILENT_BELOW = 0.25;
const LOUD_ABOVE = 0.93;

/** Shows how loud the microphone of `programme` is, or nothing where there is none. */
@customElement('lucarne-level')
@localized()
export class LucarneLevel extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        position: relative;
      }
      .meter {
        position: relative;
        height: 0.5rem;
        overflow: hidden;
        border-radius: 999px;
        background: var(--raised);
        box-shadow: inset 0 0 0 1px var(--line);
      }
      .bar {
        position: absolute;
        inset: 0;
        transform: scaleX(var(--level, 0));
        transform-origin: left;
        background: linear-gradient(90deg, var(--proven) 60%, var(--dawn) 85%, var(--live));
        transition: transform 120ms linear;
      }
      @media (forced-colors: active) {
        .meter {
          border: 1px solid CanvasText;
        }
        .bar {
          background: Highlight;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) programme: Programme | undefined;
  /** The level rounded to steps; undefined: there is nothing to measure. */
  @state() private told: number | undefined;
  #gauge: LevelGauge | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('programme')) return;
    this.#close();
    this.#open();
  }

  protected override render(): TemplateResult {
    const { told } = this;
    return html`<div class="meter" aria-hidden="true"><div class="bar"></div></div>
      <meter
        class="unseen"
        min="0"
        max="1"
        .value=${told ?? 0}
        aria-label=${msg('Microphone level')}
        aria-valuetext=${this.#words()}
      ></meter>`;
  }

  #words(): string {
    if (this.programme?.isMuted) return msg('muted');
    if (this.told === undefined) return msg('no sound');
    if (this.told < SILENT_BELOW) return msg('silent');
    return this.told > LOUD_ABOVE ? msg('very loud') : msg('good');
  }

  #open(): void {
    const preview = this.programme?.preview;
    if (this.#gauge || !this.isConnected || !(preview instanceof MediaStream)) return;
    this.#gauge = new LevelGauge(preview);
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  #close(): void {
    clearInterval(this.#looking);
    this.#gauge?.close();
    this.#gauge = undefined;
  }

  #look(): void {
    const level = this.programme?.isMuted ? 0 : this.#gauge?.read();
    // Set by hand, since nothing else of the element changes ten times a second.
    this.style.setProperty('--level', (level ?? 0).toFixed(2));
    this.told = level === undefined ? undefined : Math.round(level / STEP) * STEP;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-level': LucarneLevel;
  }
}
