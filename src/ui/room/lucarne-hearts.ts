// Hearts that fly over the picture, on one canvas: however many are tapped, a bounded number flies and the page has nothing to lay out.

import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

/** Flying at once; the rest only counts. */
const FLYING_MAX = 32;
/** Started by one call: a burst that is seen as one. */
const BURST_MAX = 6;
const FLIGHT_MS = 2600;
const SIZE_PX = 26;
const COLOURS = ['#ff6b6b', '#ff8fb8', '#d59bff', '#8fa8ff', '#7fd6ff', '#7fe0c4', '#b9e08a', '#ffc56e'];

interface Flight {
  startMs: number;
  x: number;
  sway: number;
  colour: string;
}

/** `fly` lets some go. Decoration: hidden from screen readers, and still where motion isn't wanted. */
@customElement('lucarne-hearts')
export class LucarneHearts extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      pointer-events: none;
    }
    canvas {
      width: 100%;
      height: 100%;
    }
  `;

  #flights: Flight[] = [];
  #frame: number | undefined;
  readonly #shape = heartShape();

  /** So many, in the colour of this hue; without one, in any. */
  fly(count: number, hue?: number): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden) return;
    const room = FLYING_MAX - this.#flights.length;
    for (let i = 0; i < Math.min(count, BURST_MAX, room); i++) {
      const chosen = hue ?? Math.floor(Math.random() * COLOURS.length);
      this.#flights.push({
        startMs: performance.now() + i * 90,
        x: 0.25 + Math.random() * 0.5,
        sway: Math.random() * 6,
        colour: COLOURS[chosen % COLOURS.length] ?? '#ff6b6b',
      });
    }
    if (this.#flights.length > 0) this.#frame ??= requestAnimationFrame(this.#draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#flights = [];
  }

  protected override render(): TemplateResult {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  readonly #draw = (nowMs: number): void => {
    this.#frame = undefined;
    const canvas = this.renderRoot.querySelector('canvas');
    const pen = canvas?.getContext('2d');
    if (!canvas || !pen) return;
    const scale = devicePixelRatio;
    const [width, height] = [this.clientWidth, this.clientHeight];
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#flights = this.#flights.filter(({ startMs }) => nowMs - startMs < FLIGHT_MS);
    for (const flight of this.#flights) this.#drawOne(pen, flight, nowMs, width, height);
    if (this.#flights.length > 0) this.#frame = requestAnimationFrame(this.#draw);
  };

  #drawOne(
    pen: CanvasRenderingContext2D,
    { startMs, x, sway, colour }: Flight,
    nowMs: number,
    width: number,
    height: number,
  ): void {
    const share = (nowMs - startMs) / FLIGHT_MS;
    if (share < 0) return;
    pen.save();
    pen.globalAlpha = Math.min(1, 3 * (1 - share));
    pen.translate(
      x * width + Math.sin(sway + share * 7) * width * 0.12,
      height - SIZE_PX - share * height * 0.9,
    );
    const size = SIZE_PX * Math.min(1, share * 8);
    pen.scale(size, size);
    pen.fillStyle = colour;
    pen.fill(this.#shape);
    pen.restore();
  }
}

/** A heart of about one unit, around its middle. */
function heartShape(): Path2D {
  return new Path2D(
    'M0 .42C-.62 .02 -.5 -.42 -.22 -.42C-.08 -.42 0 -.3 0 -.22C0 -.3 .08 -.42 .22 -.42C.5 -.42 .62 .02 0 .42Z',
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-hearts': LucarneHearts;
  }
}
