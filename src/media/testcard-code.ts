// The machine-readable line of the test card: 32 black or white cells in a row near the top, relative to the width,
// so that it survives compression and any scaling. It carries 24 bits of the frame number and 8 bits to check it by.

/** Cells in the row. */
const CODE_CELLS = 32;
/** The width is divided into this many columns; the row is centred in them. */
const COLUMNS = 40;
const FIRST_COLUMN = (COLUMNS - CODE_CELLS) / 2;
/** The row's top edge, in cells. */
const TOP_CELLS = 0.75;
/** Frame numbers wrap here: 155 hours at 30 pictures a second. */
export const CODE_FRAMES = 2 ** 24;

/** One cell of the row: px in the picture, and whether it is white. */
interface CodeCell {
  x: number;
  y: number;
  size: number;
  isWhite: boolean;
}

/** Mixes 24 bits into 8, so that a row of one colour or with one wrong cell is refused. */
function checkByte(frameNumber: number): number {
  return (Math.imul(frameNumber ^ 0xa5a5a5, 0x9e3779b1) >>> 24) & 0xff;
}

function cellBox(index: number, width: number): { x: number; y: number; size: number } {
  const size = width / COLUMNS;
  return { x: (FIRST_COLUMN + index) * size, y: TOP_CELLS * size, size };
}

/** Where to draw what, for a picture `width` px wide; most significant bit first, from the left. */
export function testcardCodeCells(frameNumber: number, width: number): CodeCell[] {
  const number = frameNumber % CODE_FRAMES;
  const bits = ((number << 8) | checkByte(number)) >>> 0;
  return Array.from({ length: CODE_CELLS }, (_, index) => ({
    ...cellBox(index, width),
    isWhite: ((bits >>> (CODE_CELLS - 1 - index)) & 1) === 1,
  }));
}

/** Mean of red, green and blue over the middle half of a cell, 0 to 255. */
function cellLightness(rgba: Uint8Array | Uint8ClampedArray, width: number, index: number): number {
  const { x, y, size } = cellBox(index, width);
  let sum = 0;
  let count = 0;
  for (let row = Math.round(y + size / 4); row < y + (size * 3) / 4; row++) {
    for (let column = Math.round(x + size / 4); column < x + (size * 3) / 4; column++) {
      const at = (row * width + column) * 4;
      sum += (rgba[at] ?? 0) + (rgba[at + 1] ?? 0) + (rgba[at + 2] ?? 0);
      count += 3;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * The frame number burnt into a test card, from its pixels (4 bytes each, row by row, `width * height` of them), or
 * undefined when there is none to be read.
 */
export function readTestcardCode(
  rgba: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
): number | undefined {
  if (width < COLUMNS * 2 || height < width / COLUMNS || rgba.length < width * height * 4) return undefined;
  let bits = 0;
  for (let index = 0; index < CODE_CELLS; index++) {
    bits = ((bits << 1) | (cellLightness(rgba, width, index) >= 128 ? 1 : 0)) >>> 0;
  }
  const number = bits >>> 8;
  return (bits & 0xff) === checkByte(number) ? number : undefined;
}
