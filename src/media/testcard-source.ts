// The test card as a source, inside the encoder's worker: pictures and sound made for exact instants of the wall
// clock. Both count from the same full second, so the flash and the beep of a second have the same capture time.

import { wallUs } from './capture-clock.ts';
import { BLOCK_FRAMES, BLOCK_US, SOUND_RATE } from './encode-pcm.ts';
import type { Pcm } from './encode-pcm.ts';
import type { PictureTarget } from './quality.ts';
import { TestcardPicture } from './testcard-picture.ts';
import { testcardSound } from './testcard-sound.ts';

const SECOND_US = 1_000_000;
/** Pictures that show the flash: two are 67 ms, which every screen shows. */
const FLASH_FRAMES = 2;
/** After a pause longer than this (a sleeping machine) the sound begins anew. */
const PAUSE_US_MAX = 2 * SECOND_US;

interface TestcardEvents {
  /** The receiver closes the frame. */
  frame(frame: VideoFrame, timeUs: number): void;
  sound(pcm: Pcm): void;
}

/** Draws from the moment it is built, so that the preview moves; `feed` begins to hand out frames and sound. */
export class TestcardSource {
  readonly #target: PictureTarget;
  readonly #canvas: OffscreenCanvas;
  readonly #picture: TestcardPicture | undefined;
  readonly #preview: OffscreenCanvasRenderingContext2D | null;
  readonly #startUs = Math.floor(wallUs() / SECOND_US) * SECOND_US;
  #frameNumber = -1;
  #soundUs = 0;
  #events: TestcardEvents | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(target: PictureTarget, preview: OffscreenCanvas) {
    this.#target = target;
    preview.width = target.width;
    preview.height = target.height;
    // Asked for once: Firefox refuses a second getContext on a canvas that came from the page.
    this.#preview = preview.getContext('2d', { alpha: false });
    this.#canvas = new OffscreenCanvas(target.width, target.height);
    const context = this.#canvas.getContext('2d', { alpha: false });
    this.#picture = context ? new TestcardPicture(context, target.width, target.height) : undefined;
    this.#tick();
  }

  feed(events: TestcardEvents): void {
    this.#events = events;
    this.#soundUs = Math.ceil(wallUs() / BLOCK_US) * BLOCK_US;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#events = undefined;
  }

  #frameUs(frameNumber: number): number {
    return this.#startUs + Math.round((frameNumber * SECOND_US) / this.#target.frameRate);
  }

  #tick(): void {
    const nowUs = wallUs();
    const frameNumber = Math.floor(((nowUs - this.#startUs) * this.#target.frameRate) / SECOND_US);
    if (frameNumber > this.#frameNumber) this.#show(frameNumber);
    this.#sound(nowUs);
    const nextUs = Math.min(
      this.#frameUs(this.#frameNumber + 1),
      this.#events ? this.#soundUs + BLOCK_US : Infinity,
    );
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, Math.ceil((nextUs - wallUs()) / 1000)));
  }

  #show(frameNumber: number): void {
    this.#frameNumber = frameNumber;
    const timeUs = this.#frameUs(frameNumber);
    this.#picture?.draw(frameNumber, timeUs, frameNumber % this.#target.frameRate < FLASH_FRAMES);
    this.#preview?.drawImage(this.#canvas, 0, 0);
    if (!this.#events) return;
    const duration = Math.round(SECOND_US / this.#target.frameRate);
    const frame = new VideoFrame(this.#canvas, { timestamp: 0, duration, alpha: 'discard' });
    this.#events.frame(frame, timeUs);
  }

  /** Hands out the blocks that have passed, as a microphone would. */
  #sound(nowUs: number): void {
    if (!this.#events) return;
    if (nowUs - this.#soundUs > PAUSE_US_MAX) this.#soundUs = Math.floor(nowUs / BLOCK_US) * BLOCK_US;
    for (; this.#soundUs + BLOCK_US <= nowUs; this.#soundUs += BLOCK_US) {
      const samples = testcardSound(this.#soundUs, BLOCK_FRAMES);
      this.#events.sound({ channels: [samples, samples], sampleRate: SOUND_RATE, timeUs: this.#soundUs });
    }
  }
}
