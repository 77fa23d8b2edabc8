// The test card's picture. What never changes is drawn once; each frame adds the code, the flash, the clocks and what
// moves. All measures are in 360ths of the height, so that every quality shows the same card.

import { testcardCodeCells } from './testcard-code.ts';
import { drawNight, drawSkylight } from './testcard-skylight.ts';
import type { Drawing } from './testcard-skylight.ts';

/** Height of the design; its width follows from the shape. */
const UNITS_HIGH = 360;
const CIRCLE = { y: 192, radius: 146 };
const SKYLIGHT = { y: 88, width: 92 };
const BARS = ['#c4c4c4', '#c4c400', '#00c4c4', '#00c400', '#c400c4', '#c40000', '#0000c4'];
/** Where the sky ends and the colour bars begin. */
const BARS_TOP = 136;
const GREY_STEPS = 8;
/** Widths of the lines of the gratings, coarse to fine. */
const GRATINGS = [8, 5, 3, 2, 1];
const MONO = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
const SANS = 'system-ui, "Segoe UI", "DejaVu Sans", Helvetica, sans-serif';
const INK = '#f6efe2';
const AMBER = '#ffc56b';

/** The part of a picture that is white during the first 1/15 s of each second: px. Inside it nothing else is drawn. */
export function testcardFlashBox(
  width: number,
  height: number,
): { x: number; y: number; width: number; height: number } {
  const unit = (height / UNITS_HIGH) * SKYLIGHT.width;
  return {
    x: Math.round(width / 2 + 0.06 * unit),
    y: Math.round((height / UNITS_HIGH) * SKYLIGHT.y - 0.27 * unit),
    width: Math.floor(0.22 * unit),
    height: Math.floor(0.2 * unit),
  };
}

/** Draws test cards of one size. */
export class TestcardPicture {
  readonly #context: Drawing;
  readonly #still: OffscreenCanvas;
  readonly #width: number;
  readonly #height: number;
  readonly #unit: number;
  /** Half of the design's width: 320 in a 16:9 picture. */
  readonly #middle: number;

  constructor(context: Drawing, width: number, height: number) {
    this.#context = context;
    this.#width = width;
    this.#height = height;
    this.#unit = height / UNITS_HIGH;
    this.#middle = width / this.#unit / 2;
    this.#still = new OffscreenCanvas(width, height);
    this.#drawStill();
  }

  /** Draws the frame `frameNumber` for the Unix time `timeUs`; `isFlash` lights the skylight. */
  draw(frameNumber: number, timeUs: number, isFlash: boolean): void {
    const context = this.#context;
    context.drawImage(this.#still, 0, 0);
    for (const { x, y, size, isWhite } of testcardCodeCells(frameNumber, this.#width)) {
      if (isWhite) context.fillRect(...fillWhite(context, x, y, size));
    }
    context.save();
    context.scale(this.#unit, this.#unit);
    if (isFlash) this.#drawFlash();
    drawSkylight(context, this.#middle, SKYLIGHT.y, SKYLIGHT.width, isFlash ? 'flash' : 'sky');
    this.#drawHand(timeUs);
    this.#drawSlider(timeUs);
    this.#drawClocks(frameNumber, timeUs);
    context.restore();
  }

  #drawStill(): void {
    const context = this.#still.getContext('2d');
    if (!context) return;
    drawNight(context, this.#width, this.#height);
    const cells = testcardCodeCells(0, this.#width);
    const [first, last] = [cells[0], cells.at(-1)];
    context.scale(this.#unit, this.#unit);
    drawGrid(context, this.#middle * 2);
    drawBeam(context, this.#middle);
    drawCorners(context, this.#middle * 2);
    this.#drawCircle(context);
    this.#drawLabels(context);
    context.resetTransform();
    if (!first || !last) return;
    context.fillStyle = '#05070f';
    context.fillRect(
      first.x - first.size / 4,
      first.y - first.size / 4,
      last.x + last.size * 1.5 - first.x,
      first.size * 1.5,
    );
  }

  #drawCircle(context: Drawing): void {
    const { y, radius } = CIRCLE;
    const left = this.#middle - radius;
    context.save();
    context.beginPath();
    context.arc(this.#middle, y, radius, 0, 2 * Math.PI);
    context.clip();
    drawBars(context, left, BARS_TOP, 2 * radius, 56);
    drawGreys(context, left, 192, 2 * radius, 22);
    drawGratings(context, left, 214, 2 * radius, 26, this.#unit);
    context.fillStyle = '#05070f';
    context.fillRect(left, 240, 2 * radius, 2 * radius);
    context.restore();
    context.lineWidth = 2.5;
    context.strokeStyle = INK;
    context.beginPath();
    context.arc(this.#middle, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }

  #drawLabels(context: Drawing): void {
    context.fillStyle = INK;
    context.textBaseline = 'alphabetic';
    context.font = `700 17px ${SANS}`;
    context.letterSpacing = '4px';
    context.fillText('LUCARNE', 34, 314);
    context.letterSpacing = '0px';
    context.font = `500 10px ${MONO}`;
    context.fillStyle = '#9aa6cf';
    context.fillText('test card', 34, 328);
    context.textAlign = 'right';
    context.fillText('1 kHz · 50 ms', this.#middle * 2 - 34, 328);
    context.fillStyle = INK;
    context.font = `600 13px ${MONO}`;
    context.fillText(`${this.#width}×${this.#height}`, this.#middle * 2 - 34, 314);
    context.textAlign = 'left';
  }

  /** The sky around the skylight turns white too, so that a flash shows in the mean of the whole picture. */
  #drawFlash(): void {
    const context = this.#context;
    const sine = (BARS_TOP - CIRCLE.y) / (CIRCLE.radius - 1);
    context.fillStyle = '#ffffff';
    context.beginPath();
    context.arc(this.#middle, CIRCLE.y, CIRCLE.radius - 1, Math.PI - Math.asin(sine), Math.asin(sine));
    context.fill();
  }

  /** A dot that runs around the circle once a second and is at the top when the flash and the beep come. */
  #drawHand(timeUs: number): void {
    const context = this.#context;
    const turn = (timeUs % 1_000_000) / 1_000_000;
    const angle = turn * 2 * Math.PI - Math.PI / 2;
    context.lineCap = 'round';
    context.lineWidth = 5;
    context.strokeStyle = AMBER;
    context.beginPath();
    context.arc(this.#middle, CIRCLE.y, CIRCLE.radius, angle - 0.35, angle);
    context.stroke();
    context.fillStyle = '#ffffff';
    context.beginPath();
    const x = this.#middle + CIRCLE.radius * Math.cos(angle);
    context.arc(x, CIRCLE.y + CIRCLE.radius * Math.sin(angle), 6, 0, 2 * Math.PI);
    context.fill();
  }

  /** A block that glides along the lower edge, there and back in four seconds: the eye sees each missing frame. */
  #drawSlider(timeUs: number): void {
    const context = this.#context;
    const phase = (timeUs % 4_000_000) / 2_000_000;
    const share = phase < 1 ? phase : 2 - phase;
    const track = this.#middle * 2 - 68;
    context.fillStyle = 'rgb(154 166 207 / 35%)';
    context.fillRect(34, 347, track, 2);
    context.fillStyle = AMBER;
    context.fillRect(34 + share * (track - 28), 344, 28, 8);
  }

  #drawClocks(frameNumber: number, timeUs: number): void {
    const context = this.#context;
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillStyle = INK;
    context.font = `600 25px ${MONO}`;
    context.fillText(clockText(timeUs), this.#middle, 275);
    context.fillStyle = AMBER;
    context.font = `500 16px ${MONO}`;
    context.fillText(String(frameNumber).padStart(7, '0'), this.#middle, 301);
    context.textAlign = 'left';
  }
}

/** Local time as HH:MM:SS.mmm. */
function clockText(timeUs: number): string {
  const date = new Date(Math.floor(timeUs / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

function fillWhite(context: Drawing, x: number, y: number, size: number): [number, number, number, number] {
  context.fillStyle = '#ffffff';
  return [x, y, size, size];
}

function drawGrid(context: Drawing, width: number): void {
  context.strokeStyle = 'rgb(154 166 207 / 16%)';
  context.lineWidth = 1;
  context.beginPath();
  for (let x = (width / 2) % 40; x < width; x += 40) {
    context.moveTo(x, 0);
    context.lineTo(x, UNITS_HIGH);
  }
  for (let y = 32; y < UNITS_HIGH; y += 40) {
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.stroke();
}

/** Light that falls from the skylight to the ground. */
function drawBeam(context: Drawing, middle: number): void {
  const gradient = context.createLinearGradient(0, SKYLIGHT.y, 0, UNITS_HIGH);
  gradient.addColorStop(0, 'rgb(255 197 107 / 30%)');
  gradient.addColorStop(1, 'rgb(255 197 107 / 0%)');
  context.fillStyle = gradient;
  context.beginPath();
  context.moveTo(middle - 40, SKYLIGHT.y);
  context.lineTo(middle + 40, SKYLIGHT.y);
  context.lineTo(middle + 300, UNITS_HIGH);
  context.lineTo(middle - 300, UNITS_HIGH);
  context.fill();
}

function drawCorners(context: Drawing, width: number): void {
  context.strokeStyle = INK;
  context.lineWidth = 2;
  for (const [x, y, right, down] of [
    [10, 10, 1, 1],
    [width - 10, 10, -1, 1],
    [10, UNITS_HIGH - 10, 1, -1],
    [width - 10, UNITS_HIGH - 10, -1, -1],
  ] as const) {
    context.beginPath();
    context.moveTo(x + 18 * right, y);
    context.lineTo(x, y);
    context.lineTo(x, y + 18 * down);
    context.stroke();
  }
}

function drawBars(context: Drawing, x: number, y: number, width: number, height: number): void {
  BARS.forEach((color, index) => {
    context.fillStyle = color;
    context.fillRect(x + (index * width) / BARS.length, y, width / BARS.length + 0.5, height);
  });
}

function drawGreys(context: Drawing, x: number, y: number, width: number, height: number): void {
  for (let step = 0; step < GREY_STEPS; step++) {
    const level = Math.round((step * 255) / (GREY_STEPS - 1));
    context.fillStyle = `rgb(${level} ${level} ${level})`;
    context.fillRect(x + (step * width) / GREY_STEPS, y, width / GREY_STEPS + 0.5, height);
  }
}

/** Upright lines that get finer to the right; `unit` px make one unit, and lines end on whole pixels. */
function drawGratings(
  context: Drawing,
  x: number,
  y: number,
  width: number,
  height: number,
  unit: number,
): void {
  context.fillStyle = '#6b6b6b';
  context.fillRect(x, y, width, height);
  const field = width / GRATINGS.length;
  GRATINGS.forEach((line, index) => {
    const step = Math.max(1, Math.round(line * unit)) / unit;
    const start = Math.round((x + index * field) * unit) / unit;
    const end = x + (index + 1) * field;
    for (let at = start, isWhite = true; at < end; at += step, isWhite = !isWhite) {
      context.fillStyle = isWhite ? '#f0f0f0' : '#101010';
      context.fillRect(at, y, Math.min(step, end - at), height);
    }
  });
}
