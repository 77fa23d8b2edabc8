// A sheet of glass over the preview: a finger draws on it, viewers see it in the picture, and it fades.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { FadingLines } from '../../base/fading-lines.ts';
import type { Programme } from '../../ports.ts';
import { baseStyles } from '../base-styles.ts';

/** Draws into `programme` while it is `active`; what was drawn before is shown until it has faded. */
@customElement('lucarne-sketch')
@localized()
export class LucarneSketch extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
      :host([active]) {
        cursor: crosshair;
        pointer-events: auto;
        touch-action: none;
      }
      canvas {
        width: 100%;
        height: 100%;
      }
    `,
  ];

  @property({ attribute: false }) programme!: Programme;
  @property({ type: Boolean, reflect: true, attribute: 'active' }) isActive = false;
  /** The preview is shown as in a mirror. */
  @property({ type: Boolean, attribute: 'mirrored' }) isMirrored = false;
  readonly #lines = new FadingLines();
  #isDown = false;
  #frame = 0;

  constructor() {
    super();
    this.addEventListener('pointerdown', this.#begin);
    this.addEventListener('pointermove', this.#move);
    this.addEventListener('pointerup', this.#end);
    this.addEventListener('pointercancel', this.#end);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('isActive')) this.#isDown = false;
  }

  protected override render(): TemplateResult {
    return html`<canvas
      role="img"
      aria-label=${msg('Your drawing')}
      ?hidden=${!this.isActive && this.#frame === 0}
    ></canvas>`;
  }

  readonly #begin = (event: PointerEvent): void => {
    if (!event.isPrimary || event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.#isDown = true;
    this.#mark(event, true);
  };

  readonly #move = (event: PointerEvent): void => {
    if (!this.#isDown || !event.isPrimary) return;
    // A fast finger moves several times between two pictures.
    const passed = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    for (const move of passed.length > 0 ? passed : [event]) this.#mark(move, false);
  };

  readonly #end = (): void => {
    this.#isDown = false;
  };

  #mark({ clientX, clientY }: PointerEvent, isFirst: boolean): void {
    const box = this.#pictureBox();
    const { left, top } = this.getBoundingClientRect();
    const part = (clientX - left - box.x) / box.width;
    const mark = {
      x: this.isMirrored ? 1 - part : part,
      y: (clientY - top - box.y) / box.height,
      isFirst,
    };
    this.programme.sketch(mark);
    this.#lines.add(mark, performance.now());
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#paint);
  }

  /** Where the picture lies in this element, CSS px: whole and centred, as the preview shows it. */
  #pictureBox(): { x: number; y: number; width: number; height: number } {
    const { clientWidth, clientHeight } = this;
    const { width, height } = sizeOf(this.programme) ?? { width: clientWidth, height: clientHeight };
    const scale = Math.min(clientWidth / width, clientHeight / height);
    const shown = { width: width * scale, height: height * scale };
    return { x: (clientWidth - shown.width) / 2, y: (clientHeight - shown.height) / 2, ...shown };
  }

  readonly #paint = (): void => {
    const nowMs = performance.now();
    const canvas = this.renderRoot.querySelector('canvas');
    const pen = canvas?.getContext('2d');
    this.#frame = 0;
    if (!canvas || !pen) return;
    const box = this.#pictureBox();
    canvas.width = this.clientWidth * devicePixelRatio;
    canvas.height = this.clientHeight * devicePixelRatio;
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.translate(this.isMirrored ? box.x + box.width : box.x, box.y);
    if (this.isMirrored) pen.scale(-1, 1);
    this.#lines.paint(pen, box.width, box.height, nowMs);
    if (this.#lines.isVisible(nowMs)) this.#frame = requestAnimationFrame(this.#paint);
    else this.requestUpdate();
  };
}

/** The picture's size, px; undefined while that isn't known. */
function sizeOf({ preview }: Programme): { width: number; height: number } | undefined {
  if (!(preview instanceof MediaStream)) return preview;
  const { width, height } = preview.getVideoTracks()[0]?.getSettings() ?? {};
  return width && height ? { width, height } : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-sketch': LucarneSketch;
  }
}
