// Put into the pages of both sides of `join`: reads the test card's frame number from the picture on screen before each
// repaint, whether a <video> or the player's <canvas>. It changes nothing.

import { readTestcardCode } from '../../../src/media/testcard-code.ts';

const WIDTH = 640;
const HEIGHT = 360;
/** The strip at the top that holds the code. */
const STRIP = 32;

interface Probe {
  /** From navigation start to the first picture seen, ms. */
  firstPictureMs: number | undefined;
  /** Begins to read the picture. */
  start(): void;
}

declare global {
  interface Window {
    benchProbe: Probe;
  }
}

/** The first video or large canvas in the page, shadow trees included. */
function findPicture(root: ParentNode): HTMLVideoElement | HTMLCanvasElement | undefined {
  for (const element of root.querySelectorAll('*')) {
    if (element instanceof HTMLVideoElement && element.videoWidth > 0) return element;
    if (element instanceof HTMLCanvasElement && element.width >= 320) return element;
    const found = element.shadowRoot && findPicture(element.shadowRoot);
    if (found) return found;
  }
  return undefined;
}

const strip = new OffscreenCanvas(WIDTH, STRIP).getContext('2d', { alpha: false, willReadFrequently: true })!;
let source: HTMLVideoElement | HTMLCanvasElement | undefined;

function size(picture: HTMLVideoElement | HTMLCanvasElement): [number, number] {
  return picture instanceof HTMLVideoElement
    ? [picture.videoWidth, picture.videoHeight]
    : [picture.width, picture.height];
}

function look(): void {
  if (!source?.isConnected) source = findPicture(document);
  if (source) {
    const [width, height] = size(source);
    strip.drawImage(source, 0, 0, width, (height * STRIP) / HEIGHT, 0, 0, WIDTH, STRIP);
    const number = readTestcardCode(strip.getImageData(0, 0, WIDTH, STRIP).data, WIDTH, STRIP);
    if (number !== undefined) window.benchProbe.firstPictureMs = performance.now();
  }
  if (window.benchProbe.firstPictureMs === undefined) requestAnimationFrame(look);
}

window.benchProbe = { firstPictureMs: undefined, start: () => look() };
