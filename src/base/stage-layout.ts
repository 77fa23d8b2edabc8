// Where each picture of a programme stands: the broadcaster's, a guest's beside it, and a camera in the corner of a shared screen.
// The encoder composes by it, and the studio's preview shows the same. Pure.

/** A picture that stands with the broadcaster's own. */
export type Side = 'guest' | 'inset';

/** Whole pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

/** Boxes in a frame. Whatever doesn't have its box's shape is cropped to it, but for a `main` that is alone or is a screen. */
export interface StageLayout extends Partial<Record<Side, Box>> {
  main: Box;
  /** `main` is cropped to its box. */
  isSplit: boolean;
}

/** Of the frame's shorter side: the seam between two faces, and the distance of a corner's picture from the edges. */
const SEAM_SHARE = 0.008;
const EDGE_SHARE = 0.035;
/** Of the frame's shorter side: height of a corner's picture; large enough for a face on a phone. */
const INSET_SHARE = 0.32;
const INSET_ASPECT = 4 / 3;

/** Two faces share the frame: beside each other, or one over the other in a tall one. A screen keeps all of it, and faces stand in its lower corners. */
export function stageLayout(frame: Size, sides: readonly Side[], isScreen: boolean): StageLayout {
  const whole = { x: 0, y: 0, ...frame };
  if (sides.includes('guest') && !isScreen) return split(frame);
  return {
    main: whole,
    isSplit: false,
    ...(sides.includes('inset') && { inset: corner(frame, 'right') }),
    ...(sides.includes('guest') && { guest: corner(frame, 'left') }),
  };
}

function split({ width, height }: Size): StageLayout {
  const seam = Math.round(Math.min(width, height) * SEAM_SHARE);
  if (width >= height) {
    const half = { width: Math.floor((width - seam) / 2), height };
    return { main: { x: 0, y: 0, ...half }, guest: { x: width - half.width, y: 0, ...half }, isSplit: true };
  }
  const half = { width, height: Math.floor((height - seam) / 2) };
  return { main: { x: 0, y: 0, ...half }, guest: { x: 0, y: height - half.height, ...half }, isSplit: true };
}

function corner(frame: Size, side: 'left' | 'right'): Box {
  const shorter = Math.min(frame.width, frame.height);
  const edge = Math.round(shorter * EDGE_SHARE);
  const height = Math.round(shorter * INSET_SHARE);
  const width = Math.round(height * INSET_ASPECT);
  return {
    ...{ width, height, y: frame.height - edge - height },
    x: side === 'left' ? edge : frame.width - edge - width,
  };
}

/** The part of a picture that fills a box of another shape: centred, as large as can be. */
export function cropFor(picture: Size, box: Size): Box {
  const scale = Math.min(picture.width / box.width, picture.height / box.height);
  const width = box.width * scale;
  const height = box.height * scale;
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}
