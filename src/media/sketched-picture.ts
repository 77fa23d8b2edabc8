// Pictures with what the broadcaster draws on them. While nothing is drawn they pass untouched, and cost nothing.

import { FadingLines, type LineMark } from '../base/fading-lines.ts';

/** Draws lines into frames. */
export class SketchedPicture {
  readonly #lines = new FadingLines();
  #canvas: OffscreenCanvas | undefined;
  /** Whether the last picture showed any: the one without them is due as well. */
  #wasShown = false;

  add(mark: LineMark): void {
    this.#lines.add(mark, performance.now());
  }

  /** Whether a picture is due though its source stands still. */
  get isMoving(): boolean {
    return this.#wasShown || this.#lines.isVisible(performance.now());
  }

  /** The picture with the lines on it; takes over the frame, and gives the same one when there are none. */
  on(frame: VideoFrame): VideoFrame {
    const nowMs = performance.now();
    this.#wasShown = this.#lines.isVisible(nowMs);
    if (!this.#wasShown) {
      this.#canvas = undefined;
      return frame;
    }
    const { displayWidth: width, displayHeight: height, timestamp } = frame;
    const canvas = (this.#canvas ??= new OffscreenCanvas(width, height));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return frame;
    context.drawImage(frame, 0, 0, width, height);
    this.#lines.paint(context, width, height, nowMs);
    frame.close();
    return new VideoFrame(canvas, { timestamp, alpha: 'discard' });
  }
}
