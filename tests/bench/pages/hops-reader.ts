// Reads the test card's frame number from one picture of the page before each repaint, the same way on both sides:
// a <video> or a <canvas>, drawn to a strip as high as the code. Only one picture is read at a time, since reading
// disturbs what it measures.

import { readTestcardCode } from '../../../src/media/testcard-code.ts';
import { TestcardPicture } from '../../../src/media/testcard-picture.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FRAME_RATE = 30;
/** The strip at the top that holds the code. */
const STRIP = 32;
/** Pictures kept whole: one of so many, and no more than this of one depth. */
const KEEP_EVERY = 15;
const KEEP_PHASE = 7;
const KEPT_MAX = 16;

/** Frame number, and when it was first seen on screen, wall ms. */
export type Sighting = [frameNumber: number, seenMs: number];

interface Reader {
  /** Reads the picture at this depth from now on, 0 being the source; undefined reads none. */
  read(depth: number | undefined): void;
  /** What was seen since the last call. */
  take(): Sighting[];
  /** Luma PSNR in dB of the pictures kept at a depth against the card drawn again; `startMs` is when frame 0 was due. */
  losses(depth: number, startMs: number): number[];
}

declare global {
  interface Window {
    benchReader: Reader;
  }
}

type Picture = HTMLVideoElement | HTMLCanvasElement;

function canvasContext(width: number, height: number): OffscreenCanvasRenderingContext2D {
  return new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true })!;
}

const strip = canvasContext(WIDTH, STRIP);
const whole = canvasContext(WIDTH, HEIGHT);
const pictures = new Map<number, Picture>();
const kept = new Map<number, Map<number, ImageData>>();
let sightings: Sighting[] = [];
let reading: number | undefined;
let lastNumber = -1;

/** Shows a picture on the page as that of a depth. */
export function show(depth: number, picture: Picture): void {
  pictures.get(depth)?.remove();
  pictures.set(depth, picture);
  document.body.append(picture);
}

function sizeOf(picture: Picture): [width: number, height: number] {
  return picture instanceof HTMLVideoElement
    ? [picture.videoWidth, picture.videoHeight]
    : [picture.width, picture.height];
}

function look(depth: number): void {
  if (reading !== depth) return;
  requestAnimationFrame(() => look(depth));
  const picture = pictures.get(depth)!;
  const [width, height] = sizeOf(picture);
  if (width === 0) return;
  strip.drawImage(picture, 0, 0, width, (height * STRIP) / HEIGHT, 0, 0, WIDTH, STRIP);
  const number = readTestcardCode(strip.getImageData(0, 0, WIDTH, STRIP).data, WIDTH, STRIP);
  if (number === undefined || number === lastNumber) return;
  lastNumber = number;
  sightings.push([number, performance.timeOrigin + performance.now()]);
  if (number % KEEP_EVERY === KEEP_PHASE) keep(depth, number, picture, width, height);
}

function keep(depth: number, number: number, picture: Picture, width: number, height: number): void {
  const images = kept.get(depth) ?? new Map<number, ImageData>();
  kept.set(depth, images);
  if (images.size >= KEPT_MAX) return;
  whole.drawImage(picture, 0, 0, width, height, 0, 0, WIDTH, HEIGHT);
  const image = whole.getImageData(0, 0, WIDTH, HEIGHT);
  // A video may have gone on since its code was read.
  if (readTestcardCode(image.data, WIDTH, HEIGHT) === number) images.set(number, image);
}

function luma({ data }: ImageData): Uint8Array {
  return Uint8Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => 0.2126 * data[4 * i]! + 0.7152 * data[4 * i + 1]! + 0.0722 * data[4 * i + 2]!,
  );
}

function psnr(drawn: Uint8Array, shown: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < drawn.length; i++) squares += (drawn[i]! - shown[i]!) ** 2;
  return 10 * Math.log10((255 * 255 * drawn.length) / squares);
}

window.benchReader = {
  read(depth) {
    reading = depth;
    lastNumber = -1;
    if (depth !== undefined) requestAnimationFrame(() => look(depth));
  },

  take() {
    const taken = sightings;
    sightings = [];
    return taken;
  },

  losses(depth, startMs) {
    const card = new TestcardPicture(whole, WIDTH, HEIGHT);
    return [...(kept.get(depth) ?? [])].map(([number, image]) => {
      const timeUs = startMs * 1000 + Math.round((number * 1_000_000) / FRAME_RATE);
      card.draw(number, timeUs, number % FRAME_RATE < 2);
      return psnr(luma(whole.getImageData(0, 0, WIDTH, HEIGHT)), luma(image));
    });
  },
};
