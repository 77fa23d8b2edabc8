// Lines drawn by hand that fade some seconds after the hand has left them. The encoder draws them into the picture and the studio over
// its preview, both from the same marks. Pure: the caller tells the time and holds the pen.

/** Lines stay for so long after their last mark, then fade, ms. */
const STAY_MS = 4000;
const FADE_MS = 1000;
/** Marks kept: two minutes of a finger that never rests. */
const MARKS_MAX = 4096;
/** Width of a line, and of the dark rim that shows it on snow, as parts of the picture's smaller side. */
const WIDTH_SHARE = 0.014;
const RIM_SHARE = 0.022;
const COLOR = '#ffd166';
const RIM_COLOR = '#0a0f1fb3';

/** Where the hand is: parts of the picture's width and height from the top left, 0 to 1. */
export interface LineMark {
  x: number;
  y: number;
  /** A new line begins. */
  isFirst: boolean;
}

/** What is needed of a canvas. */
export interface Pen {
  globalAlpha: number;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  lineWidth: number;
  strokeStyle: unknown;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
}

interface Line {
  marks: LineMark[];
  lastMs: number;
}

/** The lines that haven't faded yet. */
export class FadingLines {
  #lines: Line[] = [];
  #marks = 0;

  /** A mark outside the picture, or without a line to belong to, is left out. */
  add(mark: LineMark, nowMs: number): void {
    this.#forget(nowMs);
    if (![mark.x, mark.y].every((part) => part >= 0 && part <= 1)) return;
    if (mark.isFirst) this.#lines.push({ marks: [], lastMs: nowMs });
    const line = this.#lines.at(-1);
    if (!line || this.#marks >= MARKS_MAX) return;
    line.marks.push(mark);
    line.lastMs = nowMs;
    this.#marks++;
  }

  /** Whether anything is to be seen. */
  isVisible(nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#lines.length > 0;
  }

  /** Draws them onto a picture of that size. */
  paint(pen: Pen, width: number, height: number, nowMs: number): void {
    this.#forget(nowMs);
    const side = Math.min(width, height);
    pen.lineCap = pen.lineJoin = 'round';
    for (const { marks, lastMs } of this.#lines) {
      pen.globalAlpha = Math.min(1, (lastMs + STAY_MS + FADE_MS - nowMs) / FADE_MS);
      pen.beginPath();
      for (const { x, y, isFirst } of marks) {
        if (isFirst) pen.moveTo(x * width, y * height);
        // A line to where it is already makes a dot of a single mark.
        pen.lineTo(x * width, y * height);
      }
      for (const [color, share] of [
        [RIM_COLOR, RIM_SHARE],
        [COLOR, WIDTH_SHARE],
      ] as const) {
        pen.strokeStyle = color;
        pen.lineWidth = Math.max(2, side * share);
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }

  #forget(nowMs: number): void {
    const left = this.#lines.filter(({ lastMs }) => nowMs - lastMs < STAY_MS + FADE_MS);
    if (left.length === this.#lines.length) return;
    this.#lines = left;
    this.#marks = left.reduce((sum, { marks }) => sum + marks.length, 0);
  }
}
