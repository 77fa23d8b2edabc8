// Pictures with others beside them: a guest's, or a camera in a corner of the screen. While nobody else is there they pass untouched,
// and cost nothing.

import { cropFor, stageLayout, type Box, type Side, type Size } from '../base/stage-layout.ts';
import { letterbox } from './quality.ts';

/** Corners of a picture that stands on another, of its height. */
const ROUND_SHARE = 0.08;
const GROUND = '#070b1c';

/** Keeps the newest picture of each side. */
export class ComposedPicture {
  readonly #sides = new Map<Side, VideoFrame>();
  #canvas: OffscreenCanvas | undefined;
  /** The main picture is a shared screen. */
  isScreen = false;

  /** Whether there is anything beside the main picture. */
  get hasSides(): boolean {
    return this.#sides.size > 0;
  }

  /** Takes over a side's picture, in place of the one before. */
  put(side: Side, frame: VideoFrame): void {
    this.#sides.get(side)?.close();
    this.#sides.set(side, frame);
  }

  remove(side: Side): void {
    this.#sides.get(side)?.close();
    this.#sides.delete(side);
    if (!this.hasSides) this.#canvas = undefined;
  }

  /** The main picture with the others, in a frame of that size; takes it over, and gives the same one when there are none. */
  on(main: VideoFrame, size: Size): VideoFrame {
    if (!this.hasSides) return main;
    const { width, height } = size;
    const canvas = (this.#canvas ??= new OffscreenCanvas(width, height));
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return main;
    const layout = stageLayout(size, [...this.#sides.keys()], this.isScreen);
    context.fillStyle = GROUND;
    context.fillRect(0, 0, width, height);
    if (layout.isSplit) drawCropped(context, main, layout.main);
    else drawWhole(context, main, size);
    for (const [side, frame] of this.#sides) {
      const box = layout[side];
      if (!box) continue;
      if (layout.isSplit) drawCropped(context, frame, box);
      else drawOnTop(context, frame, box);
    }
    const { timestamp } = main;
    main.close();
    return new VideoFrame(canvas, { timestamp, alpha: 'discard' });
  }

  close(): void {
    for (const side of [...this.#sides.keys()]) this.remove(side);
  }
}

type Context = OffscreenCanvasRenderingContext2D;

function sizeOf({ displayWidth: width, displayHeight: height }: VideoFrame): Size {
  return { width, height };
}

function drawWhole(context: Context, frame: VideoFrame, size: Size): void {
  const { x, y, width, height } = letterbox(frame.displayWidth, frame.displayHeight, size);
  context.drawImage(frame, x, y, width, height);
}

function drawCropped(context: Context, frame: VideoFrame, box: Box): void {
  const part = cropFor(sizeOf(frame), box);
  context.drawImage(
    frame,
    ...([part.x, part.y, part.width, part.height] as const),
    ...([box.x, box.y, box.width, box.height] as const),
  );
}

function drawOnTop(context: Context, frame: VideoFrame, box: Box): void {
  context.save();
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, box.height * ROUND_SHARE);
  context.clip();
  drawCropped(context, frame, box);
  context.restore();
}
