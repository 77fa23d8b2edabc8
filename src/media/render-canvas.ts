// Paints pictures on the canvas. One rule: the last picture stays until the next one is there, so the canvas is only
// resized (which clears it) together with painting.

const TRIED_PIXELS = 2;

/**
 * Paints where nobody sees it: the first time that a worker does, the browser asks the page's own thread for its graphics processor, and the
 * picture that we came for would wait until that thread has built the page.
 */
export function preparePainting(): void {
  const canvas = new OffscreenCanvas(TRIED_PIXELS, TRIED_PIXELS);
  const size = { codedWidth: TRIED_PIXELS, codedHeight: TRIED_PIXELS };
  const frame = new VideoFrame(new Uint8Array(4 * TRIED_PIXELS ** 2), {
    format: 'RGBX',
    timestamp: 0,
    ...size,
  });
  new CanvasPainter(canvas).paint(frame);
  frame.close();
  canvas.transferToImageBitmap().close();
}

export class CanvasPainter {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D | null;
  #copies: WritableStreamDefaultWriter<VideoFrame> | undefined;

  constructor(canvas: OffscreenCanvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { alpha: false });
  }

  /** Paints a frame in its display size. The frame stays the caller's. */
  paint(frame: VideoFrame): void {
    const { displayWidth, displayHeight } = frame;
    if (this.#canvas.width !== displayWidth) this.#canvas.width = displayWidth;
    if (this.#canvas.height !== displayHeight) this.#canvas.height = displayHeight;
    this.#context?.drawImage(frame, 0, 0, displayWidth, displayHeight);
    if (this.#copies) this.#copy(this.#copies, frame);
  }

  /** What is painted from now on is written there too, until that refuses. */
  copyTo(copies: WritableStreamDefaultWriter<VideoFrame>): void {
    this.#copies = copies;
  }

  #copy(copies: WritableStreamDefaultWriter<VideoFrame>, frame: VideoFrame): void {
    const copy = frame.clone();
    copies.write(copy).catch(() => {
      copy.close();
      if (this.#copies === copies) this.#copies = undefined;
    });
  }
}
